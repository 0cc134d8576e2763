"""Who held the case, and for how long: intervals that tile raised-to-closed exactly, read off the timeline.

A holder is whoever has the next step: the owner, the raiser, an engaged desk, or several desks by name at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdesk.threads.models import Entry

OWNER, RAISER = "owner", "raiser"
Holders = frozenset[str]
"""`owner`, `raiser`, or `leg:7`."""


@dataclass(frozen=True)
class Held:
    holders: Holders
    since: datetime
    until: datetime


@dataclass
class Ball:
    """Where the ball is, as one entry after another moves it."""

    asked: set[int]
    with_them: dict[int, bool]
    resolved: bool = False

    @property
    def holders(self) -> Holders:
        """A question to the raiser and legs that others work on hold together; with none of them it is the owner's."""
        raiser = {RAISER} if self.asked or self.resolved else set()
        legs = {f"leg:{leg}" for leg, theirs in self.with_them.items() if theirs}
        return frozenset(raiser | legs) or frozenset({OWNER})

    def move(self, kind: str, facts: dict[str, object], seq: int) -> None:
        leg = int(str(facts.get("leg") or 0))
        match kind:
            case "case.ask":
                self.asked.add(seq)
            case "case.answer":
                self.asked.clear()
            case "case.resolve":
                self.asked.clear()
                self.resolved = True
            case "case.dispute":
                self.resolved = False
            case "leg.engage" | "leg.ask_them" | "leg.carry_on" | "leg.dispute":
                self.with_them[leg] = True
            case "leg.ask_us" | "leg.resolve":
                self.with_them[leg] = False
            case "leg.confirm" | "leg.decline" | "leg.withdraw" | "leg.let_go" | "leg.give_up":
                self.with_them.pop(leg, None)


CLOSES = frozenset(
    {"case.confirm", "case.close", "case.redirect", "case.withdraw", "case.mark_duplicate", "case.turn_down"}
)
STEPS = CLOSES | {
    "case.raised", "case.take", "case.own", "case.reopen", "case.ask", "case.answer", "case.resolve", "case.dispute",
    "leg.engage", "leg.acknowledge", "leg.start", "leg.ask_us", "leg.ask_them", "leg.carry_on", "leg.resolve",
    "leg.dispute", "leg.confirm", "leg.decline", "leg.withdraw", "leg.let_go", "leg.give_up",
}  # fmt: skip
"""Every kind of entry that says where a case stands; the others, clocks and words, leave it where it was."""


def tiles(entries: Iterable[Entry], until: datetime) -> list[Held]:
    """From the first entry to the closing one, or to `until` while it is open. Opened again, it goes on from there."""
    return list(_joined(_spans(entries, until)))


def time_per_holder(held: Sequence[Held]) -> dict[Holders, timedelta]:
    """Adds up to the whole: time that several held together stands under all their names, once."""
    total: dict[Holders, timedelta] = {}
    for each in held:
        total[each.holders] = total.get(each.holders, timedelta()) + (each.until - each.since)
    return total


def _spans(entries: Iterable[Entry], until: datetime) -> Iterator[Held]:
    ball, since = Ball(set(), {}), None
    for entry in sorted(entries, key=lambda each: each.seq):
        at = entry.recorded_at
        if since is not None:
            yield Held(ball.holders, since, at)
        if entry.kind in CLOSES:
            ball, since = Ball(set(), {}), None
            continue
        ball.move(entry.kind, entry.facts, entry.seq)
        if since is not None or entry.kind in {"case.raised", "case.reopen"}:
            since = at
    if since is not None and since < until:
        yield Held(ball.holders, since, until)


def _joined(spans: Iterable[Held]) -> Iterator[Held]:
    last: Held | None = None
    for span in spans:
        if span.since == span.until:
            continue
        if last and last.holders == span.holders and last.until == span.since:
            last = Held(last.holders, last.since, span.until)
        else:
            if last:
                yield last
            last = span
    if last:
        yield last
