"""Judging past cases by an edited rule, beside reading the same recorded entries and nothing more.

    python -m crossdesk.postgres FOLDER python -m benchmarks.replay --cases 100000

A tenth of the cases are children of another, and each case was counted four times, up to 800 MPANs.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import click
import psycopg

from benchmarks.borrowed import database
from benchmarks.desk import fill

SINCE = datetime(2000, 1, 1, tzinfo=UTC)
SCENARIO = "missing-mpan-data"
COUNTED = """
insert into threads_entry (seats, thread_id, seq, audience, "of", position, kind, happened_at, recorded_at, facts,
  body_digest, own, digest)
select c.seats, c.thread_id, 2 + turn, 'internal', 1, 1 + turn, 'impact.measured',
  c.raised_at + turn * interval '1 hour', c.raised_at + turn * interval '1 hour',
  jsonb_build_object('measures', jsonb_build_object('mpans', turn * (1 + n % 200))), '\\x00', '\\x00', '\\x00'
from (select *, row_number() over (order by raised_at) n from cases_case) c, generate_series(1, 4) turn
"""
LINKED = """
insert into cases_caselink (seats, parent_id, child_id, kind, why)
select parent.seats, parent.thread_id, child.thread_id, 'child', ''
from (select *, row_number() over (order by raised_at) n from cases_case) parent
join (select *, row_number() over (order by raised_at) n from cases_case) child on child.n = parent.n + 1
where parent.n % 10 = 0
"""
RECORDED = (
    "select thread_id, kind, facts, recorded_at from threads_entry where kind = any(%s) order by recorded_at desc, id"
)


@click.command()
@click.option("--cases", default=100_000, show_default=True)
def main(cases: int) -> None:
    with database(f"crossdesk_bench_replay_{cases}") as owner:
        fill(owner, cases, 200)
        owner.execute("update cases_case set scenario = %s", [SCENARIO])
        owner.execute(COUNTED.encode())
        owner.execute(LINKED.encode())
        owner.execute("vacuum analyze")
        entries, limit = read_plainly(owner)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        verdicts, spent = replayed()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    click.echo(
        f"{cases:,} cases, {entries:,} entries: {spent:.1f} s, {spent / limit:.1f} times reading them ({limit:.1f} s)"
    )
    click.echo(f"Memory grew by {grown} MB. " + ", ".join(f"{each}: {count:,}" for each, count in verdicts.items()))


def read_plainly(owner: psycopg.Connection) -> tuple[int, float]:
    from crossdesk.impact.replaying import WALKED

    began = time.perf_counter()
    with owner.transaction(), owner.cursor("plain") as cursor:
        cursor.itersize = 2_000
        cursor.execute(RECORDED, [list(WALKED)])
        read = sum(1 for row in cursor if row[2] is not None)
    return read, time.perf_counter() - began


def replayed() -> tuple[Counter[str], float]:
    from crossdesk.impact.history import only_reading, replay
    from crossdesk.rulebook import load
    from crossdesk.rulebook.rows.row import Threshold

    then = load()
    row = replace(then.scenarios[SCENARIO], cross_party=Threshold(measure="mpans", count=250))
    edited = replace(then, scenarios={**then.scenarios, SCENARIO: row})
    began, verdicts = time.perf_counter(), Counter[str]()
    with only_reading():
        for family in replay(then, edited, since=SINCE):
            verdicts.update(each.verdict.value for each in family.verdicts)
    return verdicts, time.perf_counter() - began


if __name__ == "__main__":
    main()
