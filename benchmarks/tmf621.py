"""The TMF621 face at size: a list of 100, one ticket, a create; beside the same rows in plain SQL and an empty handler.

    . the two addresses (DATABASE_URL, CROSSDESK_OWNER_URL), then: python -m benchmarks.tmf621 --cases 100000

Each request goes through the whole product in one process, without a socket. It makes a database of its own, as
`benchmarks.desk` does.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import click
import psycopg

from benchmarks.borrowed import database
from benchmarks.desk import fill, median

PARTY = 7
AT = "/tmf-api/troubleTicket/v5"
Row = tuple[str, Callable[[], object], Callable[[], object], int]


@click.command()
@click.option("--cases", default=100_000, show_default=True)
@click.option("--parties", default=200, show_default=True)
def main(cases: int, parties: int) -> None:
    with database(f"crossdesk_tmf621_{cases}") as owner:
        began = time.perf_counter()
        fill(owner, cases, parties)
        click.echo(f"{cases:,} cases of {parties} parties loaded in {time.perf_counter() - began:.0f} s")
        owner.execute("update desks_desk set rule = 'elexon' where id = 1")
        owner.execute(
            "update parties_party set central = true where id = (select owner_id from desks_desk where id = 1)"
        )
        owner.execute("analyze")
        measure(owner)


def measure(owner: psycopg.Connection) -> None:
    rows = list(pairs(owner))
    empty = median(rows[0][1], 300)
    click.echo(f"{'an empty handler':24}{empty:>9.2f} ms")
    click.echo(f"{'':24}{'product':>12}{'plain SQL':>12}{'ratio':>8}{'of empty':>10}")
    for what, product, plain, times in rows[1:]:
        ours, limit = median(product, times), median(plain, times)
        click.echo(f"{what:24}{ours:>9.2f} ms{limit:>9.2f} ms{ours / limit:>8.1f}{ours / empty:>10.1f}")


def pairs(owner: psycopg.Connection) -> Iterator[Row]:
    """First the handler that does nothing but let a key in."""
    ask = caller()
    mine = owner.execute(
        "select count(*), min(case_id::text) from cases_standing where seat_id = %s and part = 'raised'", [PARTY]
    ).fetchone()
    assert mine is not None
    click.echo(f"Party {PARTY} has {mine[0]:,} tickets")
    numbers = count(1)
    yield "empty", lambda: ask("GET", f"{AT}/hub/nothing"), lambda: None, 300
    yield "a list of 100", lambda: ask("GET", f"{AT}/troubleTicket?limit=100"), lambda: listed(owner), 50
    yield (
        "a list of 100, thin",
        lambda: ask("GET", f"{AT}/troubleTicket?limit=100&fields=status,lastUpdate"),
        lambda: thin(owner),
        100,
    )
    yield "the pending ones", lambda: ask("GET", f"{AT}/troubleTicket?status=pending"), lambda: pending(owner), 50
    yield "one ticket", lambda: ask("GET", f"{AT}/troubleTicket/{mine[1]}"), lambda: one(owner, mine[1]), 200
    yield (
        "create a ticket",
        lambda: ask("POST", f"{AT}/troubleTicket", body(next(numbers))),
        lambda: created(owner),
        100,
    )


def caller() -> Callable[..., bytes]:
    from django.conf import settings
    from django.test import Client

    from crossdesk.accounts import keys
    from crossdesk.accounts.scopes import Scope
    from crossdesk.kit.time import now
    from crossdesk.parties.models import Party
    from crossdesk.threads.viewer import verbs

    settings.API_RATE = 100_000_000
    with verbs():
        party = Party.objects.get(pk=PARTY)
    scopes = frozenset({Scope.TICKETS})
    _, token = keys.make_unasked(party, name="Benchmark", scopes=scopes, by="Benchmark", at=now())
    client = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {token}"})

    def ask(method: str, path: str, said: Any = None) -> bytes:
        answer = client.generic(method, path, json.dumps(said) if said else "", "application/json")
        assert answer.status_code in {200, 201} or path.endswith("nothing"), answer.content
        return bytes(answer.content)

    return ask


def body(number: int) -> dict[str, Any]:
    return {
        "@type": "TroubleTicket",
        "description": "Defaulted consumption since the load.",
        "severity": "Major",
        "ticketType": "mhhs-general-query",
        "externalIdentifier": [{"@type": "ExternalIdentifier", "id": f"INC{number}"}],
    }


# The same rows, by the tables' owner

MINE = "select case_id from cases_standing where seat_id = 7 and part = 'raised' order by changed_at desc limit 100"


def listed(owner: psycopg.Connection) -> None:
    owner.execute("select count(*) from cases_standing where seat_id = 7 and part = 'raised'").fetchall()
    owner.execute(f"select * from cases_case where thread_id in ({MINE})").fetchall()
    owner.execute(
        "select e.*, b.words from threads_entry e join threads_entrybody b on b.entry_id = e.id"
        f" where e.audience in ('raiser', 'everyone') and e.thread_id in ({MINE})"
    ).fetchall()


def thin(owner: psycopg.Connection) -> None:
    owner.execute("select count(*) from cases_standing where seat_id = 7 and part = 'raised'").fetchall()
    owner.execute(f"select thread_id, stage, changed_at from cases_case where thread_id in ({MINE})").fetchall()


def pending(owner: psycopg.Connection) -> None:
    owner.execute(
        "select c.* from cases_question q join cases_case c on c.thread_id = q.case_id"
        " where q.addressee_id = 7 and q.answered_at is null and c.raiser_id = 7 limit 50"
    ).fetchall()


def one(owner: psycopg.Connection, case: str) -> None:
    owner.execute("select * from cases_case where thread_id = %s", [case]).fetchall()
    owner.execute(
        "select e.*, b.words from threads_entry e join threads_entrybody b on b.entry_id = e.id where e.thread_id = %s",
        [case],
    ).fetchall()


def created(owner: psycopg.Connection) -> None:
    from benchmarks.desk_work import raised_plainly

    raised_plainly(owner)


if __name__ == "__main__":
    main()
