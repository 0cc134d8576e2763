"""What another installation says: kept raw first, then applied once and in the order it was said."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from crossdesk.access import NotAllowed, Refused
from crossdesk.desks.models import Desk
from crossdesk.exchange import held, messaging, origin
from crossdesk.exchange.conformance.saying import is_a_test
from crossdesk.exchange.lines import Line, open_line
from crossdesk.exchange.links import Link, exchanging_on, link_raiser, machine_terms, require_named, terms_of
from crossdesk.exchange.messages.applying import Applied, Contents, apply_to_case, apply_to_leg, raise_from
from crossdesk.exchange.messages.message import Kind, Message, Unreadable, read_message
from crossdesk.exchange.models import InboxItem, RawMail
from crossdesk.exchange.speaking import MOST_HOPS, known
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

Fate = InboxItem.Fate
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What the other side is told: the fate, why, and our number for it."""

    fate: str
    why: str = ""
    number: str = ""
    repeated: bool = False


def hear(body: bytes, *, party: Party, key: str, at: datetime) -> Answer:
    """Of a party whose machine proved who it is by the key of that name. Offered again it gets the same answer and has
    no second effect."""
    message = read_message(body)
    pk, repeated = keep(message, body, party=party, key=key, at=at)
    if not repeated:
        apply(pk, at)
    with verbs():
        item = InboxItem.objects.select_related("case").get(pk=pk)
    return Answer(item.fate, item.why, item.case.reference if item.case else "", repeated)


def keep(message: Message, body: bytes, *, party: Party, key: str, at: datetime) -> tuple[int, bool]:
    """In a transaction of its own, so that nothing that goes wrong afterwards can lose it."""
    digest = sha256(body).hexdigest()
    with verbs():
        line = line_for(message.link, message.to.desk, party, at)
        require_named(terms_of(line, at), key)
        item, fresh = InboxItem.objects.get_or_create(
            line=line,
            message_id=message.id,
            defaults={
                "token": message.link,
                "seq": message.seq,
                "after": message.after,
                "heard": message.heard,
                "kind": message.kind,
                "content": body,
                "sha256": digest,
                "arrived_at": at,
                "seats": seats_for(message.link, message.to.desk, line),
            },
        )
        if not fresh:
            if item.sha256 != digest:
                raise Unreadable("A message with this id came before and said something else; give each its own id.")
            InboxItem.objects.filter(pk=item.pk).update(repeats=item.repeats + 1)
    return item.pk, not fresh


def line_for(token: str, desk_name: str, party: Party, at: datetime) -> Line:
    """An open conversation has its line; a new one goes by what was agreed with the desk it is for."""
    link = Link.objects.filter(line__agreement__promiser=party, token=token).select_related("line").first()
    if link:
        return link.line
    desk = _desk_for(desk_name)
    terms = machine_terms(party, desk.owner_id, None, at) if desk else None
    if terms is None:
        raise NotAllowed(
            f"No agreement says how {desk or 'a desk here'} and {party} exchange cases by machine; make one first."
        )
    return open_line(terms.agreement, at)


def _desk_for(name: str) -> Desk | None:
    return Desk.objects.filter(name__iexact=name, home=Desk.Home.HOSTED, owner__closed_at=None).first()


def seats_for(token: str, desk_name: str, line: Line) -> list[int]:
    link = Link.objects.filter(line=line, token=token).select_related("case__owner", "leg__from_desk").first()
    if link:
        return link.our_seats
    named = _desk_for(desk_name)
    hosted = Desk.objects.filter(owner=line.agreement.other_id, home=Desk.Home.HOSTED)
    return [named.seat_id] if named else list(hosted.values_list("seat_id", flat=True)[:1])


def apply_waiting(at: datetime, most: int = 500) -> int:
    """What a stop left half-way. One that waits for another is looked at when that one is applied."""
    with verbs():
        waiting = InboxItem.objects.filter(fate=Fate.WAITING).order_by("pk").values_list("pk", flat=True)
        keys = list(waiting[:most])
    return sum(apply(pk, at) for pk in keys)


def apply(pk: int, at: datetime) -> bool:
    """Once, whoever else is at it; then whatever waited for it. False while it waits itself."""
    try:
        with verbs():
            item = InboxItem.objects.select_for_update(of=("self",)).select_related("line__agreement").get(pk=pk)
            if item.fate != Fate.WAITING:
                return False
            done = _apply(item, at)
            following = _following(item) if done else None
    except Exception as trouble:
        # Only the kind of trouble: its text can hold what the message says. It waits, and is tried again.
        log.error("Message %s could not be applied: %s", pk, type(trouble).__name__)
        return False
    if following:
        apply(following, at)
    return done


