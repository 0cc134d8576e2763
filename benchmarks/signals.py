"""Detection over a Parquet file of journal events, beside a bare scan of the same file; no database is needed.

The events are made by DuckDB: one message in 200 fails, 4,000 senders, 60 interfaces, five hours. What is measured is
what a feed costs once it is shaped: the sums by half-hour and by participant, the failures and their recoveries, and
every detector's sliding windows. `scan` reads every column of the same file and counts its rows.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import duckdb

from crossdesk import rulebook
from crossdesk.signals import shaping
from crossdesk.signals.detecting import MADE, Statements, sides_of, statements, sums
from crossdesk.signals.detection.findings import HALF_HOUR, limits

BEGINS = 1_795_000_000_000 // HALF_HOUR * HALF_HOUR
HOURS = 5
MAKE = """
copy (
  select at_ms, at_ms - at_ms % 1800000 as half_hour, 'S-' || message as message,
    case when stage = 4 then '2200' || lpad((message % 97)::varchar, 6, '0') else '' end as recipient,
    '2300' || lpad((message % 4000)::varchar, 6, '0') as sender,
    'IF-' || lpad((message % 60)::varchar, 3, '0') as interface, 'Event' || message % 3 as event,
    case when bad and stage = 4 then 'REG' || lpad((message % 20)::varchar, 4, '0') else '' end as code,
    stage::tinyint as stage,
    case when stage = 1 then 'GoodToGo' when stage = 3 then 'SentToTopic' when not bad then 'Delivered'
      when message % 3 = 0 then 'RetriesExhausted' else 'RejectedByRecipient' end as status,
    (1600000000000 + message % 3000000)::varchar as mpan, (hash(message) % 900)::bigint as delay_ms,
    'T-' || message as transaction, 'S-' || message as reference, 200::smallint as http, '' as words
  from (select i // 3 as message, [1, 3, 4][i % 3 + 1] as stage, (hash(i // 3) % 200) = 0 as bad,
          {begins} + (i::double / {events} * {span})::bigint as at_ms
        from range({events}) t(i))
) to '{file}' (format parquet, compression zstd)
"""
LENT = {
    "slots": "half_hour bigint, slot bigint",
    "known": "slot bigint, weeks bigint",
    "counted": "half_hour bigint, detector varchar, interface varchar, event varchar, code varchar, side varchar,"
    " sender varchar, recipient varchar, measure varchar, count bigint",
    "flows": "interface varchar, slot bigint, usual double, weeks bigint",
    "before": "half_hour bigint, interface varchar, messages bigint",
    "asked": "half_hour bigint",
    "offsets": '"offset" bigint',
}


def make(file: Path, events: int) -> None:
    span = HOURS * 3_600_000
    duckdb.connect().execute(MAKE.format(begins=BEGINS, events=events, span=span, file=file))


def scan(engine: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Each value is looked at: a count or a maximum would be answered from the file's own summary."""
    columns = ", ".join(f'bit_xor(hash("{name}"))' for name in shaping.EVENTS)
    engine.execute(f"select {columns} from read_parquet('{file}')").fetchall()


def detect(engine: duckdb.DuckDBPyConnection, file: Path, told: Statements) -> int:
    for name in ("carried", "notable"):
        engine.execute(f"create or replace temp view {name} as select * from read_parquet('{file}')")
    for name in MADE:
        engine.execute(f"create or replace temp table {name} as {getattr(told, name)}")
    for _ in sums(engine, told):
        pass
    found = engine.execute(told.crossings).fetchall()
    engine.execute(told.counted).fetchall()
    return len(found)


def prepared(spill: Path, memory: str) -> tuple[duckdb.DuckDBPyConnection, Statements]:
    book = rulebook.packaged()
    rules = tuple(book.detectors.values())
    engine = duckdb.connect(config={"temp_directory": str(spill), "memory_limit": memory})
    engine.execute("set enable_progress_bar = false")
    for name, columns in LENT.items():
        engine.execute(f"create temp table given_{name} ({columns})")
    rows = limits(rules, BEGINS)
    engine.execute(
        "create temp table given_figures (detector varchar, measure varchar, figure bigint, times bigint,"
        " length bigint, least_weeks bigint, begins bigint)"
    )
    engine.executemany("insert into given_figures values (?, ?, ?, ?, ?, ?, ?)", [list(row.values()) for row in rows])
    return engine, statements(rules, tuple(sorted(sides_of(book).items())), 300_000)


def seconds(work: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--events", type=int, nargs="+", default=[1_000_000, 10_000_000])
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--memory", default="4GB")
    given = asked.parse_args()
    print(
        "| Events | Size | Bare scan | Detection | Events a second | Ratio | Findings |\n|---|---|---|---|---|---|---|"
    )
    found: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        engine, told = prepared(Path(folder), given.memory)
        for events in given.events:
            file = Path(folder) / f"{events}.parquet"
            make(file, events)
            bare = seconds(lambda file=file: scan(engine, file), given.rounds)  # type: ignore[misc]
            took = seconds(lambda file=file: found.append(detect(engine, file, told)), given.rounds)  # type: ignore[misc]
            size = f"{file.stat().st_size / 2**20:,.0f} MB"
            speed = f"{events / took:,.0f} | {took / bare:.1f}"
            print(f"| {events:,} | {size} | {bare:.2f} s | {took:.2f} s | {speed} | {found[-1]} |", flush=True)
    print(f"\nPeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB.")


if __name__ == "__main__":
    main()
