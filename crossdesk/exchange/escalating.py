"""Escalation by mail: whom each level of escalations.toml reaches when so much of a promise has passed, once per level.

The letter names the case, the promise and the desk. Its words are for whoever may see the case; the level that stands
above the desks may not, and is told the reference alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from crossdesk import rulebook
from crossdesk.access import Role
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Assignment, Case
from crossdesk.cases.questions import ESCALATED
from crossdesk.clocks.models import Clock
from crossdesk.desks.models import Desk, DeskMember, GroupMember
from crossdesk.exchange import hands
from crossdesk.exchange.kept import keep, sent_before
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.compose import Outgoing, message_id
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import addresses, office
from crossdesk.exchange.outbox import put
from crossdesk.exchange.wording import worded
from crossdesk.rulebook.escalating import DESK, GROUP, MANAGERS
from crossdesk.rulebook.rows.times import Escalation
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, viewing

KIND = "escalated"
STEPS = ("clock.warned", "clock.breached", "clock.escalated")


@dataclass(frozen=True)
class Work:
    """What is late: the case or one leg. `desk` has it, `here` is the desk on it whose people work in Crossdesk."""

    case: Case
    leg: Leg | None
    desk: Desk

    @property
    def here(self) -> Desk:
        if self.desk.hosted:
            return self.desk
        return self.leg.from_desk if self.leg else self.case.owner


def escalate(entry: Entry) -> None:
    """A reaction to a clock that passed a step. The clock's verb holds the thread's lock, so none is told twice."""
    case = Case.objects.select_related("owner__seat", "raiser").filter(pk=entry.thread_id).first()
    levels = [each for each in rulebook.current().escalations.values() if each.percent == entry.facts["percent"]]
    if case is None or not case.is_open or not levels:  # the clock of a major incident is its own room's
        return
    legs = Leg.objects.select_related("to_desk__seat", "from_desk__seat")
    leg = legs.filter(pk=entry.facts["leg"]).first() if entry.facts["leg"] else None
    work = Work(case, leg, Desk.objects.select_related("seat").get(pk=entry.facts["desk"]))
    for level in levels:
        if not _told_before(work, level):
            _tell(entry, work, level)


def _told_before(work: Work, level: Escalation) -> bool:
    """In this round: a case that was reopened begins anew."""
    told = Entry.objects.filter(thread=work.case.pk, kind=ESCALATED, recorded_at__gte=work.case.round_began)
    return told.filter(facts__level=level.key, facts__leg=work.leg.pk if work.leg else 0).exists()


def _tell(stepped: Entry, work: Work, level: Escalation) -> None:
    to = [] if work.case.restricted else list(dict.fromkeys(_reached(work, level, stepped.recorded_at)))
    entry = record(
        stepped.thread,
        ESCALATED,
        audience=work.case.internal(work.here),
        by=CROSSDESK,
        at=stepped.recorded_at,
        detail={"level": level.name, "whose": str(work.desk), "told": _told(work, level, len(to))},
        level=level.key,
        leg=work.leg.pk if work.leg else 0,
        clock=stepped.facts["clock"],
        letters=len(to),
    )
    for address, seat in to:
        if work.leg and address == work.desk.address:
            put(entry, KIND, work.case, address, seat, leg=work.leg)
        else:
            _put(entry, work, address, seat)


def _told(work: Work, level: Escalation, letters: int) -> str:
    if work.case.restricted:
        return "nobody by mail, because the case is restricted to named people"
    if not letters:
        return f"nobody: {level.desk or work.here} has nobody there who could be told"
    return f"{letters} {'letter' if letters == 1 else 'letters'} by mail"


def _reached(work: Work, level: Escalation, at: datetime) -> Iterator[tuple[str, int]]:
    """Addresses, each with the seat with whose eyes its letter is written."""
    at_desk = work.here
    if level.desk:
        at_desk = Desk.objects.filter(rule=level.desk).select_related("seat").first() or work.here
    if level.reaches == DESK:
        if work.desk.address and not addresses().is_ours(work.desk.address):
            yield work.desk.address, work.desk.seat_id
        else:
            yield from people(at_desk, {Role.AGENT}, at)
    if level.reaches == GROUP:
        group = list(_group(work))
        yield from group or people(at_desk, {Role.SERVICE_MANAGER}, at)
    if level.reaches == MANAGERS:
        yield from people(at_desk, {Role.SERVICE_MANAGER}, at)


def people(desk: Desk, roles: set[Role], at: datetime) -> Iterator[tuple[str, int]]:
    live = (Q(until=None) | Q(until__gt=at)) & (Q(membership__until=None) | Q(membership__until__gt=at))
    places = DeskMember.objects.filter(live, desk=desk, membership__person__is_active=True)
    for place in places.filter(membership__roles__overlap=[*roles]).select_related("membership__person").order_by("pk"):
        yield place.membership.person.email, desk.seat_id


def _group(work: Work) -> Iterator[tuple[str, int]]:
    """Everybody of the group that has the work: who of them leads it is nowhere written."""
    live = Assignment.objects.filter(case=work.case, desk=work.here, ended_at=None)
    own = live.filter(leg=work.leg if work.desk.hosted else None).values("group")
    members = GroupMember.objects.filter(group__in=own, membership__until=None, membership__person__is_active=True)
    for member in members.select_related("membership__person").order_by("pk"):
        yield member.membership.person.email, work.here.seat_id


def _put(entry: Entry, work: Work, address: str, seat: int) -> OutboxItem:
    """In a lane of its own: it neither waits for the raiser's letters nor is seen beside them by another desk."""
    lane = f"escalation {work.case.pk} {address.lower()}"
    number = OutboxItem.next_in(lane)
    name = f"{work.case.reference}.e{number}.{secrets.token_hex(5)}"
    return OutboxItem.objects.create(
        case=work.case,
        entry=entry,
        lane=lane,
        number=number,
        kind=KIND,
        to_address=address,
        reader_seat=seat,
        message_id=message_id(name, office(str(work.case.owner))),
        next_try_at=entry.recorded_at,
        created_at=entry.recorded_at,
        seats=[work.case.seat_for(work.here.seat_id)],
    )


def write_escalation(item: OutboxItem, at: datetime) -> bytes:
    entry = Entry.objects.select_related("body").get(pk=item.entry_id)
    level = rulebook.current().escalations.get(entry.facts["level"])
    clock = Clock.objects.get(pk=entry.facts["clock"])
    assert item.case is not None
    with viewing(hands.reader(item.reader_seat)):
        seen = Case.objects.filter(pk=item.case_id).first()
    subject, text = worded(
        KIND,
        reference=item.case.reference,
        summary=seen.summary if seen else "",
        level=entry.body.detail.get("level", ""),
        whose=entry.body.detail.get("whose", ""),
        owner=str(item.case.owner),
        measure=clock.get_measure_display().lower(),
        due=clock.due_at,
        missed=clock.breached_at is not None,
        meaning=level.meaning if level else "",
        link=f"{settings.SITE_URL}/cases/{item.case.reference}/" if seen else "",
    )
    before = sent_before(item)
    outgoing = Outgoing(
        name=item.message_id.strip("<>").rpartition("@")[0],
        to=[item.to_address],
        reference=item.case.reference,
        their_reference=item.leg.their_reference if item.leg else "",
        subject=subject,
        kind="update",
        words=text,
        at=at,
        answers_to=(Kind.LEG, item.leg.pk) if item.leg else (Kind.LETTER, item.pk),
        in_reply_to=before[-1] if before else "",
        references=before,
    )
    return keep(item, outgoing, str(item.sender))
