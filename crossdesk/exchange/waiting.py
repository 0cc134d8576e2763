"""What waits for a desk's own people, told once at its nominated mailbox: a review asked for, a desk proposed next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from crossdesk import rulebook
from crossdesk.access import Role
from crossdesk.cases.models import Case
from crossdesk.cases.rerouting import next_desks
from crossdesk.clocks.due import BREACHED
from crossdesk.desks.models import Desk
from crossdesk.exchange.escalating import people
from crossdesk.exchange.office import addresses
from crossdesk.exchange.outbox import put
from crossdesk.parties.models import Membership, Person
from crossdesk.requests.models import Approval
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK

PROPOSED = "case.next_desk"
MAY_PROPOSE = ("case.take", BREACHED)
"""When a row of rerouting.toml can begin to speak: the owner takes the case, or a desk it engaged is not heard of."""


def tell_of_review(entry: Entry) -> None:
    """A reaction. Where the desk has no mailbox, those who may take the review."""
    case = _case(entry)
    rule = rulebook.current().case_reviews.get(entry.facts["rule"])
    if case is None or case.restricted or (rule and not rule.mailed):
        return
    for address in _mailbox(case.owner) or list(_managers(case.owner, entry.recorded_at)):
        put(entry, "review_asked", case, address, case.owner.seat_id)


def tell_of_proposals(entry: Entry) -> None:
    """A reaction. Each desk is told of once, whichever row proposes it; without a mailbox it is on the page only."""
    case = _case(entry)
    if case is None or case.restricted or not _mailbox(case.owner):
        return
    legs = case.legs.select_related("to_desk__owner").order_by("number")
    for each in next_desks(case, legs):
        before = Entry.objects.filter(thread=case.pk, kind=PROPOSED, facts__to=each.desk.pk, by_desk=None)
        if not each.rule.mailed or before.filter(facts__owner=case.owner_id).exists():
            continue
        proposed = record(
            entry.thread, PROPOSED, audience=case.internal(case.owner), by=CROSSDESK, at=entry.recorded_at,
            words=each.because, detail={"to": str(each.desk)}, to=each.desk.pk, owner=case.owner_id, rule=each.rule.key,
        )  # fmt: skip
        for address in _mailbox(case.owner):
            put(proposed, "next_desk", case, address, case.owner.seat_id)


def tell_of_fallback(entry: Entry) -> None:
    """A reaction: a message took another way, and whoever has the case should know before they wonder."""
    case = _case(entry)
    if case is None or case.restricted or entry.of != case.owner_id:
        return
    for address in _mailbox(case.owner) or list(_managers(case.owner, entry.recorded_at)):
        put(entry, "fallback", case, address, case.owner.seat_id)


def tell_of_approval(entry: Entry) -> None:
    """A reaction. Whoever may give the word is told; their addresses are read by nobody of another organisation."""
    case = _case(entry)
    rows = Approval.objects.select_related("request", "party", "desk__seat")
    approval = rows.filter(pk=entry.facts["approval"]).first()
    if case is None or approval is None or case.restricted:
        return
    seat = approval.desk.seat_id if approval.desk else approval.party.seat_id
    for address in dict.fromkeys(_approvers(approval, entry.recorded_at)):
        item = put(entry, "approval_asked", case, address, seat)
        item.seats = [seat]
        item.save(update_fields=["seats"])


def tell_of_step(entry: Entry) -> None:
    """A reaction. Whoever a step was given to, unless they took it themselves."""
    case = _case(entry)
    if case is None or case.restricted or entry.facts["person"] == entry.by_person:
        return
    person = Person.objects.filter(pk=entry.facts["person"], is_active=True).first()
    if person:
        put(entry, "step_given", case, person.email, case.owner.seat_id)


def _approvers(approval: Approval, at: datetime) -> Iterator[str]:
    if approval.desk:
        yield from (address for address, _ in people(approval.desk, {Role(approval.role)}, at))
        return
    live = Q(until=None) | Q(until__gt=at)
    held = Membership.objects.filter(live, party=approval.party, roles__contains=[approval.role], since__lte=at)
    if approval.four_eyes:
        held = held.exclude(person=approval.request.asked_by)
    for membership in held.filter(person__is_active=True).select_related("person").order_by("pk"):
        yield membership.person.email


def _case(entry: Entry) -> Case | None:
    return Case.objects.select_related("owner__owner", "raiser").filter(pk=entry.thread_id).first()


def _mailbox(desk: Desk) -> list[str]:
    return [desk.address] if desk.address and not addresses().is_ours(desk.address) else []


def _managers(desk: Desk, at: datetime) -> Iterator[str]:
    for address, _ in people(desk, {Role.SERVICE_MANAGER}, at):
        yield address
