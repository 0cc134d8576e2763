"""Anchoring and verifying at size, beside a bare scan of the same rows by the tables' owner.

    python -m crossdesk.postgres FOLDER python -m benchmarks.anchors --heads 1000000

Like benchmarks.desk it makes a database of its own on that server and drops it again. Each chain holds one entry.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import click
import psycopg

from benchmarks.borrowed import database

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CHANGED = 1000
THREADS = """
insert into threads_thread (seats, id, kind, length)
select '{1}', ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'case', 1 from generate_series(1, %s) n
"""
ENTRIES = """
insert into threads_entry (seats, thread_id, seq, audience, "of", position, kind, happened_at, recorded_at, facts,
  body_digest, own, digest)
select '{1}', t.id, 1, 'raiser', 0, 1, 'case.raised', %(at)s, %(at)s, '{}', %(body)s, d.own,
  sha256(decode(repeat('00', 32), 'hex') || d.own)
from threads_thread t,
  lateral (select sha256(convert_to(format(%(metadata)s, t.id), 'UTF8') || %(body)s::bytea) as own) d
"""
Answer = TypeVar("Answer")


@click.command()
@click.option("--heads", default=1_000_000, show_default=True)
def main(heads: int) -> None:
    with database(f"crossdesk_bench_anchors_{heads}") as owner:
        from crossdesk.threads import anchoring
        from crossdesk.threads.anchored import broken_anchors
        from crossdesk.threads.chain import broken_links
        from crossdesk.threads.viewer import verbs

        click.echo(f"{heads:,} chains loaded in {timed(lambda: fill(owner, heads))[1]:.0f} s")
        _, limit = timed(lambda: scan_heads(owner))
        made, first = timed(lambda: anchoring.anchor(AT))
        told(f"anchor, {heads:,} heads", first, limit)
        change(owner)
        told(f"anchor, {CHANGED:,} of them", timed(lambda: anchoring.anchor(AT + timedelta(days=1)))[1], limit)
        with verbs():
            _, path = timed(lambda: anchoring.path_to(made.number, 1))
            click.echo(f"{'one path to the root':28}{path * 1000:>9.1f} ms")
            anchors = timed(lambda: list(broken_anchors()))
            links = timed(lambda: sum(1 for _ in broken_links()))
        assert anchors[0] == []
        told("verify the anchors", anchors[1], limit)
        told("verify the chains", links[1], timed(lambda: scan_entries(owner))[1])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        click.echo(f"peak memory of this process: {peak} MB")


def fill(owner: psycopg.Connection, heads: int) -> None:
    """Entries with the digests that record() gives them, so that verifying finds nothing."""
    from crossdesk.proof.links import Body, Link, canonical, instant

    owner.execute(THREADS.replace("%s", str(heads)))
    body = Body(bytes(16), "Author", "Organisation", "No confirmations since the load.", {})
    link = Link("%s", 1, "raiser", 0, 1, "case.raised", instant(AT), instant(AT), None, None, None, {}, body.digest())
    owner.execute(ENTRIES, {"at": AT, "body": body.digest(), "metadata": canonical(link.metadata()).decode()})
    owner.execute(
        "insert into threads_entrybody (seats, entry_id, salt, author, organisation, words, detail, erased)"
        " select seats, id, %s, %s, %s, %s, '{}', false from threads_entry",
        [body.salt, body.author, body.organisation, body.words],
    )
    owner.execute(
        'insert into threads_chainhead (thread_id, audience, "of", seats, length, digest, waiting)'
        ' select thread_id, audience, "of", seats, 1, digest, true from threads_entry'
    )
    owner.execute("vacuum analyze")


def change(owner: psycopg.Connection) -> None:
    every = "select max(id) / %s from threads_chainhead"
    owner.execute(f"update threads_chainhead set waiting = true where id % ({every}) = 0".replace("%s", str(CHANGED)))


def scan_heads(owner: psycopg.Connection) -> int:
    return sum(1 for _ in owner.execute("select id, thread_id, audience, length, digest from threads_chainhead"))


def scan_entries(owner: psycopg.Connection) -> int:
    return sum(
        1
        for _ in owner.execute(
            "select e.*, b.salt, b.author, b.organisation, b.words, b.detail from threads_entry e"
            " join threads_entrybody b on b.entry_id = e.id"
        )
    )


def timed(run: Callable[[], Answer]) -> tuple[Answer, float]:
    began = time.perf_counter()
    answer = run()
    return answer, time.perf_counter() - began


def told(what: str, ours: float, limit: float) -> None:
    click.echo(f"{what:28}{ours:>9.2f} s{limit:>9.2f} s bare scan{ours / limit:>8.1f}")


if __name__ == "__main__":
    main()
