"""One feed at a time: its events are read, kept and judged, and only then is it said to be read.

Whoever digests holds one lock, so that sums of a half-hour that two feeds touch are never made of half of them. A
worker that is stopped in the middle leaves the feed waiting; read again, it puts the same files and rows in the
same places.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import connection

from crossdesk import rulebook
from crossdesk.rulebook import Rulebook
from crossdesk.signals import history, keeping, shaping
from crossdesk.signals.models import Failing, Feed, RejectedLine
from crossdesk.signals.noticing import notice, settle
from crossdesk.signals.policy import operators_desk
from crossdesk.signals.store import EVENTS, HALF_HOUR, NOTABLE, Store
from crossdesk.threads.viewer import verbs

if TYPE_CHECKING:
    import duckdb

    from crossdesk.signals.found import Detected

LOCK = 0x51674E41
REJECTED_KEPT = 1_000
DAY = 48 * HALF_HOUR
MEMORY = "2GB"
AT_ONCE = 5_000
AHEAD = 2
"""Half-hours after those of a feed in which what its failing messages came to may stand already."""


def digest_waiting(at: datetime) -> int:
    """Every feed that waits, the oldest first; how many were read."""
    done = 0
    while digest_next(at):
        done += 1
    return done


def digest_next(at: datetime) -> Feed | None:
    with verbs():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        feed = Feed.objects.select_for_update(skip_locked=True).filter(state=Feed.State.WAITING).order_by("pk").first()
        if feed is None:
            return None
        book, store = rulebook.current(), Store()
        given = store.given(bytes(feed.digest).hex())
        with _engine(store) as engine:
            if trouble := _read(feed, engine, book, store, at):
                feed.state, feed.trouble = Feed.State.FAILED, trouble[:300]
            else:
                _judge(feed, engine, book, store, at)
                feed.state = Feed.State.READ
        feed.read_at = at
        feed.save()
    given.unlink(missing_ok=True)
    return feed


@contextmanager
def _engine(store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    spill = store.root / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"temp_directory": str(spill), "memory_limit": MEMORY}) as engine:
        engine.execute("set timezone = 'UTC'")
        engine.execute("set enable_progress_bar = false")
        yield engine


def _read(feed: Feed, engine: duckdb.DuckDBPyConnection, book: Rulebook, store: Store, at: datetime) -> str:
    """Why it cannot be read at all, else nothing: then `events` stand in the engine and in the store."""
    import duckdb

    from crossdesk.signals.raw import kind_of

    given = store.given(bytes(feed.digest).hex())
    try:
        with given.open("rb") as file:
            if kind_of(file) == "parquet":
                shaping.read_parquet(given, engine)
            else:
                shaping.read_text(file, engine)
        shaping.shape(engine, book, shaping.Bounds.around(at, book))
    except FileNotFoundError:
        return "Its bytes are no longer in the state folder; give it again."
    except ValueError as wrong:
        return str(wrong)
    except duckdb.Error as wrong:
        return f"It cannot be read: {str(wrong).splitlines()[0]}. Send it again, or as CSV."
    shaping.keep(engine)
    sums = shaping.summed(engine)
    for name in ("lines", "events", "repeated", "rejected", "without_mpan", "contradictory", "reasons"):
        setattr(feed, name, getattr(sums, name))
    feed.first_at = history.moment(sums.first_ms) if sums.first_ms is not None else None
    feed.last_at = history.moment(sums.last_ms) if sums.last_ms is not None else None
    _keep_rejected(feed, engine, store)
    if sums.events:
        store.put(engine, EVENTS, "select * from events", feed.pk)
    return ""


def _keep_rejected(feed: Feed, engine: duckdb.DuckDBPyConnection, store: Store) -> None:
    if not feed.rejected:
        return
    wrong = "select distinct line, wrong as reason, said from shaped where wrong <> ''"
    store.reject(engine, wrong, feed.pk)
    rows = engine.execute(f"{wrong} order by line limit {REJECTED_KEPT}").fetchall()
    RejectedLine.objects.filter(feed=feed).delete()
    RejectedLine.objects.bulk_create(
        RejectedLine(feed=feed, line=line, reason=reason[:200], said=said.replace("\0", "")[:200], seats=feed.seats)
        for line, reason, said in rows
    )


def _judge(feed: Feed, engine: duckdb.DuckDBPyConnection, book: Rulebook, store: Store, at: datetime) -> None:
    """Day by day, so that each day is held to those before it, also where one file brings many."""
    touched = [row[0] for row in engine.execute("select distinct half_hour from events order by 1").fetchall()]
    desk = operators_desk()
    who = keeping.Directory(desk)
    for _, day in groupby(touched, key=lambda each: each // DAY):
        _judge_day(feed, engine, book, store, list(day), who, at)
    if touched and desk and feed.last_at:
        settle(desk, book, upto=feed.last_at, at=at)


def _judge_day(
    feed: Feed,
    engine: duckdb.DuckDBPyConnection,
    book: Rulebook,
    store: Store,
    half_hours: list[int],
    who: keeping.Directory,
    at: datetime,
) -> None:
    from crossdesk.signals.detecting import detect, lookback_ms

    _stand_by(feed, engine, book, store, half_hours)
    back = lookback_ms(list(book.detectors.values()))
    back = -(-back // HALF_HOUR) * HALF_HOUR
    before = range(half_hours[0] - back, half_hours[-1] + (AHEAD + 1) * HALF_HOUR, HALF_HOUR)
    _table(engine, "noted", store.files(NOTABLE, before))
    engine.execute("create or replace temp table notable as select * from noted union all select * from known")
    within = range(half_hours[0] - back, half_hours[-1] + back + HALF_HOUR, HALF_HOUR)
    last_ms = int(feed.last_at.timestamp() * 1000) if feed.last_at else 0
    past = history.history_for(within, half_hours[0])
    ours = {*half_hours}
    fed = ours | {*past.before["half_hour"].to_pylist()}
    found: Detected = detect(engine, book, past, [each for each in sorted(fed) if each + HALF_HOUR <= last_ms])
    keeping.keep_failing(found.failing, who)
    counted = [row for row in found.counted if row["half_hour"] in ours]
    totals = [row for row in found.totals if row["half_hour"] in ours]
    shares = [row for row in found.shares if row["half_hour"] in ours]
    keeping.keep_sums(totals, shares, counted, who, book.signal_figures["shown-from"].figure)
    if who.desk:
        notice(found.findings, who, book, at=at)


def _stand_by(
    feed: Feed, engine: duckdb.DuckDBPyConnection, book: Rulebook, store: Store, half_hours: list[int]
) -> None:
    """Makes `carried`, all events of these half-hours whoever brought them; `known`, what is failing of their
    messages; and keeps what is notable of them."""
    from crossdesk.signals.detecting import sides_of

    sides = sides_of(book)
    bad = ", ".join(f"'{status}'" for status, side in sides.items() if side not in {"", "nobody"}) or "''"
    well = ", ".join(f"'{status}'" for status, side in sides.items() if side == "nobody") or "''"
    late = min((row.slower_than_seconds for row in book.detectors.values() if row.kind == "slow"), default=10**9) * 1000
    _table(engine, "carried", store.files(EVENTS, half_hours))
    after = range(half_hours[0], half_hours[-1] + (AHEAD + 1) * HALF_HOUR, HALF_HOUR)
    _table(engine, "around", store.files(EVENTS, after))
    settled = f"select distinct message from events where status in ({well}) and half_hour between ? and ?"
    engine.execute(settled, [half_hours[0], half_hours[-1]])
    _known(engine, [row for some in iter(lambda: engine.fetchmany(AT_ONCE), []) for row in keeping.open_among(some)])
    concerned = (
        f"select message from around where status in ({bad}) or delay_ms >= {late} union select message from known"
    )
    store.put(engine, NOTABLE, f"select * from around where message in ({concerned})", feed.pk)


COLUMNS = """at_ms bigint, half_hour bigint, message varchar, recipient varchar, sender varchar, interface varchar,
  event varchar, code varchar, stage tinyint, status varchar, mpan varchar, delay_ms bigint, transaction varchar,
  reference varchar, http smallint, words varchar"""


def _table(engine: duckdb.DuckDBPyConnection, name: str, files: list[str]) -> None:
    if files:
        engine.execute(
            f"create or replace temp view {name} as select {', '.join(shaping.EVENTS)} from read_parquet("
            + "[" + ", ".join("'" + file.replace("'", "''") + "'" for file in files) + "], hive_partitioning = false)"
        )  # fmt: skip
    else:
        engine.execute(f"create or replace temp table nothing ({COLUMNS})")
        engine.execute(f"create or replace temp view {name} as select * from nothing")


def _known(engine: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> None:
    engine.execute(f"create or replace temp table known ({COLUMNS})")
    given = [
        (
            at,
            at - at % HALF_HOUR,
            message,
            to,
            sender,
            interface,
            event,
            code,
            stage,
            status,
            mpan,
            0,
            transaction,
            "",
            0,
            words,
        )
        for message, to, sender, interface, event, code, stage, status, mpan, transaction, words, at in rows
    ]
    if given:
        engine.executemany(f"insert into known values ({', '.join('?' * 16)})", given)


def forget_old(at: datetime) -> None:
    """Events, failing messages and sums past their days. Faults stay: they are what was decided."""
    figures = rulebook.current().signal_figures
    events = at - timedelta(days=figures["keep-days"].figure)
    Store().forget(int(events.timestamp() * 1000))
    messages = at - timedelta(days=figures["keep-messages-days"].figure)
    with verbs():
        Failing.objects.filter(last_at__lt=messages).delete()
        keeping.forget(messages)
