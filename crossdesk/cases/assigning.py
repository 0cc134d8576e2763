"""Assignment to a resolver group of the same desk: an offer with its own time, accepted or refused with a reason."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import policy, standing
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Assignment, Case
from crossdesk.cases.moving import moving, moving_leg, same_as_seen
from crossdesk.desks.models import GroupMember, ResolverGroup
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs


def assign(
    case: Case,
    *,
    group: ResolverGroup,
    by: Viewer,
    at: datetime,
    accept_by: datetime | None = None,
    note: str = "",
    seen: int | None = None,
) -> Assignment:
    if group.desk_id != case.owner_id:
        raise Invalid(f"{group} is not a group of {case.owner}; work outside the desk is an engagement.")
    with moving(case, "assign", by=by, at=at, seen=seen) as thread:
        return _offer(thread, case, None, group, by, at, accept_by, note)


def assign_leg(
    leg: Leg,
    *,
    group: ResolverGroup,
    by: Viewer,
    at: datetime,
    accept_by: datetime | None = None,
    note: str = "",
    seen: int | None = None,
) -> Assignment:
    """The engaged desk's own work: neither the case's owner nor its raiser sees to whom it went."""
    if group.desk_id != leg.to_desk_id or not by.works_at(leg.to_desk_id):
        raise NotAllowed(f"Only {leg.to_desk} assigns its own leg, and to its own groups.")
    with moving_leg(leg, "assign", by=by, at=at, seen=seen) as thread:
        return _offer(thread, leg.case, leg, group, by, at, accept_by, note)


def _offer(
    thread: Thread,
    case: Case,
    leg: Leg | None,
    group: ResolverGroup,
    by: Viewer,
    at: datetime,
    accept_by: datetime | None,
    note: str,
) -> Assignment:
    desk = leg.to_desk if leg else case.owner
    Assignment.objects.filter(case=case, leg=leg, desk=desk, ended_at=None).update(ended_at=at)
    offered = Assignment.objects.create(
        case=case,
        leg=leg,
        desk=desk,
        group=group,
        offered_at=at,
        accept_by=accept_by,
        seats=[case.seat_for(desk.seat_id)],
    )
    record(
        thread,
        "case.assign",
        audience=case.internal(desk),
        by=by.author(desk.pk),
        at=at,
        words=note.strip(),
        detail={"group": group.name},
        group=group.pk,
        assignment=offered.pk,
    )
    return offered


def accept(assignment: Assignment, *, by: Viewer, at: datetime, seen: int | None = None) -> None:
    with verbs():
        thread, live = _live(assignment, "accept", by, seen)
        live.accepted_at, live.accepted_by, live.accepted_name = at, by.person, by.name
        live.save()
        record(
            thread,
            "case.accept",
            audience=live.case.internal(live.desk),
            by=by.author(live.desk_id),
            at=at,
            detail={"group": live.group.name},
            assignment=live.pk,
        )
        standing.refresh(live.case, at)


def refuse(assignment: Assignment, *, by: Viewer, at: datetime, why: str, seen: int | None = None) -> None:
    """The ball goes back to the desk. How often its groups refused it is counted apart from bounces between desks."""
    if not why.strip():
        raise Invalid("Say why the group refuses it, so that the desk can send it to the right one.")
    with verbs():
        thread, live = _live(assignment, "refuse", by, seen)
        live.ended_at, live.refusal = at, why.strip()
        live.save()
        case = live.case
        refused = case.assignments.filter(desk=live.desk, leg=live.leg_id).exclude(refusal="")
        record(
            thread,
            "case.refuse",
            audience=case.internal(live.desk),
            by=by.author(live.desk_id),
            at=at,
            words=why.strip(),
            detail={"group": live.group.name},
            assignment=live.pk,
            refusals=refused.count(),
        )
        standing.refresh(case, at)


def _live(assignment: Assignment, move: str, by: Viewer, seen: int | None) -> tuple[Thread, Assignment]:
    thread = Thread.objects.select_for_update().get(pk=assignment.case_id)
    same_as_seen(thread, by, seen, "case", move)
    live = Assignment.objects.select_related("case", "desk", "group").get(pk=assignment.pk)
    if live.ended_at or live.accepted_at:
        raise Invalid(f"This offer to {live.group} was already {'accepted' if live.accepted_at else 'ended'}.")
    policy.require_named(by, live.case)
    if not GroupMember.objects.filter(group=live.group, membership__person=by.person).exists():
        raise NotAllowed(f"Only somebody in {live.group} can accept or refuse this offer.")
    return thread, live
