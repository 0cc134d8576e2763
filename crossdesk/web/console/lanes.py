"""Who held the case, drawn from its entries: filled is working, hatched is waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.questions import CaseFile
from crossdesk.desks.models import Desk
from crossdesk.kit.time import clock_time
from crossdesk.threads.models import Entry

State = tuple[str, str] | None
"""How a stretch of time looks (working, waiting, theirs, done) and what it is called; None once it is over."""

LEG_STATES: dict[str, State] = {
    "leg.engage": ("waiting", "Sent, not yet acknowledged"),
    "leg.acknowledge": ("theirs", "Acknowledged"),
    "leg.start": ("theirs", "Working"),
    "leg.ask_us": ("waiting", "Waiting for an answer to them"),
    "leg.ask_them": ("theirs", "Asked"),
    "leg.carry_on": ("theirs", "Working"),
    "leg.resolve": ("done", "Resolved, to be confirmed"),
    "leg.dispute": ("theirs", "Disputed, working again"),
    "leg.confirm": None,
    "leg.decline": None,
    "leg.withdraw": None,
    "leg.let_go": None,
    "leg.give_up": None,
}
CASE_STAGES = {
    "case.raised": "raised",
    "case.take": "triage",
    "case.reopen": "triage",
    "case.own": "assigned",
    "leg.engage": "assigned",
    "case.dispute": "assigned",
    "case.resolve": "resolved",
    **dict.fromkeys(("case.confirm", "case.close", "case.redirect", "case.mark_duplicate", "case.withdraw"), "closed"),
    "case.turn_down": "closed",
}


@dataclass(frozen=True)
class Stretch:
    look: str
    label: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Lane:
    desk: Desk
    stretches: list[Stretch]
    leg: Leg | None = None


@dataclass(frozen=True)
class Window:
    """The time that is drawn; places are percent of it."""

    start: datetime
    end: datetime

    def place(self, at: datetime) -> float:
        return 100 * ((at - self.start) / (self.end - self.start))

    def tick(self, share: int) -> datetime:
        return self.start + (self.end - self.start) * share / 100


@dataclass(frozen=True)
class Drawing:
    """As the lanes of a case page take it."""

    rows: list[dict[str, Any]]
    axis: list[dict[str, Any]]
    now: dict[str, Any]
    since: datetime


def lanes_of(file: CaseFile, at: datetime) -> Drawing | None:
    """An engaged desk sees its own lane; the owner's is drawn for those who may read how the case began."""
    stop = min(at, file.case.closed_at or at)
    drawn = []
    if any(step.kind == "case.raised" for step in file.steps):
        drawn.append(Lane(file.case.owner, list(_stretches(_owner_states(file.steps), stop))))
    for leg in file.legs:
        drawn.append(Lane(leg.to_desk, list(_stretches(_leg_states(file, leg), stop)), leg))
    begun = [stretch.since for lane in drawn for stretch in lane.stretches]
    if not begun:
        return None
    start = min(begun)
    window = Window(start, start + max(stop - start, timedelta(minutes=10)) * 1.08)
    ticks = (window.tick(share) for share in (0, 20, 40, 60, 80))
    return Drawing(
        rows=[_row(lane, window, at) for lane in drawn],
        axis=[{"at": window.place(t), "label": clock_time(t, at), "minor": n in {1, 3}} for n, t in enumerate(ticks)],
        now={"at": window.place(stop), "label": clock_time(stop, at)},
        since=start,
    )


def _row(lane: Lane, window: Window, at: datetime) -> dict[str, Any]:
    state, label = _state_of(lane)
    party = lane.desk.owner.short_name
    return {
        "party": party,
        "desk": lane.desk.name.removeprefix(party).strip(),
        "state": state,
        "state_label": label,
        "detail": f"their {lane.leg.their_reference}" if lane.leg and lane.leg.their_reference else "",
        "segments": [_segment(stretch, window, at) for stretch in lane.stretches],
    }


def _segment(stretch: Stretch, window: Window, at: datetime) -> dict[str, Any]:
    left = window.place(stretch.since)
    return {
        "left": left,
        "width": max(0.4, window.place(stretch.until) - left),
        "kind": stretch.look,
        "words": stretch.label,
        "from": clock_time(stretch.since, at),
        "to": clock_time(stretch.until, at),
    }


def _state_of(lane: Lane) -> tuple[str, str]:
    if lane.leg:
        flag = "undeliverable" if lane.leg.undeliverable else "silent" if lane.leg.silent else ""
        return flag or lane.leg.stage, flag or LegStage(lane.leg.stage).label.lower()
    last = lane.stretches[-1].look if lane.stretches else ""
    return ("working", "working") if last == "working" else ("sending", "waiting")


def _leg_states(file: CaseFile, leg: Leg) -> Iterator[tuple[datetime, State]]:
    """While all that a desk works on is with desks it engaged onward it waits, for those who may know of them."""
    onward = {each.pk for each in file.legs if each.onward_of_id == leg.pk}
    own: State = None
    with_them: dict[int, bool] = {}
    for entry in file.steps:
        if _is_of(entry, leg):
            own = LEG_STATES[entry.kind]
        elif entry.kind in LEG_STATES and entry.facts.get("leg") in onward:
            _take_in(with_them, entry)
        else:
            continue
        waits = own and own[0] == "theirs" and with_them and all(with_them.values())
        yield entry.happened_at, ("waiting", "Waiting for desks it engaged") if waits else own


def _take_in(with_them: dict[int, bool], entry: Entry) -> None:
    """Which legs are with the desk that was engaged, and which wait for the one that engaged it."""
    leg = entry.facts.get("leg", 0)
    if LEG_STATES[entry.kind] is None:
        with_them.pop(leg, None)
    else:
        with_them[leg] = entry.kind not in {"leg.ask_us", "leg.resolve"}


def _is_of(entry: Entry, leg: Leg) -> bool:
    return entry.kind in LEG_STATES and entry.facts.get("leg") == leg.pk


def _stretches(states: Iterator[tuple[datetime, State]], stop: datetime) -> Iterator[Stretch]:
    """Neighbours that say the same are one stretch."""
    since, state = stop, None
    for at, following in states:
        if following == state:
            continue
        if state:
            yield Stretch(*state, since, max(at, since))
        since, state = at, following
    if state:
        yield Stretch(*state, since, max(stop, since))


@dataclass
class _Owner:
    """What the owning desk waits for, as one entry after the other happened."""

    stage: str = "raised"
    asked_raiser: bool = False
    with_them: dict[int, bool] = field(default_factory=dict)

    def take_in(self, entry: Entry) -> State:
        self.stage = CASE_STAGES.get(entry.kind, self.stage)
        if entry.kind in {"case.ask", "case.answer"}:
            self.asked_raiser = entry.kind == "case.ask"
        if self.stage in {"resolved", "closed"}:
            self.asked_raiser = False
        if entry.kind in LEG_STATES:
            _take_in(self.with_them, entry)
        return self.state

    @property
    def state(self) -> State:
        match self.stage:
            case "closed":
                return None
            case "raised":
                return "waiting", "Not yet taken"
            case "resolved":
                return "waiting", "Raiser confirms"
        if self.asked_raiser:
            return "waiting", "Waiting for the raiser"
        if self.with_them and all(self.with_them.values()):
            return "waiting", "Waiting for engaged desks"
        return "working", "Triage" if self.stage == "triage" else "Working"


def _owner_states(steps: list[Entry]) -> Iterator[tuple[datetime, State]]:
    owner = _Owner()
    for entry in steps:
        yield entry.happened_at, owner.take_in(entry)
