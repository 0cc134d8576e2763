"""One run of the detectors on DuckDB, over the half-hours that a feed touched: what they found, and the sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.rows.noticing import Detector
from crossdesk.signals import shaping
from crossdesk.signals.detection import findings as judged
from crossdesk.signals.detection.failures import failures, sided
from crossdesk.signals.detection.findings import KEYS
from crossdesk.signals.detection.half_hours import deliveries, shares, totals
from crossdesk.signals.found import Detected, Finding

if TYPE_CHECKING:
    import duckdb

    from crossdesk.signals.history import History


def sides_of(book: Rulebook) -> dict[str, str]:
    return {status: row.side for row in book.readings.values() if row.side for status in row.statuses}


def lookback_ms(rules: Sequence[Detector]) -> int:
    return max((rule.minutes for rule in rules), default=0) * judged.MINUTE


LATEST = """
select message, recipient, min(at_ms) as first_ms, max(at_ms) as last_ms,
  arg_max(recovered_ms, at_ms) filter (recovered_ms is not null and at_ms = newest) as recovered_ms,
  arg_max(sender, at_ms) as sender, arg_max(interface, at_ms) as interface, arg_max(event, at_ms) as event,
  arg_max(code, at_ms) as code, arg_max(side, at_ms) as side, arg_max(stage, at_ms) as stage,
  arg_max(status, at_ms) as status, arg_max(mpan, at_ms) as mpan, arg_max(transaction, at_ms) as transaction,
  arg_max(words, at_ms) as words
