"""From events as text to events as they are counted, by one statement for every kind of file.

It runs in DuckDB on a table of whatever size, and says of each line that cannot be read why. Times become whole
milliseconds, interfaces lose their direction (PUB-036 is IF-036 coming out), event codes their brackets, and an MPAN is
kept where its check digit is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from crossdesk.kit.mpan import PRIMES
from crossdesk.rulebook import Rulebook
from crossdesk.signals.columns import FIELDS, meant
from crossdesk.signals.raw import Line, lines

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BATCH = 50_000
EVENTS = (
    "at_ms", "half_hour", "message", "recipient", "sender", "interface", "event", "code", "stage", "status", "mpan",
    "delay_ms", "transaction", "reference", "http", "words",
)  # fmt: skip
"""The columns of an event as it is kept."""
LONG = {"words": 200, "status": 40, "reference": 200, "transaction": 65, "event": 60, "sender": 20}


@dataclass(frozen=True)
class Bounds:
    """Events dated before or after are not taken: neither is old news watched, nor does anything come from tomorrow."""

    earliest: datetime
    latest: datetime

    @classmethod
    def around(cls, at: datetime, book: Rulebook) -> Bounds:
        keep, ahead = book.signal_figures["keep-days"].figure, book.signal_figures["ahead-minutes"].figure
        return cls(at - timedelta(days=keep), at + timedelta(minutes=ahead))


def read_text(file: BinaryIO, engine: duckdb.DuckDBPyConnection) -> None:
    """Streamed: a file larger than the memory is read as well."""
    engine.register("given", _reader(lines(file)))
    engine.execute("create or replace temp table raw as select * from given")
    engine.unregister("given")


def _reader(found: Iterable[Line]) -> pa.RecordBatchReader:
    import pyarrow as pa

    schema = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in ("said", "fault", *FIELDS))])

    def batches() -> Iterator[pa.RecordBatch]:
        rest = iter(found)
        while some := list(islice(rest, BATCH)):
            columns = [
                [each.number for each in some],
                [each.said for each in some],
                [each.fault for each in some],
                *([each.told.get(name, "") for each in some] for name in FIELDS),
            ]
            yield pa.record_batch(
                [pa.array(each, kind.type) for each, kind in zip(columns, schema, strict=True)], schema
            )

    return pa.RecordBatchReader.from_batches(schema, batches())


def read_parquet(path: Path, engine: duckdb.DuckDBPyConnection) -> None:
    """Its columns may have any type and any of the names; lists and structures are read from their text."""
    quoted = str(path).replace("'", "''")
    engine.execute(f"create or replace temp view given as select * from read_parquet('{quoted}')")
    names = [row[0] for row in engine.execute("describe given").fetchall()]
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        if found := meant(name):
            best[found[0]] = min(best.get(found[0], (99, "")), (found[1], name))
    if "status" not in best and "stage" not in best:
        raise ValueError("It has no column DIPStage and none Status: it is no message journal.")
    chosen = ", ".join(f"{_as_text(best[name][1]) if name in best else chr(39) * 2} as {name}" for name in FIELDS)
    engine.execute(
        f"create or replace temp view raw as select row_number() over () as line, '' as said, '' as fault, {chosen}"
        " from given"
    )


def _as_text(column: str) -> str:
    quoted = '"' + column.replace('"', '""') + '"'
    return f"coalesce(trim({quoted}::varchar), '')"


def shape(engine: duckdb.DuckDBPyConnection, book: Rulebook, bounds: Bounds) -> None:
    """Makes `shaped`: every event of every line, and `wrong`: why a line is none."""
    engine.execute("set timezone = 'UTC'")
    engine.execute(f"create or replace temp table shaped as {_statement(book, bounds)}")


def _statement(book: Rulebook, bounds: Bounds) -> str:
    stages = sorted(book.journal.values(), key=lambda stage: stage.order)
    stage = " ".join(f"when '{_letters(each.name)}' then {each.order}" for each in stages)
    names = {_letters(status): status for each in stages for status in each.statuses}
    status = " ".join(f"when '{letters}' then '{name}'" for letters, name in names.items())
    allowed = ", ".join(f"'{each.order}{status}'" for each in stages for status in each.statuses)
    digits = " + ".join(f"substr(digits, {place}, 1)::int * {prime}" for place, prime in enumerate(PRIMES, 1))
    latest, earliest = int(bounds.latest.timestamp() * 1000), int(bounds.earliest.timestamp() * 1000)
    last = stages[-2].order
    return f"""
