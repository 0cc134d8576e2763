"""Next action, who and by when: worked out for each seat after every verb, so that no list has to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage, Stage
from crossdesk.cases.models import Assignment, Case, Hold, JointTriage, Question, Standing
from crossdesk.clocks.models import Clock
from crossdesk.clocks.opening import NeverOpens
from crossdesk.clocks.turning import live_clocks
from crossdesk.desks.models import Desk
from crossdesk.desks.ways import Channel

US, THEM, NOBODY = Standing.Ball.US, Standing.Ball.THEM, Standing.Ball.NOBODY


@dataclass(frozen=True)
class Next:
    ball: str
    who: str = ""
    what: str = ""
    by: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """All that the next action depends on, read once."""

    case: Case
    legs: list[Leg]
    questions: list[Question]
    assignments: dict[tuple[int, int | None], Assignment]
    joint: JointTriage | None = None
    joint_desks: Sequence[Desk] = ()
    clocks: Sequence[Clock] = ()
    waits: Hold | None = None
    """What a request waits for: an approval or a step, and whose turn it is."""

    def question_to(self, seat: int) -> Question | None:
        """Of the case itself or of one of the owner's legs."""
        return next((each for each in self.questions if each.addressee_id == seat and not self._onward(each)), None)

    def _onward(self, question: Question) -> bool:
        return any(leg.pk == question.leg_id and leg.onward_of_id for leg in self.legs)

    def question_on(self, leg: Leg) -> datetime | None:
        return next((each.due_at for each in self.questions if each.leg_id == leg.pk), None) or leg.answer_by

    def legs_under(self, leg: Leg | None) -> list[Leg]:
        """The legs that the case's owner, or the desk of this leg, engaged."""
        return [each for each in self.legs if each.onward_of_id == (leg.pk if leg else None)]

    @property
    def in_joint_triage(self) -> bool:
        return self.joint is not None and self.joint.decided_at is None


def begin(case: Case, at: datetime) -> None:
    """A case just raised has neither legs nor questions nor offers; only its first clock may run."""
    Standing.objects.bulk_create(_rows(Facts(case, [], [], {}, clocks=live_clocks(case.pk)), at))


def _waits(case: Case) -> Hold | None:
    if case.kind != Case.Kind.REQUEST or not case.is_open:
        return None
    return case.holds.filter(lifted_at=None, keeps=Hold.Keeps.RESOLVING).exclude(what="").first()


_later: ContextVar[dict[Case, datetime] | None] = ContextVar("standings_later", default=None)


@contextmanager
def once_at_the_end() -> Iterator[None]:
    """For many verbs in one transaction, between which nobody looks: each case is worked out once, as it then is."""
    later: dict[Case, datetime] = {}
    token = _later.set(later)
    try:
        yield
    finally:
        _later.reset(token)
    for case, at in later.items():
        refresh(case, at)


def refresh(case: Case, at: datetime) -> None:
    if (later := _later.get()) is not None:
        later.pop(case, None)  # the newest of equal cases is the one that stands as it does now
        later[case] = at
        return
    joint = case.joint_triages.order_by("-pk").first() if case.bounces > 1 else None
    facts = Facts(
        case,
        list(case.legs.select_related("to_desk__owner", "from_desk", "terms")),
        list(case.questions.filter(answered_at=None).order_by("due_at")),
        {(a.desk_id, a.leg_id): a for a in case.assignments.filter(ended_at=None).select_related("group")},
        joint,
        list(Desk.objects.filter(pk__in=joint.desks).exclude(pk=case.owner_id)) if joint else (),
        live_clocks(case.pk),
        _waits(case),
    )
    rows = list(_rows(facts, at))
    Standing.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case", "seat", "leg"],
        update_fields=[
            "part",
            "is_open",
            "stage",
            "priority",
            "ball",
            "next_who",
            "next_what",
            "next_by",
            "person",
            "group",
            "persons",
            "legs",
            "trouble",
            "bounces",
            "clock_since",
            "clock_due",
            "clock_paused",
            "changed_at",
        ],
    )


