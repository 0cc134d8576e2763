"""Raising, the queue's first page, a case and search at size, under row-level security, beside plain SQL.

    . the two addresses (DATABASE_URL, CROSSDESK_OWNER_URL), then: python -m benchmarks.desk --cases 100000

It makes a database of its own on that server, fills it, measures, prints medians and ratios, and drops it again.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from importlib.resources import files
from urllib.parse import urlsplit, urlunsplit

import click
import psycopg


def at_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@click.command()
@click.option("--cases", default=100_000, show_default=True)
@click.option("--parties", default=200, show_default=True)
@click.option("--keep", is_flag=True, help="Leave the database standing afterwards.")
def main(cases: int, parties: int, keep: bool) -> None:
    owner_url, name = os.environ["CROSSDESK_OWNER_URL"], f"crossdesk_bench_{cases}"
    with psycopg.connect(owner_url, autocommit=True) as server:
        server.execute(f'drop database if exists "{name}" with (force)')
        server.execute(f'create database "{name}"')
    os.environ["CROSSDESK_OWNER_URL"] = at_database(owner_url, name)
    os.environ["DATABASE_URL"] = at_database(os.environ["DATABASE_URL"], name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossdesk.project.settings")
    import django

    django.setup()
    from crossdesk.project.schema import prepare

    prepare()
    with psycopg.connect(os.environ["CROSSDESK_OWNER_URL"], autocommit=True) as owner:
        began = time.perf_counter()
        fill(owner, cases, parties)
        click.echo(f"{cases:,} cases of {parties} parties loaded in {time.perf_counter() - began:.0f} s")
        measure(owner)
    if not keep:
        from django.db import connections

        connections.close_all()
        with psycopg.connect(owner_url, autocommit=True) as server:
            server.execute(f'drop database "{name}" with (force)')


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
