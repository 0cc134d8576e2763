"""Asking for an item of the catalogue and having it approved, beside nothing but the same inserts.

    python -m crossdesk.postgres FOLDER python -m benchmarks.requests

It makes a database of its own on that server and drops it again. What the verbs inserted is written down once and then
inserted again by the same connection without them. Neither is committed, so the ratio is of the work alone.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import click

from benchmarks.borrowed import database


@click.command()
@click.option("--times", default=60, show_default=True)
def main(times: int) -> None:
    with database("crossdesk_bench_requests"):
        asked, rows = _measured(times)
    click.echo(f"ask and approve: {asked[0]:.1f} ms; its {rows} inserts alone: {asked[1]:.1f} ms")
    click.echo(f"ratio {asked[0] / asked[1]:.1f}")


def _measured(times: int) -> tuple[tuple[float, float], int]:
    from django.db import connection, transaction

    from crossdesk.cases.tests.cast import NOON, cast
    from crossdesk.requests import approving
    from crossdesk.requests.tests.conftest import DIP_ID, asked
    from crossdesk.threads.viewer import verbs

    it = asked(cast())
    written: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith("INSERT"):
            written.append((sql, params))
        return execute(sql, params, many, context)

    def product() -> None:
        with transaction.atomic():
            request = it.ask("dip-id", DIP_ID)
            approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
            approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON)
            transaction.set_rollback(True)

    def inserts() -> None:
        with transaction.atomic():
            with verbs(), connection.cursor() as cursor:
                for sql, params in written:
                    cursor.execute(sql, params)
            transaction.set_rollback(True)

    with connection.execute_wrapper(keep):
        product()
    return (_milliseconds(product, times), _milliseconds(inserts, times)), len(written)


def _milliseconds(work: Callable[[], None], times: int) -> float:
    work()
    taken = []
    for _ in range(times):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    return median(taken) * 1000


if __name__ == "__main__":
    main()
