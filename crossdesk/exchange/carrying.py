"""The message a letter carries: always as the lines of its fixed block, and beside its words as `case.json` where the
agreement wants it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from crossdesk.desks.agreements import for_engagement, in_force
from crossdesk.desks.models import Agreement
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange.letters import address
from crossdesk.exchange.letters.read import Attachment
from crossdesk.exchange.messages.message import MEDIA_TYPE, Kind, Message
from crossdesk.exchange.messages.writing import Conversation, Given, given_with, written
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import addresses
from crossdesk.threads.models import Entry

STRUCTURED = "structured"
"""In the profile of an agreement by mail whose other side reads `case.json`."""
FILE = "case.json"
LARGEST = 2 * 2**20
"""Bytes of a `case.json`. Files travel beside it, so only lists of identifiers make it long."""
MOST_LISTED = 500

KINDS = {
    "engage": Kind.RAISE,
    "message": Kind.UPDATE,
    "question": Kind.REQUEST_INFO,
    "confirmed": Kind.CONFIRM,
    "disputed": Kind.DISPUTE,
    "withdrawn": Kind.WITHDRAW,
    "closed_for_desk": Kind.CLOSE,
    "received": Kind.RECEIPT,
    "accepted": Kind.ACCEPT,
    "raiser_question": Kind.REQUEST_INFO,
    "raiser_message": Kind.UPDATE,
    "bounced": Kind.UPDATE,
    "resolved": Kind.PROPOSE_RESOLUTION,
    "redirected": Kind.REJECT_REDIRECT,
    "closed": Kind.CLOSE,
    "reopened": Kind.REOPEN,
}
"""By the folder of the letter's wording. One that is not here says nothing a machine could act on."""


def kind_of(item: OutboxItem, entry: Entry | None) -> Kind | None:
    if item.kind == "message" and entry and entry.kind == "leg.carry_on":
        return Kind.SUPPLY_INFO
    return KINDS.get(item.kind)


def ways_by_mail(item: OutboxItem, at: datetime) -> Ways:
    """What was agreed with whoever reads the letter; where nothing was, the ordinary mailbox."""
    if item.leg:
        terms = for_engagement(item.leg.to_desk, item.leg.from_desk.owner_id, at)
        agreed = [terms.exchange] if terms else []
    elif item.case:
        made = Agreement.objects.filter(promiser=item.case.raiser_id, other=item.case.owner.owner_id)
        found = [in_force(each.versions.all(), at) for each in made.prefetch_related("versions")]
        agreed = [each.exchange for each in found if each]
    else:
        agreed = []
    by_mail = [each for each in agreed if each.channel == Channel.MAIL]
    return next((each for each in by_mail if STRUCTURED in agreed_marks(each)), by_mail[0] if by_mail else Ways())


def agreed_marks(ways: Ways) -> set[str]:
    """The words of the profile: `structured`, `signed`, `encrypted`, in any order and number."""
    return set(re.findall(r"[a-z]+", ways.profile.lower())) if ways.channel == Channel.MAIL else set()


def read_by_another_crossdesk(item: OutboxItem) -> bool:
    """A letter in the place of a message to one: by its `case.json` they know that it is the same."""
    return bool(item.instead_of and item.instead_of.link and item.instead_of.link.channel == Channel.CROSSDESK)


def carried(item: OutboxItem, given: Given, ways: Ways) -> Message | None:
    kind = kind_of(item, given.entry)
    if kind is None:
        return None
    conversation = Conversation(token=token_of(item), their_number=item.leg.their_reference if item.leg else "")
    beside = replace(
        given,
        files=[replace(each, content=None) for each in given.files],  # they are parts of the letter already
        lists=[each for each in given.lists if each.values is not None and len(each.values) <= MOST_LISTED],
    )
    return written(item, kind, conversation, beside, ways)


def letter_of(item: OutboxItem, at: datetime) -> Message:
    """What a letter says, as a pack for a person. Inside a verb's transaction."""
    ways = ways_by_mail(item, at)
    kind = kind_of(item, item.entry) or Kind.UPDATE
    conversation = Conversation(token=token_of(item), their_number=item.leg.their_reference if item.leg else "")
    return written(item, kind, conversation, given_with(item, ways, at), ways)


def token_of(item: OutboxItem) -> str:
    """Of the signed address that answers go to: on a conversation with the raiser, that of its first letter."""
    if item.leg:
        return addresses().token(address.Kind.LEG, item.leg.pk)
    first = OutboxItem.objects.filter(lane=item.lane).order_by("number").values_list("pk", flat=True)[0]
    return addresses().token(address.Kind.LETTER, first)


def as_file(message: Message) -> list[Attachment]:
    """Nothing where it grew too large to be worth a letter: the words and the lists beside them say it all."""
    encoded = message.encoded()
    return [Attachment(FILE, MEDIA_TYPE, encoded)] if len(encoded) <= LARGEST else []
