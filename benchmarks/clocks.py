"""Finding what is due among a million open clocks, and acting on it, beside the same rows in plain SQL.

python -m crossdesk.postgres FOLDER python -m benchmarks.clocks --clocks 1000000
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import click
import psycopg

from benchmarks.borrowed import database
from benchmarks.desk import median

DUE = 50
NOON = "timestamptz '2026-11-24 12:00+00'"
FILL = [
    "create temporary table one as select n, gen_random_uuid() as id from generate_series(1, %(clocks)s) n",
    "insert into threads_thread (seats, id, kind, length) select '{1,2}', id, 'case', 1 from one",
    'insert into threads_entry (seats, thread_id, seq, audience, "of", position, kind, happened_at, recorded_at, facts,'
    f" body_digest, own, digest) select '{{1,2}}', id, 1, 'raiser', 0, 1, 'clock.turned', {NOON}, {NOON},"
    " jsonb_build_object('turn', 'start', 'clocks', jsonb_build_array(n)), '\\x00', '\\x00', '\\x00' from one",
    'insert into threads_chainhead (thread_id, audience, "of", seats, length, digest, waiting)'
    " select id, 'raiser', 0, '{1,2}', 1, '\\x00', false from one",
    "insert into clocks_clock (id, seats, thread_id, leg, desk, measure, minutes, rule, source, published, steps,"
    ' passed, audience, "of", state, started_at, due_at, next_at, because, calendar_version, terms)'
    " select n, '{1,2}', id, 0, 1, 'resolve', 600, 'P2', 'Elexon', true, '{75,100}', 75, 'raiser', 0, 'running',"
    f" {NOON}, {NOON} + interval '10 hours', {NOON} + interval '10 hours' + n * interval '1 second', '', 0, 0 from one",
]


@click.command()
@click.option("--clocks", default=1_000_000, show_default=True)
def main(clocks: int) -> None:
    with database(f"crossdesk_clocks_{clocks}") as owner:
        for statement in FILL:
            owner.execute(statement.replace("%(clocks)s", str(clocks)).encode())
        owner.execute("vacuum analyze")
        click.echo(f"{clocks:,} open clocks\n{'':24}{'product':>12}{'plain SQL':>12}{'ratio':>8}")
        for what, product, plain, times in pairs(owner):
            ours, limit = median(product, times), median(plain, times)
            click.echo(f"{what:24}{ours:>9.2f} ms{limit:>9.2f} ms{ours / limit:>8.1f}")


def pairs(owner: psycopg.Connection) -> Iterator[tuple[str, Callable[[], object], Callable[[], object], int]]:
    from crossdesk.clocks.due import act_on_due, due_before

    start = datetime.fromisoformat("2026-11-24T22:00:00+00:00")
    before, soon = start, start + timedelta(seconds=DUE)
    look = "select id, thread_id from clocks_clock where next_at <= %s order by next_at limit 100"
    yield "look, nothing is due", lambda: due_before(before), lambda: owner.execute(look, [before]).fetchall(), 200
    yield f"look, {DUE} are due", lambda: due_before(soon), lambda: owner.execute(look, [soon]).fetchall(), 200
    yield "breach one", lambda: act_on_due(soon, 1), lambda: breached_plainly(owner, soon), DUE // 2 - 2


def breached_plainly(owner: psycopg.Connection, at: datetime) -> None:
    """The same rows written, without chain, policy or history."""
    with owner.transaction():
        row = owner.execute(
            "select id, thread_id from clocks_clock where next_at <= %s order by next_at limit 1 for update", [at]
        ).fetchone()
        assert row is not None
        owner.execute("select 1 from threads_thread where id = %s for update", [row[1]])
        owner.execute(
            'insert into threads_entry (seats, thread_id, seq, audience, "of", position, kind, happened_at,'
            " recorded_at, facts, body_digest, own, digest)"
            " values ('{1,2}', %s, 2, 'raiser', 0, 2, 'clock.breached', %s, %s, '{}',"
            " '\\x00', '\\x00', '\\x00') returning id", [row[1], at, at]
        )  # fmt: skip
        owner.execute("update threads_chainhead set length = 2 where thread_id = %s", [row[1]])
        owner.execute("update threads_thread set length = 2 where id = %s", [row[1]])
        owner.execute(
            "update clocks_clock set breached_at = due_at, passed = 100, next_at = null where id = %s", [row[0]]
        )


if __name__ == "__main__":
    main()