from (select *, max(at_ms) over (partition by message, recipient) as newest from failing)
group by message, recipient
"""


@dataclass(frozen=True)
class Statements:
    """What the expressions are in DuckDB's own words. They depend on the rules alone, so they are made once:
    building and translating them takes longer than most feeds do."""

    failing: str
    spans: str
    crossings: str
    counted: str
    deliveries: str
    parts: str
    summed: str
    missing: tuple[str, ...]


EVENTS: Mapping[str, str] = dict.fromkeys(("at_ms", "half_hour", "delay_ms"), "int64") | {
    "stage": "int8",
    "http": "int16",
}
COUNTED = dict.fromkeys(KEYS, "string")
SLOTTED = {"half_hour": "int64", "slot": "int64"}
GIVEN: Mapping[str, Mapping[str, str]] = {
    "slots": SLOTTED,
    "known": {"slot": "int64", "weeks": "int64"},
    "counted": {"half_hour": "int64", **COUNTED, "count": "int64"},
    "flows": {"interface": "string", "slot": "int64", "usual": "float64", "weeks": "int64"},
    "before": {"half_hour": "int64", "interface": "string", "messages": "int64"},
    "asked": {"half_hour": "int64"},
    "offsets": {"offset": "int64"},
    "figures": {
        "detector": "string", "measure": "string", "figure": "int64", "times": "int64", "length": "int64",
        "least_weeks": "int64", "begins": "int64",
    },
}  # fmt: skip


MADE = ("failing", "spans")
"""Kept as tables, in this order, because what follows reads them more than once."""
PORTION = 5_000_000
"""Events whose deliveries are held at once: all of a busy day would not fit the memory, and spill."""


@lru_cache(maxsize=4)
def statements(rules: tuple[Detector, ...], sides: tuple[tuple[str, str], ...], late_ms: int) -> Statements:
    import ibis

    given = {name: ibis.table(dict(columns), name=f"given_{name}") for name, columns in GIVEN.items()}
    events = {name: EVENTS.get(name, "string") for name in shaping.EVENTS}
    carried = sided(ibis.table(events, name="portion"), dict(sides))
    told = sided(ibis.table(events, name="notable"), dict(sides))
    failing, each = failures(told), deliveries(carried, late_ms)
    delivered = ibis.table(each.schema(), name="deliveries")
    parts = shares(delivered)
    summed = totals(ibis.table(parts.schema(), name="parts"), delivered)
    counting = judged.spans(told, ibis.table(failing.schema(), name="failing"), rules)
    spans = ibis.table(counting.schema(), name="spans")
    sums = ibis.table(summed.schema(), name="summed").select("half_hour", "interface", "messages")
    usually = judged.usual(given["counted"], given["slots"], given["known"])
    expected = judged.expected(usually, given["figures"], given["offsets"])
    seen = ibis.union(sums, given["before"].anti_join(sums, "half_hour"), distinct=False)
    missing = judged.missing(seen, rules, given["asked"], given["slots"], given["flows"])
    return Statements(
        failing=_said(failing),
        spans=_said(counting),
        crossings=_said(judged.crossings(spans, given["figures"], given["slots"], expected)),
        counted=_said(judged.counted(spans)),
        deliveries=_said(each),
        parts=_said(parts),
        summed=_said(summed),
        missing=tuple(map(_said, missing)),
    )


def _said(expression: Any) -> str:
    import ibis

    return str(ibis.to_sql(expression, dialect="duckdb"))


def detect(engine: duckdb.DuckDBPyConnection, book: Rulebook, history: History, asked: Sequence[int]) -> Detected:
    """`carried` and `notable` stand in the engine: all events of the half-hours, and those of failing messages with
    what went before. `asked`: the half-hours that are complete, so that a flow can be missed in them."""
    rules = tuple(book.detectors.values())
    late_ms = book.signal_figures["slow-seconds"].figure * 1000
    told = statements(rules, tuple(sorted(sides_of(book).items())), late_ms)
    _lend(engine, rules, history, asked)
    for name in MADE:
        engine.execute(f"create or replace temp table {name} as {getattr(told, name)}")
    parts = list(sums(engine, told))
    found = [row for statement in (told.crossings, *told.missing) for row in _rows(engine, statement)]
    return Detected(
        [Finding(**row) for row in found],
        _rows(engine, told.counted),
        _rows(engine, "select * from summed"),
        parts,
        _rows(engine, LATEST),
    )


def sums(engine: duckdb.DuckDBPyConnection, told: Statements, most: int = PORTION) -> Iterator[dict[str, Any]]:
    """Makes `summed` of `carried`, and gives each participant's part: a sum is of one half-hour, so these go one after
    another."""
    into = "create or replace temp table summed as"
    for first, last in list(_portions(engine, most)) or [(0, 0)]:
        within = f"half_hour between {first} and {last}"
        engine.execute(f"create or replace temp view portion as select * from carried where {within}")
        engine.execute(f"create or replace temp table deliveries as {told.deliveries}")
        engine.execute(f"create or replace temp table parts as {told.parts}")
        engine.execute(f"{into} {told.summed}")
        into = "insert into summed"
        yield from _rows(engine, "select * from parts where dip_id <> ''")


def _portions(engine: duckdb.DuckDBPyConnection, most: int) -> Iterator[tuple[int, int]]:
    """The first and the last of half-hours that hold no more together than `most` events, or are one alone."""
    portion: list[int] = []
    held = 0
    counted = engine.execute("select half_hour, count(*) from carried group by 1 order by 1").fetchall()
    for half_hour, events in counted:
        if portion and held + events > most:
            yield portion[0], portion[-1]
            portion, held = [], 0
        portion.append(half_hour)
        held += events
    if portion:
        yield portion[0], portion[-1]


def _lend(engine: duckdb.DuckDBPyConnection, rules: Sequence[Detector], history: History, asked: Sequence[int]) -> None:
    import pyarrow as pa

    figures = pa.Table.from_pylist(judged.limits(rules, history.first))
    tables = {name: getattr(history, name) for name in ("slots", "known", "counted", "flows", "before")}
    longest = lookback_ms(rules) // judged.HALF_HOUR + 1
    tables |= {
        "figures": figures,
        "asked": pa.table({"half_hour": pa.array(list(asked), pa.int64())}),
        "offsets": pa.table({"offset": pa.array(range(longest), pa.int64())}),
    }
    for name, table in tables.items():
        engine.register("lent", table)
        engine.execute(f"create or replace temp table given_{name} as select * from lent")
        engine.unregister("lent")


def _rows(engine: duckdb.DuckDBPyConnection, statement: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = engine.sql(statement).to_arrow_table().to_pylist()
    return rows
