"""The impact panel of the case page: what is affected, in whose word, and how far each threshold is.

The owning desk reads each party's share and who tipped it; a party its own share, its own line and the total.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crossdesk import rulebook
from crossdesk.cases.questions import CaseFile
from crossdesk.impact.judging import COLUMNS, Finding, noun, triggered
from crossdesk.impact.models import Affected
from crossdesk.impact.policy import speaks_for, why_not_retract, why_not_say
from crossdesk.impact.questions import Judged, Register
from crossdesk.rulebook.rows.handling import Scenario
from crossdesk.rulebook.rows.row import Threshold
from crossdesk.web.console.acts import ENGAGE, why_not
from crossdesk.web.console.forms import About
from crossdesk.web.gauge import aloud, edge, scale

OTHERS = "Other parties"


@dataclass(frozen=True)
class Part:
    name: str
    count: int
    percent: float
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    noun: str
    total: int
    words: str
    parts: list[Part]
    edges: list[dict[str, Any]]


@dataclass(frozen=True)
class Cell:
    """One threshold of one row: counted, or a question with its answer."""

    words: str
    state: str
    detail: str = ""
    phrase: str = ""
    at: datetime | None = None
    first: bool = False


@dataclass(frozen=True)
class Row:
    number: int
    trigger: str
    starts: str
    cells: list[Cell]


@dataclass(frozen=True)
class Line:
    """One line of the register, and what this viewer may do with it."""

    pk: int
    name: str
    kind: str
    says: str
    meters: int
    whose: str
    reference: str
    confirm: str = ""
    deny: bool = False
    retract: bool = False


@dataclass(frozen=True)
class Panel:
    gauges: list[Drawn]
    rows: list[Row]
    lines: list[Line]
    silent: list[tuple[int, str, int, str]]
    opened: str
    opened_at: datetime | None
    tipped: Judged | None
    proposed: list[dict[str, Any]]
    why_not_engage: str
    counted_at: datetime | None
    speaks_here: bool
    unanswered: int


def impact(file: CaseFile, at: datetime) -> dict[str, Any]:
    read = Register(file.case)
    findings = read.findings() if file.at_owner else []
    rows = list(_rows(read, findings))
    first = read.opened
    panel = Panel(
        gauges=list(_gauges(read, findings, file.at_owner)),
        rows=rows,
        lines=list(_lines(read, file)),
        silent=list(_silent(read)) if file.at_owner else [],
        opened=_tripped(first) if first else "",
        opened_at=first.at if first else None,
        tipped=first,
        proposed=_proposed(first, file) if file.at_owner and first else [],
        why_not_engage=(why_not(ENGAGE, About(file.case, file.viewer)) or "") if first and file.at_owner else "",
        counted_at=read.counted_at,
        speaks_here=file.raised_it or any(file.viewer.works_at(leg.to_desk_id) for leg in file.legs),
        unanswered=sum(cell.state == "asks" for row in rows for cell in row.cells),
    )
    return {"impact": panel}


def _tripped(crossing: Judged) -> str:
    scenario = rulebook.current().scenarios.get(crossing.key)
    return f"Row {scenario.row}" if scenario else crossing.key


# Gauges


def _gauges(read: Register, findings: list[Finding], at_owner: bool) -> Iterator[Drawn]:
    for measure, total in read.totals.items():
        edges = list(_edges(findings, measure))
        told = read.measures[measure] if at_owner else total
        if not told:
            continue
        whole = scale(told, [threshold.count for _, threshold in edges])
        drawn = [edge(label, threshold, told, whole) for label, threshold in edges]
        parts = list(_parts(read, measure, told, whole))
        yield Drawn(noun(measure), told, aloud(told, noun(measure), whole, drawn), parts, drawn)


def _edges(findings: list[Finding], measure: str) -> Iterator[tuple[str, Threshold]]:
    """The nearest edge of each column; the rows below say them all."""
    for column in COLUMNS:
        counted = [each for each in findings if each.column == column and each.counted]
        fitting = [each for each in counted if each.counted and each.counted.measure == measure]
        nearest = min(fitting, key=lambda each: each.counted.count if each.counted else 0, default=None)
        if nearest and nearest.counted:
            yield column, nearest.counted


def _parts(read: Register, measure: str, total: int, whole: int) -> Iterator[Part]:
    shares = sorted(read.shares(measure).values(), key=lambda share: -share[1])
    for name, count, references in shares:
        if count:
            yield Part(name, count, 100 * count / whole, tuple(references))
    told = sum(count for _, count, _ in shares)
    if total > told:
        yield Part(OTHERS, total - told, 100 * (total - told) / whole)


# Rows of Appendix B


def _rows(read: Register, findings: list[Finding]) -> Iterator[Row]:
    by_row: dict[str, list[Finding]] = {}
    for each in findings:
        by_row.setdefault(each.scenario.key, []).append(each)
    for found in by_row.values():
        scenario = found[0].scenario
        cells = [_cell(read, each) for each in found]
        yield Row(scenario.row, scenario.trigger, _starts(scenario, read.measures), cells)


def _starts(scenario: Scenario, measures: dict[str, int]) -> str:
    reached = triggered(scenario, measures)
    if reached is None or scenario.starts_at is None:
        return ""
    return f"Its trigger, {scenario.starts_at.text}, is {'reached' if reached else 'not reached'}."


def _cell(read: Register, found: Finding) -> Cell:
    crossing = next((x for x in read.crossings if (x.key, x.column) == (found.scenario.key, found.column)), None)
    earliest = read.first(found.column)
    state = "crossed" if crossing or found.crossed else "asks" if found.asks else "not"
    moment, first = (crossing.at if crossing else None), crossing is not None and crossing is earliest
    if found.counted is not None:
        gone = f"{found.found:,} {noun(found.counted.measure)}"
        detail = f"{found.to_go:,} to go" if found.to_go else ""
        named = f"“{found.phrase.as_written}”: {found.counted.text}" if found.phrase else _sentence(found.counted.text)
        return Cell(named, state, f"{gone}; {detail}" if detail else gone, at=moment, first=first)
    key = found.phrase.key if found.phrase else ""
    answer = read.answers.get(key)
    told = f"{'Yes' if answer.holds else 'No'}: {answer.words}" if answer else ""
    return Cell(f"“{found.threshold.phrase}”", state, told, phrase=key, at=moment, first=first)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


# The register


def _lines(read: Register, file: CaseFile) -> Iterator[Line]:
    speaks = speaks_for(file.viewer, file.case, file.legs)
    for row in read.affected:
        mine = row.party_id in speaks or row.party_id is None
        may_say = why_not_say(file.viewer, row, row.case, speaks) is None
        confirm = "" if not may_say or row.says == Affected.Says.CONFIRMED else "at once" if mine else "words"
        yield Line(
            pk=row.pk,
            name=_name(row),
            kind=row.get_kind_display(),
            says=row.get_says_display(),
            meters=row.meters,
            whose=_whose(row, file),
            reference=row.case.reference,
            confirm=confirm,
            deny=may_say and row.says != Affected.Says.DENIED,
            retract=why_not_retract(file.viewer, row, row.case, speaks) is None,
        )


def _whose(row: Affected, file: CaseFile) -> str:
    """Whose word a claim waits for, or whose it is."""
    owner = file.case.owner.name if row.case_id == file.case.pk else "the owning desk"
    if row.says == Affected.Says.CLAIMED:
        return f"by {owner}" + (f"; {row.party} has not said yet" if row.party else "")
    return f"by {row.party or owner}"


def _name(row: Affected) -> str:
    book = rulebook.current()
    if row.kind == Affected.Kind.PARTY:
        return str(row.party)
    known = book.systems.get(row.key) if row.kind == Affected.Kind.SYSTEM else book.market_processes.get(row.key)
    return known.name if known else row.key


def _silent(read: Register) -> Iterator[tuple[int, str, int, str]]:
    """Parties that gave identifiers and are on no line yet: each is claimed on its own case, where it can answer."""
    said = {row.party_id for row in read.affected if row.kind == Affected.Kind.PARTY}
    for party, (name, count, references) in read.shares().items():
        if party not in said and count:
            yield party, name, count, next(iter(references))


def _proposed(first: Judged, file: CaseFile) -> list[dict[str, Any]]:
    engaged = {leg.to_desk_id for leg in file.legs if leg.from_desk_id == file.case.owner_id}
    return [each for each in first.proposed or [] if each["desk"] not in engaged]
