"""A file that another installation offers beside its message: agreed to or refused before a byte of it is taken, and
taken once however often it is offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from tempfile import TemporaryFile

from pydantic import Field, ValidationError

from crossdesk.access import Invalid
from crossdesk.exchange import held
from crossdesk.exchange.hearing import line_for, seats_for
from crossdesk.exchange.held import HeldFile
from crossdesk.exchange.links import exchanging_on, require_named, terms_of
from crossdesk.exchange.messages.message import Digest, Line, MessageId, Part, Token, Unreadable
from crossdesk.exchange.models import InboxItem
from crossdesk.kit.files import CHUNK, LARGEST
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs

MOST_HELD = 100
"""Files of one line whose message has not come yet: more than any sender has under way."""


class Offer(Part):
    """What is said of a file before it comes."""

    message: MessageId
    link: Token
    desk: Line = ""
    """Whom the message is for, where its link is not known yet."""
    name: Line
    size: int = Field(ge=1)
    sha256: Digest


class TooMany(Exception):
    """The line holds as many files as it may; later there is room again."""


class Incomplete(Exception):
    """Cut short or damaged on its way: sent again, it may well arrive."""


def read_offer(body: bytes) -> Offer:
    try:
        return Offer.model_validate_json(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"]) or "the whole"
        raise Unreadable(f"The offer of a file cannot be read: {where}: {first['msg']}.") from wrong


def agree(offer: Offer, *, party: Party, key: str, at: datetime) -> bool:
    """Whether it is here already. Refuses where the agreement or the rules of evidence say no."""
    with verbs():
        line = line_for(offer.link, offer.desk, party, at)
        terms = terms_of(line, at)
        require_named(terms, key)
        if offer.size > LARGEST:
            raise Invalid(f"“{offer.name}” is larger than {LARGEST // 2**20} MB, the most that can be evidence.")
        if why_not := exchanging_on(terms).why_no_file(offer.name, offer.size):
            raise Invalid(why_not)
        done = InboxItem.objects.filter(line=line, message_id=offer.message).exclude(fate__in=InboxItem.UNDECIDED)
        if done.exists():
            return True
        known = HeldFile.objects.filter(line=line, message_id=offer.message, sha256=offer.sha256).first()
        if known is None and HeldFile.objects.filter(line=line).count() >= MOST_HELD:
            raise TooMany
        file = (
            known
            or HeldFile.objects.get_or_create(
                line=line,
                message_id=offer.message,
                sha256=offer.sha256,
                defaults={
                    "name": offer.name,
                    "size": offer.size,
                    "offered_at": at,
                    "seats": seats_for(offer.link, offer.desk, line),
                },
            )[0]
        )
        return file.came_at is not None


def take(read: Callable[[int], bytes], digest: str, message: str, *, party: Party, at: datetime) -> None:
    """What was offered before. Set down on disk until it is whole, so that a slow sender holds no transaction."""
    with verbs():
        file = HeldFile.objects.get(line__agreement__promiser=party, message_id=message, sha256=digest)
    if file.came_at:
        return
    with TemporaryFile() as spool:
        size, sum_of = 0, sha256()
        while piece := read(CHUNK):
            size += len(piece)
            if size > file.size:
                raise Invalid(f"“{file.name}” is larger than it was said to be; offer it again.")
            sum_of.update(piece)
            spool.write(piece)
        if size < file.size or sum_of.hexdigest() != digest:
            raise Incomplete(f"“{file.name}” did not arrive as it was sent; send it again.")
        spool.seek(0)
        with verbs():
            file = HeldFile.objects.select_for_update().get(pk=file.pk)
            if not file.came_at:
                held.keep(file, spool, at)
