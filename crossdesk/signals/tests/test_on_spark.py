"""The same expressions over the same file, on DuckDB and on Spark: what is found is the same.

    python -m venv spark && spark/bin/pip install -e '.[distributed]' pytest pytest-django …
    ./test -m long crossdesk/signals/tests/test_on_spark.py

Needs `crossdesk[distributed]` and Java 17; left out where they are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crossdesk import rulebook
from crossdesk.cases.tests.cast import NOON
from crossdesk.signals import shaping
from crossdesk.signals.detecting import GIVEN, sides_of
from crossdesk.signals.detection import findings as judged
from crossdesk.signals.detection.failures import failures, sided
from crossdesk.signals.detection.half_hours import deliveries, shares, totals
from crossdesk.signals.sampling import Sampling, Trouble, invented, written

pytestmark = pytest.mark.long
LATE_MS = 300_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three hours with two faults in them, as they are kept."""
    begins = NOON - timedelta(hours=3)
    made = Sampling(invented(7), seed=11)
    events = list(made.calm(begins, 6, messages=300))
    events += made.trouble(Trouble(begins + timedelta(hours=1), timedelta(minutes=40)))
    events += made.trouble(Trouble(begins + timedelta(hours=1), timedelta(minutes=90), "endpoint", mpans=60))
    given = tmp_path / "journal.parquet"
    given.write_bytes(written(events, "parquet"))
    engine = duckdb.connect()
    shaping.read_parquet(given, engine)
    shaping.shape(engine, rulebook.packaged(), shaping.Bounds.around(NOON, rulebook.packaged()))
    shaping.keep(engine)
    kept = tmp_path / "events.parquet"
    pq.write_table(engine.sql("select * from events").to_arrow_table(), kept)
    return kept


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="needs crossdesk[distributed]")
    building = sql.SparkSession.builder.master("local[2]").config("spark.sql.session.timeZone", "UTC")
    session = building.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "4").getOrCreate()
    yield ibis.pyspark.connect(session)
    session.stop()


def history(folder: Path, begins: datetime) -> dict[str, Path]:
    """What four earlier weeks usually had: of one flow much, so that its absence and its usual failures are judged."""
    rules = list(rulebook.packaged().detectors.values())
    ms = int(begins.timestamp() * 1000)
    half_hours = [ms + place * judged.HALF_HOUR for place in range(8)]
    week = 7 * 24 * 3_600_000
    group = {
        "interface": "IF-031",
        "event": "MSApp",
        "code": "REG0000",
        "side": "recipient",
        "sender": "",
        "recipient": "",
    }
    rows: dict[str, list[dict[str, Any]]] = {
        "slots": [
            {"half_hour": each - k * week, "slot": place} for place, each in enumerate(half_hours) for k in range(5)
        ],
        "known": [{"slot": place, "weeks": 4} for place in range(8)],
        "counted": [
            {
                "half_hour": half_hours[2] - k * week,
                "detector": "recipient-refuses",
                **group,
                "measure": "mpans",
                "count": 20,
            }
            for k in range(1, 5)
        ],
        "flows": [{"interface": "IF-099", "slot": place, "usual": 80.0, "weeks": 4} for place in range(8)],
        "before": [],
        "asked": [{"half_hour": each} for each in half_hours[:4]],
        "offsets": [{"offset": each} for each in range(49)],
        "figures": [dict(each) for each in judged.limits(rules, ms)],
    }
    files = {}
    for name, columns in GIVEN.items():
        schema = pa.schema(
            [
                (column, {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}[kind])
                for column, kind in columns.items()
            ]
        )
        files[name] = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows[name], schema=schema), files[name])
    return files


def found(backend: Any, file: Path, given: dict[str, Path]) -> dict[str, list[tuple[object, ...]]]:
    book = rulebook.packaged()
    rules = list(book.detectors.values())
    told = sided(backend.read_parquet(str(file), table_name="events"), sides_of(book))
    lent = {name: backend.read_parquet(str(path), table_name=name) for name, path in given.items()}
    failing, each = failures(told), deliveries(told, LATE_MS)
    parts = shares(each)
    summed = totals(parts, each)
    counting = judged.spans(told, failing, rules)
    usually = judged.expected(
        judged.usual(lent["counted"], lent["slots"], lent["known"]), lent["figures"], lent["offsets"]
    )
    [missed] = judged.missing(
        summed.select("half_hour", "interface", "messages"), rules, lent["asked"], lent["slots"], lent["flows"]
    )
    asked = {
        "failing": failing,
        "crossings": judged.crossings(counting, lent["figures"], lent["slots"], usually),
        "counted": judged.counted(counting),
        "parts": parts,
        "summed": summed,
        "missed": missed,
    }
    return {name: rows_of(backend, expression) for name, expression in asked.items()}


def rows_of(backend: Any, expression: Any) -> list[tuple[object, ...]]:
    table = backend.to_pyarrow(expression)
    names = sorted(table.column_names)
    return sorted((tuple(row[name] for name in names) for row in table.to_pylist()), key=repr)


def test_both_engines_find_the_same(file: Path, spark: Any, tmp_path: Path) -> None:
    given = history(tmp_path, NOON - timedelta(hours=3))
    here, there = found(ibis.duckdb.connect(), file, given), found(spark, file, given)
    for name, rows in here.items():
        assert rows, name
        assert there[name] == rows, name
    detectors = {row[sorted(judged.FOUND).index("detector")] for row in here["crossings"]}
    assert detectors == {"recipient-refuses", "endpoint-down"}