def _rows(facts: Facts, at: datetime) -> Iterator[Standing]:
    case = facts.case
    every = [_leg_mark(leg) for leg in facts.legs]
    engaged = [_leg_mark(leg) for leg in facts.legs_under(None)]
    shown = engaged if case.legs_shown == Case.LegsShown.ENGAGED else every
    is_open = case.stage != Stage.CLOSED
    held = facts.assignments.get((case.owner_id, None))
    owner = _row(facts, case.seat_for(case.owner.seat_id), Standing.Part.OWNS, for_owner(facts), is_open, every, at)
    _in_hand(owner, held)
    owner.persons = facts.waits.persons if facts.waits else []
    yield owner
    raiser = for_raiser(facts)
    yield _row(facts, case.seat_for(case.raiser.seat_id), Standing.Part.RAISED, raiser, is_open, shown, at)
    for seat in case.followed_by:
        theirs = replace(raiser, ball=THEM)
        yield _row(facts, seat, Standing.Part.FOLLOWS, theirs, is_open, shown, at)
    for leg in facts.legs:
        seat = case.seat_for(leg.to_desk.seat_id)
        to_all = case.legs_shown == Case.LegsShown.EVERYONE
        known = every if to_all else [_leg_mark(each) for each in facts.legs_under(leg)]
        row = _row(facts, seat, Standing.Part.ENGAGED, for_leg(facts, leg), not leg.settled, known, at)
        row.leg, row.stage, row.priority = leg.pk, leg.stage, leg.priority or case.priority or 5
        _timed(row, [clock for clock in facts.clocks if clock.leg == leg.pk])
        _in_hand(row, facts.assignments.get((leg.to_desk_id, leg.pk)))
        yield row
    for desk in facts.joint_desks:
        if desk.hosted:
            following, seat = for_concerned(facts, desk), case.seat_for(desk.seat_id)
            yield _row(facts, seat, Standing.Part.FOLLOWS, following, is_open and facts.in_joint_triage, [], at)


def _row(
    facts: Facts, seat: int, part: str, following: Next, is_open: bool, legs: list[dict[str, Any]], at: datetime
) -> Standing:
    if not is_open:
        following = Next(NOBODY)
    row = Standing(
        seat_id=seat,
        case=facts.case,
        part=part,
        is_open=is_open,
        stage=facts.case.stage,
        priority=facts.case.priority or 5,
        ball=following.ball,
        next_who=following.who[:120],
        next_what=following.what[:160],
        next_by=following.by,
        legs=legs,
        trouble=any(leg["flag"] for leg in legs),
        raiser_id=facts.case.raiser_id,
        system=facts.case.system,
        scenario=facts.case.scenario,
        bounces=facts.case.bounces,
        changed_at=at,
    )
    _timed(row, [clock for clock in facts.clocks if seat in clock.seats])
    return row


def _timed(row: Standing, clocks: list[Clock]) -> None:
    """The clock that is due first. Where the next step has no time of its own, that is its time."""
    running = [clock for clock in clocks if clock.due_at and clock.state == Clock.State.RUNNING]
    first = min(running, key=lambda clock: clock.due_at or clock.started_at, default=None)
    row.clock_since, row.clock_due = (first.started_at, first.due_at) if first else (None, None)
    row.clock_paused = bool(clocks) and not running
    if row.is_open and row.next_by is None and row.stage != Stage.RESOLVED:
        row.next_by = row.clock_due


def _in_hand(row: Standing, assignment: Assignment | None) -> None:
    if assignment:
        row.group = assignment.group_id
        row.person = assignment.accepted_by


def _leg_mark(leg: Leg) -> dict[str, Any]:
    flag = "undeliverable" if leg.undeliverable else "silent" if leg.silent else ""
    seat = leg.case.seat_for(leg.to_desk.seat_id)
    return {
        "desk": str(leg.to_desk),
        "seat": seat,
        "party": leg.to_desk.owner.short_name,
        "stage": leg.stage,
        "flag": flag,
    }


def for_owner(facts: Facts) -> Next:
    case, owner = facts.case, facts.case.owner
    if facts.in_joint_triage and case.is_open:
        silent = [str(desk) for desk in facts.joint_desks if facts.joint and desk.pk not in facts.joint.spoken]
        hear = f"hear {', '.join(silent)} and decide joint triage" if silent else "decide joint triage"
        return Next(US, str(owner), hear)
    if waits := facts.waits:
        return Next(US if waits.seat_id == owner.seat_id else THEM, waits.who, waits.what, waits.by)
    if case.stage == Stage.RAISED:
        return Next(NOBODY, str(owner), "take it into triage", _triaged_by(case.raised_at, owner))
    if case.stage == Stage.RESOLVED:
        return Next(THEM, str(case.raiser), "confirm or dispute")
    if mine := facts.question_to(owner.seat_id):
        return Next(US, str(owner), "answer the question", mine.due_at)
    if theirs := facts.question_to(case.raiser.seat_id):
        return Next(THEM, str(case.raiser), "answer the question", theirs.due_at)
    if case.stage == Stage.TRIAGE:
        return Next(US, str(owner), "decide: ours, onward or redirect", _triaged_by(case.round_began, owner))
    return _from_legs(facts, None) or _by_assignment(
        facts.assignments.get((owner.pk, None)), str(owner), "resolve it" if facts.legs else "assign it"
    )


