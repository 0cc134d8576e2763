"""Who may approve and who may do the work. The answer is a sentence that the refusal, the button and the test share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from crossdesk.access import DESK_WORK, NotAllowed, Role, WrongStage
from crossdesk.cases.policy import speaks_for_raiser
from crossdesk.desks.models import DeskMember
from crossdesk.kit.time import clock_time
from crossdesk.parties.models import Delegation, Membership
from crossdesk.requests.models import Approval, Request, Task
from crossdesk.threads.viewer import Lent, Viewer


def why_not_approve(by: Viewer, approval: Approval, request: Request) -> str | None:
    """By what the viewer's request computed of them; whether that still holds is asked again within the verb."""
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    if by.person is None and Role(approval.role) not in by.roles:
        return "An approval is given by somebody who signs in, or by a key that was made for approvals."
    if not approval.asked_at:
        return f"It is not yet the turn of {approval.whose}; others are asked before."
    if not (_own(by, approval) or _lent(by, approval, request)):
        return f"Only {approval.whose} can approve or refuse this."
    if approval.four_eyes and _asked_it(by, request):
        return f"You asked for it yourself; somebody else has to approve it as {approval.whose}."
    return None


def _asked_it(by: Viewer, request: Request) -> bool:
    """Of a party's keys none can approve what one of them asked for: nobody knows whose hands they are in."""
    return by.person == request.asked_by and (by.person is not None or by.party == request.case.raiser_id)


def has_spoken(by: Viewer, approvals: Iterable[Approval]) -> bool:
    """Of those of one row and round. A person counts once, and so do all keys together."""
    if by.person is not None:
        return any(each.person == by.person for each in approvals)
    return any(each.person is None and each.decision and not each.silent for each in approvals)


def _own(by: Viewer, approval: Approval) -> bool:
    at_place = by.works_at(approval.desk_id) if approval.desk_id else by.party == approval.party_id
    return at_place and Role(approval.role) in by.roles


def _lent(by: Viewer, approval: Approval, request: Request) -> Lent | None:
    """A delegate acts where the catalogue lets it, with the same role in its own organisation."""
    if not approval.delegates or Role(approval.role) not in by.roles:
        return None
    return next(
        (
            lent
            for lent in by.lent
            if lent.by_delegation and lent.may_act and lent.party == approval.party_id
            and lent.seat in request.case.followed_by
        ),
        None,
    )  # fmt: skip


def require_approve(by: Viewer, approval: Approval, request: Request, at: datetime) -> None:
    """In `verbs()`, with the thread locked: also whether the approver is still who the page believed."""
    sentence = why_not_approve(by, approval, request) or _gone(by, approval, request, at)
    if sentence:
        raise NotAllowed(_ended(by, approval, at) or sentence)
    others = request.approvals.filter(key=approval.key, round=approval.round).exclude(pk=approval.pk)
    if has_spoken(by, others):
        raise NotAllowed(f"You have given your word already; a second person has to, as {approval.whose}.")


def who_can(approval: Approval, asked_by: int | None, at: datetime) -> QuerySet[Membership]:
    """Inside `verbs()`: whoever may give this word now. Delegates, who only may, are left out."""
    live = (Q(until=None) | Q(until__gt=at)) & Q(since__lte=at, person__is_active=True, party__closed_at=None)
    held = Membership.objects.filter(live, roles__contains=[approval.role])
    if approval.desk_id:
        places = DeskMember.objects.filter(Q(until=None) | Q(until__gt=at), desk=approval.desk_id)
        held = held.filter(pk__in=places.values("membership"))
    else:
        held = held.filter(party=approval.party_id)
    return held.exclude(person=asked_by) if approval.four_eyes and asked_by else held


def _gone(by: Viewer, approval: Approval, request: Request, at: datetime) -> str | None:
    if by.person is None:
        return None  # its key was opened for this very request
    live = (Q(until=None) | Q(until__gt=at)) & Q(since__lte=at)
    mine = Membership.objects.filter(live, person=by.person, party=by.party, person__is_active=True)
    membership = mine.filter(party__closed_at=None).first()
    if membership is None:
        return f"You do not act for {by.party_name} any more; {approval.whose} has to approve this."
    if approval.role not in membership.roles:
        return f"You are no {Role(approval.role).label} of {by.party_name} any more; one has to approve this."
    if approval.desk_id and by.works_at(approval.desk_id):
        places = DeskMember.objects.filter(Q(until=None) | Q(until__gt=at), desk=approval.desk_id)
        return (
            None if places.filter(membership=membership).exists() else f"You have no place at {approval.desk} any more."
        )
    if lent := None if _own(by, approval) else _lent(by, approval, request):
        delegation = Delegation.objects.filter(seat=lent.seat).first()
        if delegation is None or not delegation.live(at):
            return f"The delegation by {lent.party_name} has ended; {approval.whose} has to approve this."
    return None


def _ended(by: Viewer, approval: Approval, at: datetime) -> str | None:
    """Said to a delegate in place of a general refusal, where the catalogue would let it."""
    if not approval.delegates or by.party == approval.party_id:
        return None
    held = Delegation.objects.filter(principal=approval.party_id, delegate=by.party, accepted_at__isnull=False)
    over = held.first()
    if over is None or any(each.live(at) for each in held):
        return None
    ended = over.ended_at or over.until
    when = f" at {clock_time(ended, at)}" if ended else ""
    return f"The delegation of {approval.party} to {by.party_name} ended{when}; {approval.whose} has to approve this."


def why_not_do(by: Viewer, move: str, task: Task, request: Request) -> str | None:
    """`move` is begin, finish or give."""
    case = request.case
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    if task.done_at:
        return f"“{task}” is done already, by {task.done_by}."
    if task.proof:
        return f"Nobody ticks off “{task}”: it is read off what is recorded here."
    if task.ready_at is None:
        return f"“{task}” waits for what comes before it."
    if task.desk_id is None and move != "give":
        return None if speaks_for_raiser(by, case) else f"“{task}” is for {case.raiser} to do."
    if not (by.works_at(case.owner_id) and by.roles & DESK_WORK):
        return f"Only {case.owner} works on this step."
    if move == "begin" and task.begun_at:
        return f"“{task}” was begun already."
    if move == "give" and task.desk_id != case.owner_id:
        return f"{task.desk} decides who of its people does “{task}”."
    if move == "finish" and task.desk_id != case.owner_id:
        return f"“{task}” is with {task.desk}: it is done when the answer on its leg is confirmed."
    return None


def people_for(task: Task, at: datetime) -> QuerySet[Membership]:
    """Whom its desk can give it to: whoever works there now."""
    live = (Q(until=None) | Q(until__gt=at)) & Q(since__lte=at, person__is_active=True)
    places = DeskMember.objects.filter(Q(until=None) | Q(until__gt=at), desk=task.desk_id).values("membership")
    works = [role.value for role in DESK_WORK]
    return Membership.objects.filter(live, pk__in=places, roles__overlap=works).select_related("person")


def require_do(by: Viewer, move: str, task: Task, request: Request) -> None:
    sentence = why_not_do(by, move, task, request)
    if sentence and (task.done_at or task.ready_at is None):
        raise WrongStage(sentence)
    if sentence:
        raise NotAllowed(sentence)
