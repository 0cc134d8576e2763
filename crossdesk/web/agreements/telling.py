"""An agreement and its versions in plain words: the state of each, who did what when, and what is promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crossdesk.clocks.models import Clock
from crossdesk.desks.agreements import MEASURES, PRIORITIES, in_force, newest_begun
from crossdesk.desks.models import Agreement, Terms
from crossdesk.kit.lengths import write_length
from crossdesk.kit.time import clock_time, until
from crossdesk.web.agreements.exchanging import in_words

HEADINGS = tuple(Clock.Measure(each).label for each in MEASURES)


@dataclass(frozen=True)
class Told:
    """`kind` is how the mark looks; `words` what it says; `steps` who did what when; `until` the end of its days: its
    own, or that of a later version's first."""

    terms: Terms
    kind: str
    words: str
    steps: tuple[str, ...]
    until: datetime | None

    @property
    def waits(self) -> bool:
        return self.terms.waits

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """Only the priorities for which something is agreed."""
        return [
            (priority, [length(self.terms.minutes(priority, each)) for each in MEASURES])
            for priority in PRIORITIES
            if self.terms.targets.get(priority)
        ]

    @property
    def acknowledge(self) -> str:
        return length(self.terms.acknowledge)

    @property
    def hours(self) -> str:
        if self.terms.hours == Terms.Hours.OTHER and self.terms.calendar:
            return f"the hours of {self.terms.calendar}"
        return str(Terms.Hours(self.terms.hours).label)

    @property
    def exchange(self) -> list[tuple[str, str]]:
        return in_words(self.terms.exchange)

    @property
    def undisputed(self) -> str:
        days = self.terms.auto_close_days
        if not days:
            return "not agreed; the sender confirms each answer"
        return f"after {days} day{'' if days == 1 else 's'} without dispute"


def length(minutes: int | None) -> str:
    return write_length(minutes) if minutes else "not agreed"


def told(agreement: Agreement, versions: Sequence[Terms], at: datetime) -> list[Told]:
    newest, now = newest_begun(versions, at), in_force(versions, at)
    return [
        Told(each, *_state(each, newest, now, at), steps=_steps(each, at), until=_until(each, versions))
        for each in versions
    ]


def leading(rows: Sequence[Told]) -> Told:
    """The one that says how the agreement stands: what is in force, else what waits or comes, else the newest."""
    for kind in ("good", "warn", "ahead"):
        if found := next((each for each in rows if each.kind == kind), None):
            return found
    return rows[0]


def _state(terms: Terms, newest: Terms | None, now: Terms | None, at: datetime) -> tuple[str, str]:
    if terms.waits:
        if terms.until and terms.until <= at:
            return "", "Ran out before it was accepted"
        return "warn", f"Waits for {terms.answering}"
    if terms.declined_at:
        own = terms.declined_by.endswith(f", {terms.proposed_for}")
        return "", "Taken back" if own else "Declined"
    if now == terms:
        return "good", f"In force {until(terms.until, at)}" if terms.until else "In force"
    if terms.ended_at and terms.ended_at <= at:
        return "", f"Ended {clock_time(terms.ended_at, at)}"
    if newest and newest.number > terms.number:
        return "", f"Replaced by version {newest.number}"
    if terms.over(at):
        return "", f"Over since {clock_time(terms.until, at)}" if terms.until else "Over"
    return "ahead", f"Begins {clock_time(terms.since, at)}"


def _until(terms: Terms, versions: Sequence[Terms]) -> datetime | None:
    later = (each.begins for each in versions if each.number > terms.number)
    return min((each for each in (terms.until, terms.ended_at, *later) if each), default=None)


def _steps(terms: Terms, at: datetime) -> tuple[str, ...]:
    steps = [f"Proposed {clock_time(terms.proposed_at, at)} by {terms.proposed_by}"]
    if terms.accepted_at and terms.said_at:
        steps.append(f"Accepted by {terms.said_by} of {terms.answering}, {clock_time(terms.said_at, at)}")
        steps.append(f"recorded {clock_time(terms.accepted_at, at)} by {terms.accepted_by}")
    elif terms.accepted_at:
        steps.append(f"accepted {clock_time(terms.accepted_at, at)} by {terms.accepted_by}")
    if terms.declined_at:
        steps.append(f"answered {clock_time(terms.declined_at, at)} by {terms.declined_by}")
    if terms.ended_at:
        steps.append(f"ended {clock_time(terms.ended_at, at)} by {terms.ended_by}")
    return tuple(steps)
