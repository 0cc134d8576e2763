"""Raising, the queue's first page, a case and search at size, under row-level security, beside plain SQL.

    . the two addresses (DATABASE_URL, CROSSDESK_OWNER_URL), then: python -m benchmarks.desk --cases 100000

It makes a database of its own on that server, fills it, measures, prints medians and ratios, and drops it again.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from importlib.resources import files

import click
import psycopg

from benchmarks.borrowed import database


@click.command()
@click.option("--cases", default=100_000, show_default=True)
@click.option("--parties", default=200, show_default=True)
@click.option("--keep", is_flag=True, help="Leave the database standing afterwards.")
def main(cases: int, parties: int, keep: bool) -> None:
    with database(f"crossdesk_bench_{cases}", keep=keep) as owner:
        began = time.perf_counter()
        fill(owner, cases, parties)
        click.echo(f"{cases:,} cases of {parties} parties loaded in {time.perf_counter() - began:.0f} s")
        measure(owner)


def fill(owner: psycopg.Connection, cases: int, parties: int) -> None:
    script = files(__package__).joinpath("fill.sql").read_text()
    owner.execute(
        "select set_config('bench.cases', %s, false), set_config('bench.parties', %s, false)",
        [str(cases), str(parties)],
    )
    for statement in script.split(";\n"):
        if statement.strip():
            owner.execute(statement.encode())


def median(run: Callable[[], object], times: int) -> float:
    """Milliseconds; the first run warms the caches and is not counted."""
    run()
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def measure(owner: psycopg.Connection) -> None:
    from benchmarks.desk_work import pairs

    click.echo(f"{'':24}{'product':>12}{'plain SQL':>12}{'ratio':>8}")
    for what, product, plain, times in pairs(owner):
        ours, limit = median(product, times), median(plain, times)
        click.echo(f"{what:24}{ours:>9.2f} ms{limit:>9.2f} ms{ours / limit:>8.1f}")


if __name__ == "__main__":
    main()
