"""A case's clocks as its reader sees them: what is left, by which rule, what paused it, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk import rulebook
from crossdesk.cases.models import Case
from crossdesk.cases.questions import CaseFile
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import HUNDRED
from crossdesk.kit.time import clock_time, left, span

SOON = 75
"""Percent of the target from which a clock is shown as a warning."""


@dataclass(frozen=True)
class Row:
    name: str
    words: str
    share: float
    state: str
    detail: str
    due: datetime | None
    unexcused: bool = False


@dataclass(frozen=True)
class Told:
    """A level of escalation that was told."""

    level: str
    at: datetime
    whose: str
    how: str


def clocks_of(case: Case) -> list[Clock]:
    """Read as the viewer: the latest of each promise; its earlier rounds are left to the timeline."""
    rows = Clock.objects.filter(thread=case.pk).select_related("calendar").order_by("leg", "pk")
    latest = {(clock.leg, clock.desk, clock.measure): clock for clock in rows}
    return list(latest.values())


def rows(file: CaseFile, at: datetime) -> list[Row]:
    desks = {leg.pk: leg.to_desk.name for leg in file.legs}
    return [
        row(clock, desks.get(clock.leg, "A leg") if clock.leg else "The case", at) for clock in clocks_of(file.case)
    ]


def escalations(file: CaseFile) -> list[Told]:
    desks, book = {leg.pk: leg.to_desk.name for leg in file.legs}, rulebook.current()
    return [
        Told(
            book.escalations[facts["level"]].name if facts["level"] in book.escalations else facts["level"],
            entry.happened_at,
            desks.get(facts["leg"], "A leg") if facts["leg"] else "The case",
            _by_mail(facts["letters"], file.case),
        )
        for entry in file.escalations
        for facts in (entry.facts,)
    ]


def _by_mail(letters: int, case: Case) -> str:
    if letters:
        return f"{letters} {'letter' if letters == 1 else 'letters'} by mail"
    return "nobody by mail; the case is restricted" if case.restricted else "nobody; nobody there could be told"


def row(clock: Clock, whose: str, at: datetime) -> Row:
    share = used(clock, at)
    words, state = told(clock, share, at)
    name, missed = f"{whose}, {clock.get_measure_display().lower()}", clock.late(at) and clock.excused_at is None
    due = clock.due_at if clock.live else None  # the browser counts on from it, and this one has ended
    return Row(name, words, share, state, why(clock, at), due, missed)


def drawn(clock: Clock | None, at: datetime) -> Row | None:
    """The clock of an action; nothing for whoever may not read it."""
    return row(clock, "Action", at) if clock else None


def told(clock: Clock, share: float, at: datetime) -> tuple[str, str]:
    if clock.state == Clock.State.STOPPED:
        return "stopped", "none"
    if clock.state == Clock.State.MET and clock.ended_at:
        over = f", {span(clock.ended_at - clock.due_at)} late" if clock.breached_at and clock.due_at else ""
        if over and clock.excused_at:
            return f"met at {clock_time(clock.ended_at, at)}{over}, excused", "none"
        return f"met at {clock_time(clock.ended_at, at)}{over}", "over" if over else "met"
    if clock.state == Clock.State.PAUSED:
        until = f", runs again {clock_time(clock.resumes_at, at)}" if clock.resumes_at else ""
        return f"paused{until}", "paused"
    if clock.due_at is None:
        return "never due: its calendar is never open", "none"
    return left(clock.due_at, at), "over" if clock.due_at < at else "warn" if share >= SOON else ""


def used(clock: Clock, at: datetime) -> float:
    """How much of the target is spent, by the clock's own hours. One that is paused or over draws no measure."""
    if clock.due_at is None or clock.state != Clock.State.RUNNING:
        return HUNDRED
    rest = clock.target.hours.worked(at, clock.due_at)
    return min(max(HUNDRED - HUNDRED * (rest / clock.target.length), 0), HUNDRED)


def why(clock: Clock, at: datetime) -> str:
    """Which rule, on whose word, by whose hours, and when it would breach."""
    if clock.state == Clock.State.STOPPED:
        return clock.because
    hours = by_whose_hours(clock, at)
    due = f", due {clock_time(clock.due_at, at)}" if clock.due_at and clock.live else ""
    unpublished = "Agreed by the two parties" if clock.terms else "Not published; set by operator"
    source = clock.source if clock.published else unpublished
    return ". ".join(filter(None, [clock.because.rstrip("."), clock.rule, hours + due, source]))


def by_whose_hours(clock: Clock, at: datetime) -> str:
    """Which versions of the calendar count between its start and when it is due."""
    if clock.calendar is None:
        return "Around the clock"
    if not clock.calendar.version:
        return f"Around the clock: {clock.calendar} has not said when it is open"
    end = clock.ended_at or clock.due_at or at
    used = clock.calendar.hours.between(clock.started_at, max(end, clock.started_at))
    said = [f"version {each.number} from {clock_time(each.since, at)}" for each in used if each.number]
    begun = ["around the clock until then"] if len(said) < len(used) and said else []
    return f"Hours of {clock.calendar}, {', '.join(said + begun)}" if said else "Around the clock"
