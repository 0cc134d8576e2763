"""What comes next on a request: whose word is asked for, which steps stand open, and what it waits for.

Called with the thread's row locked, by every verb on the request and by the reactions to its case's entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from crossdesk import rulebook
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case, Hold
from crossdesk.cases.promises import steps
from crossdesk.clocks.models import Calendar, Clock
from crossdesk.clocks.opening import Hours
from crossdesk.clocks.turning import Promise, start
from crossdesk.kit.time import london, span
from crossdesk.requests.models import Approval, Request, Task
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK

WHY = "not everything it needs is approved and done."
WEEKDAYS = Hours(week=(((0, 1440),),) * 5 + ((),) * 2, region="england-and-wales")


def current(request: Request) -> list[Approval]:
    return newest(request.approvals.select_related("party", "desk"))


def newest(approvals: Iterable[Approval]) -> list[Approval]:
    """The newest round of each place; a refusal that was reopened stays behind it."""
    places: dict[tuple[str, int], Approval] = {}
    for each in sorted(approvals, key=lambda each: each.round):
        places[each.key, each.number] = each
    return sorted(places.values(), key=lambda each: (each.order, each.pk))


def move_on(request: Request, thread: Thread, at: datetime) -> None:
    case = request.case
    if case.stage == Stage.CLOSED or request.refused_at:
        return
    approvals = current(request)
    missing = [each for each in approvals if not each.decision]
    if missing:
        _ask(request, thread, missing, at)
    elif request.approved_at is None:
        request.approved_at = at
        request.save(update_fields=["approved_at"])
        if approvals:
            record(thread, "request.approved", audience=case.to_everyone(), by=CROSSDESK, at=at)
    if request.approved_at:
        _open_tasks(request, thread, at)
    _hold(request, approvals, at)


def _ask(request: Request, thread: Thread, missing: list[Approval], at: datetime) -> None:
    """Those of the lowest order still missing, together."""
    order = missing[0].order
    for each in missing:
        if each.order != order or each.asked_at:
            continue
        each.asked_at = at
        days = _days_to_object(each)
        each.object_by = working_days_after(at, days) if days else None
        each.save(update_fields=["asked_at", "object_by"])
        record(
            thread,
            "request.approval_asked",
            audience=request.case.to_everyone(),
            by=CROSSDESK,
            at=at,
            words=each.because,
            detail={"who": each.whose[:1].upper() + each.whose[1:] + " is"},
            approval=each.pk,
            due=each.object_by.isoformat() if each.object_by else None,
        )


def _days_to_object(approval: Approval) -> int:
    row = rulebook.current().approvals.get(approval.key)
    return row.object_within_days if row else 0


def working_days_after(at: datetime, days: int) -> datetime:
    """The end of the last of so many whole working days, Monday to Friday without bank holidays, after today."""
    midnight = london(at).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=1)
    day, left = midnight.date(), days
    while True:
        if WEEKDAYS.open_on(day):
            left -= 1
            if not left:
                return WEEKDAYS.open_on(day)[-1][1]
        day += timedelta(days=1)


def _open_tasks(request: Request, thread: Thread, at: datetime) -> None:
    tasks = list(request.tasks.select_related("desk").order_by("order", "pk"))
    ahead = [each for each in tasks if each.done_at is None]
    if not ahead:
        if request.done_at is None:
            request.done_at = at
            request.save(update_fields=["done_at"])
            record(thread, "request.done", audience=request.case.to_raiser(), by=CROSSDESK, at=at)
        return
    for each in ahead:
        if each.order == ahead[0].order and each.ready_at is None:
            each.ready_at = at
            begin_clock(each, request, thread, at)
            each.save(update_fields=["ready_at", "due_at"])


def begin_clock(task: Task, request: Request, thread: Thread, at: datetime) -> None:
    """Only where somebody set a figure. A step that the asking party does itself is nobody's promise."""
    row = rulebook.current().tasks.get(task.key)
    if row is None or not row.minutes or task.desk is None:
        return
    case, length = request.case, timedelta(minutes=row.minutes)
    calendar = Calendar.objects.filter(name=row.calendar).first() if row.calendar else case.owner.calendar
    told = "" if row.published else " (our own default; the market has not published a figure)"
    promise = Promise(
        Clock.Measure.FULFIL,
        length,
        rule=f"{task.name}: within {span(length)}{told}",
        source=row.source,
        published=row.published,
        calendar=calendar,
        steps=steps(),
    )
    (clock,) = start(thread, [promise], desk=case.owner_id, readers=case.to_raiser(), at=at, task=task.pk)
    task.due_at = clock.due_at


def _hold(request: Request, approvals: Iterable[Approval], at: datetime) -> None:
    """What keeps the case from being resolved, and what its lists show as the next action."""
    case = request.case
    hold = case.holds.filter(keeps=Hold.Keeps.RESOLVING, put_by=request.pk, lifted_at=None).first()
    if request.done_at:
        if hold:
            hold.lifted_at = at
            hold.save(update_fields=["lifted_at"])
        return
    hold = hold or Hold(case=case, keeps=Hold.Keeps.RESOLVING, why=WHY, put_by_id=request.pk, since=at)
    hold.seats = sorted({case.raiser.seat_id, case.owner.seat_id, *case.followed_by})
    hold.seat_id, hold.who, hold.what, hold.by = _waits_for(request, case, approvals)
    hold.persons = sorted({each.person for each in request.tasks.all() if each.open and each.person})
    hold.save()


def _waits_for(
    request: Request, case: Case, approvals: Iterable[Approval]
) -> tuple[int | None, str, str, datetime | None]:
    waiting = next((each for each in approvals if each.waiting), None)
    if waiting:
        seat = waiting.desk.seat_id if waiting.desk else waiting.party.seat_id
        what = "object, or let it go on" if waiting.objecting else "approve it, or refuse"
        return seat, str(waiting.desk or waiting.party)[:120], what, waiting.object_by
    open_ones = [each for each in request.tasks.select_related("desk") if each.open and each.leg_id is None]
    mine = next((each for each in open_ones if each.desk_id), None) or next(iter(open_ones), None)
    if mine is None:
        return None, "", "", None
    what = mine.name[:1].lower() + mine.name[1:]
    if mine.desk_id:
        return case.owner.seat_id, str(case.owner)[:120], what, mine.due_at
    return case.raiser.seat_id, str(case.raiser)[:120], what, mine.due_at