with told as (
  select line, said, fault,
    case when regexp_full_match("at", '\\d{{13}}') then "at"::bigint
         when regexp_full_match("at", '\\d{{10}}') then "at"::bigint * 1000
         when regexp_full_match("at", '\\d{{4}}-\\d\\d-\\d\\d[T ].*') then epoch_ms(try_cast("at" as timestamptz)) end
      as at_ms,
    "at" as written,
    upper(left(sender, {LONG["sender"]})) as sender,
    case when regexp_full_match(upper(interface), 'REP[-_ ]?\\d{{3}}(/?[AB])?')
           then 'REP-' || regexp_extract(upper(interface), '\\d.*$')
         when regexp_full_match(upper(interface), '\\[?((IF|PUB)[-_ ]?)?\\d{{3}}[AB]?\\]?')
           then 'IF-' || regexp_extract(upper(interface), '\\d{{3}}[AB]?')
         else '' end as interface,
    interface as interface_written,
    left(trim(event, '[] "'), {LONG["event"]}) as event,
    case {_sql_letters("stage")} {stage} else 0 end as stage, stage as stage_written,
    case {_sql_letters("status")} {status} else '' end as status, status as status_written,
    case when length(regexp_replace(mpan, '\\s', '', 'g')) = 21 then right(regexp_replace(mpan, '\\s', '', 'g'), 13)
         else regexp_replace(mpan, '\\s', '', 'g') end as digits,
    coalesce(try_cast(try_cast(delay as double) as bigint), 0) as delay_ms,
    left(transaction, {LONG["transaction"]}) as transaction, left(reference, {LONG["reference"]}) as reference,
    coalesce(try_cast(http as smallint), 0) as http,
    left(case when words = '' then reason else words end, {LONG["words"]}) as words,
    left(case when reference <> '' then reference when transaction <> '' then transaction else correlation end, 200)
      as message,
    regexp_extract(reason || ' ' || words, '\\b([A-Z]{{2,5}}[0-9]{{3,4}})\\b', 1) as rejection,
    recipient as recipients
  from raw
), judged as (
  select *, case
    when fault <> '' then fault
    when written = '' then 'says no time (TimeGenerated)'
    when at_ms is null then 'its time cannot be read: write ISO 8601 with its zone, such as 2026-11-29T09:12:00.000Z'
    when at_ms > {latest} then 'is dated in the future: the clock or the zone of whoever wrote it is wrong'
    when at_ms < {earliest} then 'is older than events are kept'
    when interface_written = '' then 'names no interface'
    when interface = '' then 'names no interface of the DIP'
    when stage_written = '' then 'says no DIPStage'
    when stage = 0 then 'its DIPStage is none of the journal''s'
    when status_written = '' then 'says no status'
    when status = '' then 'its status is none of the journal''s'
    when stage || status not in ({allowed}) then 'its status does not belong to its DIPStage'
    when message = '' then 'has neither a sender reference nor a transaction id: it cannot be told from others'
    else '' end as wrong
  from told
), addressed as (
  select *, case when wrong <> '' or stage < {last} or recipients = '' then ['']
    when regexp_matches(recipients, '\\b[0-9A-Fa-f]{{10}}\\b')
      then list_distinct(regexp_extract_all(upper(recipients), '\\b[0-9A-F]{{10}}\\b'))
    else [upper(left(recipients, 20))] end as to_each
  from judged
)
select line, said, wrong, at_ms, at_ms - at_ms % 1800000 as half_hour, message, unnest(to_each) as recipient, sender,
  interface, event,
  case when rejection not in ('', 'MSG0000') then rejection when http >= 400 then 'HTTP ' || http else '' end as code,
  stage::tinyint as stage, status,
  case when regexp_full_match(digits, '\\d{{13}}') and ({_when_digits(digits)}) then digits else '' end as mpan,
  digits <> '' as mpan_given, delay_ms, transaction, reference, http, words
from addressed
"""


def _when_digits(digits: str) -> str:
    checked = f"({digits}) % 11 % 10 = right(digits, 1)::int"
    return f"case when regexp_full_match(digits, '\\d{{13}}') then {checked} else false end"


def _letters(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalpha())


def _sql_letters(column: str) -> str:
    return f"regexp_replace(lower({column}), '[^a-z]', '', 'g')"


def keep(engine: duckdb.DuckDBPyConnection) -> None:
    """Makes `events`: what was taken, each event once."""
    engine.execute(
        f"create or replace temp table events as select {', '.join(EVENTS)} from shaped where wrong = ''"
        " qualify row_number() over (partition by message, recipient, stage, status, at_ms order by line) = 1"
    )


@dataclass(frozen=True)
class Sums:
    """What became of a file's lines: taken, said twice, or refused for a reason. Nothing else happens to a line."""

    lines: int
    events: int
    repeated: int
    rejected: int
    without_mpan: int
    contradictory: int
    first_ms: int | None
    last_ms: int | None
    reasons: dict[str, int]


CONTRADICTORY = """
select count(*) from (
  select message, recipient, at_ms from events group by all
  having count(distinct status) > 1 and count(distinct stage) = 1
)
"""


def summed(engine: duckdb.DuckDBPyConnection) -> Sums:
    lines_, rejected, without = _row(
        engine,
        "select count(distinct line), count(distinct line) filter (wrong <> ''),"
        " count(distinct line) filter (wrong = '' and mpan_given and mpan = '') from shaped",
    )
    taken, kept = _row(engine, "select (select count(*) from shaped where wrong = ''), (select count(*) from events)")
    first, last = _row(engine, "select min(at_ms), max(at_ms) from events")
    (contradictory,) = _row(engine, CONTRADICTORY)
    reasons = "select wrong, count(distinct line) from shaped where wrong <> '' group by 1 order by 2 desc limit 100"
    return Sums(
        lines_,
        kept,
        taken - kept,
        rejected,
        without,
        contradictory,
        first,
        last,
        dict(engine.execute(reasons).fetchall()),
    )


def _row(engine: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, ...]:
    return tuple(engine.execute(statement).fetchone() or ())
