"""Actions of problems and reviews, by mail: whoever owes one and the desk that leads, told by escalations.toml.

An action has a clock of its own, and a clock passes each step once, so each level tells once of each due time.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from crossdesk import rulebook
from crossdesk.access import Role
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import HUNDRED
from crossdesk.exchange import hands
from crossdesk.exchange.escalating import people
from crossdesk.exchange.kept import keep, sent_before
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.compose import Outgoing, message_id
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import addresses, office
from crossdesk.exchange.wording import worded
from crossdesk.joint.acting import part_of
from crossdesk.joint.promising import ACTION
from crossdesk.joint.work import Work
from crossdesk.parties.models import Contact, Membership, Party
from crossdesk.problems.work import WORK as PROBLEM
from crossdesk.reviews.work import WORK as REVIEW
from crossdesk.rulebook.escalating import LEAD, OWNER
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, viewing

KIND = "owed"
WORKS: dict[str, Work] = {work.record: work for work in (PROBLEM, REVIEW)}
"""By the kind of thread."""
REMINDED = tuple(f"{kind}.remind" for kind in WORKS)
PAGES = {"problem": "/problems/{}/#actions", "review": "/majors/{}/review/#actions"}
MANAGING = (Role.SERVICE_MANAGER, Role.ADMINISTRATOR)


def remind(entry: Entry) -> None:
    """A reaction to a clock that passed a step. Its verb holds the thread's lock, so nobody is told twice."""
    if entry.facts["measure"] != ACTION:
        return
    rows = rulebook.current().escalations.values()
    levels = [each for each in rows if each.percent == entry.facts["percent"] and each.actions]
    clock, work = Clock.objects.get(pk=entry.facts["clock"]), WORKS[entry.thread.kind]
    action = work.action.objects.select_related(work.record).get(pk=clock.task)
    about, part = getattr(action, work.record), part_of(work, action)
    for level in levels:
        to = [each for whom in level.actions for each in _reached(work, whom, action, part, clock, entry.recorded_at)]
        told = record(
            entry.thread, f"{work.record}.remind", audience=clock.readers(), by=CROSSDESK, at=entry.recorded_at,
            detail={"level": level.name, "number": action.number, "told": _told(work.lead(about), part, to)},
            level=level.key, clock=clock.pk, reference=str(about), letters=len(to),
        )  # fmt: skip
        for address, seat in dict.fromkeys(to):
            _put(told, work.lead(about), address, seat)


def _told(lead: Any, part: Any, to: list[tuple[str, int]]) -> str:
    seats = {seat for _, seat in to}
    names = [str(part.party)] * (part.party.seat_id in seats) + [str(lead)] * (lead.seat_id in seats)
    return " and ".join(names) or "nobody: there is nobody who could be written to"


def _reached(work: Work, whom: str, action: Any, part: Any, clock: Clock, at: datetime) -> Iterator[tuple[str, int]]:
    """Addresses, each with the seat with whose eyes its letter is written. A party that the record was not given to
    yet is told nothing."""
    lead = work.lead(getattr(action, work.record))
    if whom == OWNER and part.party.seat_id in clock.seats:
        name = work.owner.objects.filter(action=action).values_list("name", flat=True).first()
        yield from ((address, part.party.seat_id) for address in _of_party(part.party, name or "", at))
    if whom == LEAD:
        if lead.address and not addresses().is_ours(lead.address):
            yield lead.address, lead.seat_id
        else:
            yield from people(lead, {Role.SERVICE_MANAGER}, at)


def _of_party(party: Party, name: str, at: datetime) -> list[str]:
    """The person named, where the party has one of that name here; else its managers, its nominated contacts,
    or whoever acts for it at all."""
    live = (Q(until=None) | Q(until__gt=at)) & Q(since__lte=at, party=party, person__is_active=True)
    members = Membership.objects.filter(live).order_by("pk")
    named = list(members.filter(person__name__iexact=name).values_list("person__email", flat=True))
    managing = [role.value for role in MANAGING]
    found = named or list(members.filter(roles__overlap=managing).values_list("person__email", flat=True))
    contacts = Contact.objects.filter(party=party, ended_at=None).order_by("pk")
    nominated = list(contacts.values_list("address", flat=True))
    return found or nominated or list(members.values_list("person__email", flat=True))


def _put(entry: Entry, lead: Any, address: str, seat: int) -> None:
    """Read by whose people it goes to: nobody of another organisation learns their addresses."""
    lane = f"action {entry.facts['clock']} {address.lower()}"
    number = OutboxItem.next_in(lane)
    name = f"{entry.facts['reference']}.a{number}.{secrets.token_hex(5)}"
    OutboxItem.objects.create(
        lead=lead,
        entry=entry,
        lane=lane,
        number=number,
        kind=KIND,
        to_address=address,
        reader_seat=seat,
        message_id=message_id(name, office(str(lead))),
        next_try_at=entry.recorded_at,
        created_at=entry.recorded_at,
        seats=[seat],
    )


def write_reminder(item: OutboxItem, at: datetime) -> bytes:
    """What its reader may see; where they may not read what is to be done, the page tells them no more either."""
    entry = Entry.objects.select_related("thread", "body").get(pk=item.entry_id)
    level, clock = rulebook.current().escalations.get(entry.facts["level"]), Clock.objects.get(pk=entry.facts["clock"])
    work, reference = WORKS[entry.thread.kind], entry.facts["reference"]
    with viewing(hands.reader(item.reader_seat)):
        seen = work.action.objects.filter(pk=clock.task).first()
    assert item.lead is not None
    subject, text = worded(
        KIND,
        number=entry.body.detail.get("number", ""),
        noun=work.noun,
        reference=reference,
        what=seen.what if seen else "",
        due=clock.due_at,
        missed=clock.passed >= HUNDRED,
        ended=not clock.live,
        ours=item.reader_seat != item.lead.seat_id,
        level=level.name if level else "",
        link=settings.SITE_URL + PAGES[work.record].format(reference),
    )
    before = sent_before(item)
    outgoing = Outgoing(
        name=item.message_id.strip("<>").rpartition("@")[0],
        to=[item.to_address],
        reference=reference,
        subject=subject,
        kind="update",
        words=text,
        at=at,
        answers_to=(Kind.LETTER, item.pk),
        noun=work.noun.capitalize(),
        replies=f"Your reply is read at {item.lead}.",
        in_reply_to=before[-1] if before else "",
        references=before,
    )
    return keep(item, outgoing, str(item.lead))
