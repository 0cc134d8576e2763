"""Asking for an item of the catalogue: the answers are checked, and the case it becomes is raised with its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crossdesk import rulebook
from crossdesk.access import Moved, NotAllowed, Role
from crossdesk.cases.models import Case
from crossdesk.cases.moving import settle
from crossdesk.cases.raising import Report, raise_case
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.turning import live_clocks, turn
from crossdesk.desks.models import Desk
from crossdesk.parties.models import Party
from crossdesk.requests import catalogue, progress
from crossdesk.requests.checking import Answered, check
from crossdesk.requests.models import Approval, Request, Task
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.requesting import ASKER, DESK, PARTNER, approvals_of, edition_of, tasks_of
from crossdesk.rulebook.rows.requests import ServiceRequest
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Viewer, verbs


@dataclass(frozen=True)
class Form:
    """What somebody filled in, and the edition of the form that they had before them."""

    item: str
    answers: Mapping[str, str]
    edition: str
    own_reference: str = ""


def ask(form: Form, *, by: Viewer, at: datetime) -> Request:
    book = rulebook.current()
    row = catalogue.item_of(book, form.item)
    if by.roles == {Role.AUDITOR}:
        raise NotAllowed("Auditors read; they ask for nothing.")
    with verbs():
        if refusal := catalogue.why_not_ask(book, row, catalogue.roles_of(by.party), by.party_name):
            raise NotAllowed(refusal)
        if form.edition != edition_of(book, row.key):
            raise Moved(
                f"The form “{row.name}” was changed since you opened it."
                " Your answers are kept; look at them again and send it."
            )
        party = Party.objects.select_related("seat").get(pk=by.party)
        answered = check(book, row.key, form.answers, party=party, at=at)
        case = raise_case(
            _report(book, row, answered, form), raiser=party, to=catalogue.desk_of(book, row), by=by, at=at
        )
        thread = Thread.objects.select_for_update().get(pk=case.pk)
        request = _begin(row, case, thread, answered, form, by, at)
        _judge(book, row, case, thread, at)
        _plan(book, row, request, answered)
        progress.move_on(request, thread, at)
        settle(case, thread, at)
    return request


def _report(book: Rulebook, row: ServiceRequest, answered: Answered, form: Form) -> Report:
    about = f": {answered.identifier}" if answered.identifier else ""
    return Report(
        summary=f"{row.name}{about}",
        query_type=row.query_type,
        kind=Case.Kind.REQUEST,
        system=row.system,
        own_reference=" ".join(form.own_reference.split())[:80],
    )


def _begin(
    row: ServiceRequest, case: Case, thread: Thread, answered: Answered, form: Form, by: Viewer, at: datetime
) -> Request:
    """A partner whose word is needed reads the form from the start, as the form says."""
    case.seats = sorted({*thread.seats, *(each.seat_id for each in answered.partners.values())})
    entry = record(
        thread,
        "request.asked",
        audience=case.to_everyone(),
        by=by,
        at=at,
        words="\n".join(f"{label}: {value}" for label, value in answered.shown),
        detail={"item": row.name, "shown": [list(each) for each in answered.shown], "given": dict(answered.given)},
        key=row.key,
        form=form.edition,
    )
    return Request.objects.create(
        case=case,
        item=row.key,
        name=row.name[:120],
        form=form.edition,
        entry=entry,
        asked_by=by.person,
        seats=case.seats,
    )


def _judge(book: Rulebook, row: ServiceRequest, case: Case, thread: Thread, at: datetime) -> None:
    """The catalogue gives a request its priority; nobody has to judge impact and urgency of a standard one."""
    because = "A request of the catalogue needs no triage: its desk, its priority and its plan are known."
    turn(thread, live_clocks(thread, leg=0), Turn.STOP, at=at, because=because)
    case.priority = book.priorities[row.priority].order
    record(
        thread,
        "case.prioritise",
        audience=case.to_raiser(),
        by=CROSSDESK,
        at=at,
        detail={"why": "The catalogue says so."},
        before=None,
        after=case.priority,
        impact="",
        urgency="",
    )
    case.save(update_fields=["priority"])


def _plan(book: Rulebook, row: ServiceRequest, request: Request, answered: Answered) -> None:
    case, seats = request.case, request.seats
    for each in approvals_of(book, row.key):
        party, desk = _whose(each.by, case, answered, each.named_in)
        Approval.objects.bulk_create(
            Approval(
                request=request, key=each.key, number=number, order=each.order, party=party, desk=desk, role=each.role,
                four_eyes=each.four_eyes, delegates=each.delegates, because=each.because[:200], seats=seats,
            )
            for number in range(1, each.people + 1)
        )  # fmt: skip
    Task.objects.bulk_create(
        Task(
            request=request, key=each.key, name=each.name[:120], order=each.order, desk=_doer(each.by, case),
            system=each.system, proof=each.proof, seats=sorted(_of_the_work(case)),
        )
        for each in tasks_of(book, row.key)
    )  # fmt: skip


def _whose(by: str, case: Case, answered: Answered, named_in: str) -> tuple[Party, Desk | None]:
    if by == DESK:
        return case.owner.owner, case.owner
    return (answered.partners[named_in], None) if by == PARTNER else (case.raiser, None)


def _doer(by: str, case: Case) -> Desk | None:
    if by == ASKER:
        return None
    if by == DESK:
        return case.owner
    desk = Desk.objects.filter(rule=by, owner__closed_at=None).first()
    if desk is None:  # nobody opened that desk here, so whoever owns the case has to reach it
        return case.owner
    return desk


def _of_the_work(case: Case) -> Iterable[int]:
    """A partner who is asked for its word learns nothing of how the work goes."""
    return {case.raiser.seat_id, case.owner.seat_id, *case.followed_by}
