"""What `crossdesk market plan --replay` tells: past cases as they were judged, and as edited rules would judge them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from crossdesk.kit.time import in_full, iso

if TYPE_CHECKING:
    from crossdesk.impact.history import Walked
    from crossdesk.impact.replaying import Verdicted
    from crossdesk.rulebook.editions import Difference

EVERY = 1_000
LINE = "{:<14} {:>3}  {:<38} {:<24} {:<24} {}"
COLUMNS = LINE.format("Case", "Row", "Threshold", "Tripped then", "By the edited rules", "So")
WRITTEN = ("scenarios", "phrases")


def told(changes: Iterable[Difference], walked: Iterable[Walked], as_json: bool) -> None:
    """Line by line as cases are read; the progress goes to stderr, so that the rest can be kept in a file."""
    changed = [change.words for change in changes if change.kind in WRITTEN]
    if not as_json:
        click.echo("\n".join(changed or ["The edited rules leave every threshold as it is in force."]) + "\n")
        click.echo(COLUMNS)
    totals: Counter[str] = Counter()
    families = cases = 0
    for family in walked:
        families, cases = families + 1, cases + len(family.cases)
        for each in family.verdicts:
            totals[each.verdict.value] += 1
            click.echo(json.dumps(_record(each), ensure_ascii=False) if as_json else _line(each))
        if families % EVERY == 0:
            click.echo(f"  {cases:,} cases judged", err=True)
    if as_json:
        click.echo(json.dumps({"cases": cases, "families": families, "changes": changed, "totals": _every(totals)}))
    else:
        click.echo(_sum(cases, families, totals))


def _line(each: Verdicted) -> str:
    threshold = f"{each.column}: {each.threshold}"
    if len(threshold) > 38:
        threshold = f"{threshold[:37]}…"
    return LINE.format(each.case, each.row or "-", threshold, _at(each.before), _at(each.now), each.verdict.value)


def _record(each: Verdicted) -> dict[str, Any]:
    return {
        "case": each.case,
        "row": each.row,
        "scenario": each.scenario,
        "threshold": each.column,
        "edited": each.threshold,
        "before": iso(each.before) if each.before else None,
        "now": iso(each.now) if each.now else None,
        "verdict": each.verdict.value,
    }


def _at(moment: datetime | None) -> str:
    return in_full(moment) if moment else "never"


def _every(totals: Counter[str]) -> dict[str, int]:
    from crossdesk.impact.replaying import Verdict

    return {verdict.value: totals[verdict.value] for verdict in Verdict}


def _sum(cases: int, families: int, totals: Counter[str]) -> str:
    counts = ", ".join(f"{name} {count:,}" for name, count in _every(totals).items())
    return (
        f"\nCases: {cases:,}, in {families:,} families of linked ones. Thresholds that tripped: {counts}.\n"
        "“Not known”: the edited rule asks a question that nobody was asked then. A trigger is not recorded when it is"
        " reached: “then” is by the rules in force. Nothing was changed."
    )
