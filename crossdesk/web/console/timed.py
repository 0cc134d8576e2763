"""What clocks and the impact register recorded, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from crossdesk import rulebook
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import HUNDRED
from crossdesk.impact.models import Affected
from crossdesk.kit.time import clock_time, zone
from crossdesk.threads.models import Entry

TURNS = {
    "start": "Clock started",
    "pause": "Clock paused",
    "resume": "Clock runs again",
    "meet": "Promise kept",
    "stop": "Clock stopped",
    "reopen": "Clock goes on",
}
ROUTINE = frozenset({"clock.turned", "clock.retargeted", "impact.measured"})
"""What is recorded by the way; a warning, a breach or a crossed threshold is not."""

COUNTED = {"mpans": "MPANs", "meters": "meters", "parties": "parties", "systems": "systems", "processes": "processes"}


def title(entry: Entry) -> str:
    return TITLES[entry.kind](entry)


def turned(entry: Entry) -> str:
    facts = entry.facts
    if any(facts.get("late", ())):
        return _met(facts)
    until = f" until {clock_time(datetime.fromisoformat(facts['until']), entry.happened_at)}" if facts["until"] else ""
    return f"{TURNS[facts['turn']]}{until}: {', '.join(dict.fromkeys(map(measure, facts['measures'])))}"


def _met(facts: Mapping[str, Any]) -> str:
    """What was done in its time, and what was done after it."""
    told = {False: "Promise kept", True: "Done after the promised time"}
    each = list(zip(facts["measures"], facts["late"], strict=True))
    sorts = {late: list(dict.fromkeys(measure(key) for key, was in each if was is late)) for late in told}
    return "; ".join(f"{told[late]}: {', '.join(names)}" for late, names in sorts.items() if names)


def stepped(entry: Entry) -> str:
    """Who is told at this part of the target, by the rules in force."""
    facts = entry.facts
    levels = [each.name for each in rulebook.current().escalations.values() if each.percent == facts["percent"]]
    told = f"; for the {levels[0].lower()}" if levels else ""
    missed = "missed" if facts["percent"] == HUNDRED else f"{facts['percent']} % used"
    return f"Target {missed}, {measure(facts['measure'])}{told}. {facts['rule']}"


def moved(entry: Entry) -> str:
    """Another priority, agreement or other hours: from when to when, and by which rule."""
    facts = entry.facts
    if facts["before"] == facts["due"]:
        return f"Clock judged anew, {measure(facts['measure'])}. {facts.get('rule', '')}".strip()
    before, due = (_moment(facts[each], entry.happened_at) for each in ("before", "due"))
    return f"Due time moved, {measure(facts['measure'])}: {before} before, {due} now. {facts.get('rule', '')}".strip()


def _moment(at: str | None, ref: datetime) -> str:
    return f"{clock_time(datetime.fromisoformat(at), ref)} {zone(datetime.fromisoformat(at))}" if at else "no time"


ENDS = {"met": "met", "breached": "breached, not excused", "excused": "breached, excused", "stopped": "stopped"}


def validated(entry: Entry) -> str:
    ends = zip(entry.facts["measures"], entry.facts["ends"], strict=True)
    return "Clocks at closing: " + "; ".join(f"{measure(key)} {ENDS[end]}" for key, end in ends)


def measured(entry: Entry) -> str:
    found = {COUNTED[key]: number for key, number in entry.facts["measures"].items() if number}
    return "Counted what is affected: " + (", ".join(f"{n:,} {what}" for what, n in found.items()) or "nothing yet")


def crossed(entry: Entry) -> str:
    return f"Threshold crossed, {entry.facts['column']}: Appendix B, row {entry.facts['row']}"


def said(entry: Entry) -> str:
    facts = entry.facts
    what = Affected.Kind(facts["affected"]).label.lower()
    meters = f", {facts['meters']:,} meters" if facts["meters"] else ""
    return f"Impact on a {what} {facts['says']}{meters}"


def measure(key: str) -> str:
    return Clock.Measure(key).label.lower()


TITLES: Mapping[str, Callable[[Entry], str]] = {
    "clock.turned": turned,
    "clock.warned": stepped,
    "clock.breached": stepped,
    "clock.escalated": stepped,
    "clock.chased": lambda _: "No answer came by its due time: chased",
    "clock.retargeted": moved,
    "clock.recounted": moved,
    "clock.excused": lambda entry: f"Breach excused, {measure(entry.facts['measure'])}",
    "clock.validated": validated,
    "clock.breach_withdrawn": lambda entry: f"Breach withdrawn, {measure(entry.facts['measure'])}",
    "impact.measured": measured,
    "impact.crossed": crossed,
    "impact.said": said,
    "impact.applies": lambda entry: f"Another row of Appendix B applies: {_row(entry.facts)}",
    "impact.answer": lambda entry: f"Answered {'yes' if entry.facts['holds'] else 'no'}: {_question(entry)}",
}


def _row(facts: Mapping[str, Any]) -> str:
    scenario = rulebook.current().scenarios.get(facts["scenario"])
    return f"row {scenario.row}" if scenario else facts["scenario"]


def _question(entry: Entry) -> str:
    return str(entry.body.detail.get("question", ""))