def _following(item: InboxItem) -> int | None:
    waiting = InboxItem.objects.filter(line=item.line, token=item.token, fate=Fate.WAITING).order_by("seq", "pk")
    return waiting.values_list("pk", flat=True).first()


def _apply(item: InboxItem, at: datetime) -> bool:
    message = read_message(bytes(item.content))
    links = Link.objects.select_for_update(of=("self",), no_key=True).select_related(
        "case__owner", "case__raiser", "leg__to_desk"
    )
    link = links.filter(line=item.line, token=item.token).first()
    if link is None and is_a_test(item.token) and message.kind is not Kind.RAISE:
        item.fate, item.why = Fate.SET_ASIDE, "It belongs to a conformance test, which reads it here."
        item.save(update_fields=["fate", "why"])
        return True
    if letter := _came_by_mail(message, item):
        return _set_aside_as_known(item, letter, link, message, at)
    if item.after > (link.heard if link else 0):
        item.why = f"It waits for message {item.after} of the same conversation."
        item.save(update_fields=["why"])
        return False
    files = partial(held.contents_of, item.line, message.id, exchanging_on(terms_of(item.line, at)))
    try:
        with transaction.atomic():
            link, applied = (
                _raised(item, message, files, at) if link is None else (link, _said(link, message, files, at))
            )
    except Refused as refused:
        applied, item.fate, item.why = Applied(refused.sentence), Fate.REFUSED, refused.sentence[:500]
    else:
        item.fate, item.why, item.entry = Fate.APPLIED, applied.why[:500], applied.entry
        if any(each.beside for each in message.files):
            held.give_up(item.line, message.id)
    if link:
        item.link, item.case = link, link.case
        Link.objects.filter(pk=link.pk).update(heard=max(link.heard, message.seq))
        state = message.state.raw or message.state.mapped if message.state else ""
        known(link, their_number=message.our_number, state=state)
        if message.fields:
            theirs = {each.name: each.raw for each in message.fields}
            Link.objects.filter(pk=link.pk).update(their_fields=link.their_fields | theirs)
    item.save()
    return True


def _came_by_mail(message: Message, item: InboxItem) -> RawMail | None:
    """The same message, when its first way failed and a letter went instead; from the same party and filed here."""
    party = item.line.agreement.promiser_id
    letters = RawMail.objects.filter(said_id=message.id, fate=RawMail.Fate.FILED, case__isnull=False)
    ours = Q(leg=None, case__raiser=party) | Q(leg__to_desk__owner=party)
    return letters.filter(ours).select_related("case__owner", "case__raiser").first()


def _set_aside_as_known(item: InboxItem, letter: RawMail, link: Link | None, message: Message, at: datetime) -> bool:
    """A case that a letter raised gets its link now, so that what follows by machine finds it."""
    assert letter.case is not None
    terms = terms_of(item.line, at)
    if link is None and letter.leg_id is None and message.kind is Kind.RAISE and terms:
        unlinked = not Link.objects.filter(case=letter.case, leg=None).exists()
        link = link_raiser(letter.case, terms, message.link, at=at, hops=message.hops) if unlinked else None
    item.fate, item.why = Fate.SET_ASIDE, f"It came with letter {letter.pk} before and was applied then."
    item.case, item.link, item.entry = letter.case, link, letter.entry
    item.save()
    if link:
        Link.objects.filter(pk=link.pk).update(heard=max(link.heard, message.seq))
        known(link, their_number=message.our_number)
    return True


def _said(link: Link, message: Message, files: Contents, at: datetime) -> Applied:
    with origin.coming_over(link.pk):
        if link.leg:
            return apply_to_leg(link.leg, message, at=at, files=files)
        return apply_to_case(link.case, message, at=at, files=files)


def _raised(item: InboxItem, message: Message, files: Contents, at: datetime) -> tuple[Link, Applied]:
    if message.kind is not Kind.RAISE:
        raise Refused("It belongs to no conversation that is known here, and does not begin one.")
    if message.hops > MOST_HOPS:
        raise Refused("The case has been passed between too many installations; look for the circle.")
    desk, party = _desk_for(message.to.desk), item.line.agreement.promiser
    terms = machine_terms(party, desk.owner_id, None, at) if desk else None
    if desk is None or terms is None:
        raise Refused(f"No desk here is called “{message.to.desk}”; take its name from the directory.")
    case, left = raise_from(message, raiser=party, to=desk, at=at, files=files)
    link = link_raiser(case, terms, message.link, at=at, hops=message.hops, number=message.our_number)
    entry = Entry.objects.get(thread=case.pk, kind="case.raised")
    messaging.put_message(entry, Kind.RECEIPT, link, at=at, heard=message.seq)
    return link, Applied(f"Raised as {case} for {party}.{left}", entry)