def _from_legs(facts: Facts, leg: Leg | None) -> Next | None:
    """What its open legs ask of the desk that engaged others: first what waits for itself, then the soonest promise."""
    following = [_sender_sees(facts, each) for each in facts.legs_under(leg) if not each.settled]
    ours = [each for each in following if each.ball == US]
    return min(
        ours or following, key=lambda each: (each.by is None, each.by.timestamp() if each.by else 0), default=None
    )


def _sender_sees(facts: Facts, leg: Leg) -> Next:
    desk = str(leg.to_desk)
    if leg.undeliverable or leg.silent:
        return Next(US, str(leg.from_desk), f"reach {desk} another way", leg.acknowledge_by)
    match leg.stage:
        case LegStage.RESOLVED:
            return Next(US, str(leg.from_desk), f"confirm or dispute the answer of {desk}")
        case LegStage.PENDING_US:
            return Next(US, str(leg.from_desk), f"answer {desk}", facts.question_on(leg))
        case LegStage.SENDING if way := _by_hand(leg):
            return Next(US, str(leg.from_desk), way, leg.acknowledge_by)
        case LegStage.DRAFT | LegStage.SENDING | LegStage.DELIVERED:
            return Next(THEM, desk, "acknowledge the engagement", leg.acknowledge_by)
        case _:
            return Next(THEM, desk, "answer", facts.question_on(leg))


def _by_hand(leg: Leg) -> str:
    """Where a person has to carry the case to them, they cannot acknowledge what they have not been told."""
    channel = leg.terms.exchange.channel if leg.terms else Channel.MAIL
    told = {Channel.PORTAL: f"key it into the portal of {leg.to_desk}", Channel.PHONE: f"telephone {leg.to_desk}"}
    return told.get(channel, "")


def _by_assignment(assignment: Assignment | None, desk: str, otherwise: str) -> Next:
    if assignment is None:
        return Next(US, desk, otherwise)
    if assignment.accepted_at is None:
        return Next(US, assignment.group.name, "accept or refuse the offer", assignment.accept_by)
    return Next(US, assignment.accepted_name or assignment.group.name, "resolve it")


def for_raiser(facts: Facts) -> Next:
    case = facts.case
    if case.stage == Stage.RESOLVED:
        return Next(US, str(case.raiser), "confirm or dispute")
    if question := facts.question_to(case.raiser.seat_id):
        return Next(US, str(case.raiser), "answer the question", question.due_at)
    if waits := facts.waits:
        return Next(US if waits.seat_id == case.raiser.seat_id else THEM, waits.who, waits.what, waits.by)
    if case.stage in {Stage.RAISED, Stage.TRIAGE}:
        return Next(THEM, str(case.owner), "triage", _triaged_by(case.round_began, case.owner))
    waiting = next((leg for leg in facts.legs_under(None) if not leg.settled), None)
    if waiting:
        return Next(THEM, str(case.owner), f"get the answer of {waiting.to_desk}", waiting.answer_by)
    return Next(THEM, str(case.owner), "resolve it")


def for_leg(facts: Facts, leg: Leg) -> Next:
    desk = str(leg.to_desk)
    match leg.stage:
        case LegStage.DRAFT | LegStage.SENDING | LegStage.DELIVERED:
            return Next(US, desk, "acknowledge", leg.acknowledge_by)
        case LegStage.PENDING_THEM:
            return Next(US, desk, f"answer {leg.from_desk}", facts.question_on(leg))
        case LegStage.PENDING_US:
            return Next(THEM, str(leg.from_desk), "answer", facts.question_on(leg))
        case LegStage.RESOLVED:
            return Next(THEM, str(leg.from_desk), "confirm or dispute")
        case _:
            held = facts.assignments.get((leg.to_desk_id, leg.pk))
            return _from_legs(facts, leg) or _by_assignment(held, desk, "answer")


def for_concerned(facts: Facts, desk: Desk) -> Next:
    if facts.joint and desk.pk not in facts.joint.spoken:
        return Next(US, str(desk), "say in joint triage whether it is yours")
    return Next(THEM, str(facts.case.owner), "decide joint triage")


def _triaged_by(start: datetime, desk: Desk) -> datetime | None:
    """By the desk's own opening hours, as its clock says."""
    if not desk.triage_within:
        return None
    try:
        return desk.calendar.hours.after(start, desk.triage_within) if desk.calendar else start + desk.triage_within
    except NeverOpens:
        return None
