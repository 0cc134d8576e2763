"""How many messages a second leave to another Crossdesk, and how many are taken in, with the queue short and with
100,000 waiting, beside an empty POST and beside the plain inserts.

    python -m crossdesk.postgres FOLDER python -m benchmarks.exchange --waiting 100000
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from typing import Any

import click
import psycopg

from benchmarks.borrowed import database

FILL = """
insert into exchange_outboxitem
select (jsonb_populate_record(item, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('exchange_outboxitem', 'id')), 'state', 'waiting', 'sent_at', null,
    'lane', case when n %% 2 = 0 then item.lane else item.lane || ' ' || n end, 'number', item.number + n,
    'message_id', item.message_id || '-' || n, 'next_try_at', %(later)s::timestamptz))).*
from exchange_outboxitem item, generate_series(1, %(waiting)s) n where item.id = %(head)s
"""
"""Half of them behind one head that is not due, half each the head of a lane of its own that is not due."""


@click.command()
@click.option("--waiting", default=100_000, show_default=True)
@click.option("--messages", default=300, show_default=True)
@click.option("--away", default=0, show_default=True, help="Milliseconds until the far side answers.")
def main(waiting: int, messages: int, away: int) -> None:
    with database(f"crossdesk_bench_exchange_{waiting}") as owner:
        from django.test import override_settings

        from crossdesk.exchange.tests.far_side import far_side

        with far_side(away / 1000) as far, override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"}), SMTP_URL=""):
            here, legs = _stories(far.url, messages)
            limit = _empty(far.url, messages)
            click.echo(f"{'':44}{'a second':>10}{'limit':>10}{'ratio':>8}")
            _tell("out, each first told as delivered", _out(messages), limit)
            _more(here, legs)
            _tell("out, the queue short", _out(messages), limit)
            _wait(owner, here, waiting)
            _more(here, legs)
            _tell(f"out, {waiting:,} waiting", _out(messages), limit)
            plain = _plain(owner, messages)
            _tell("in, applied to its leg", _in(here, legs), plain)


def _tell(what: str, ours: float, limit: float) -> None:
    click.echo(f"{what:44}{ours:>10.0f}{limit:>10.0f}{limit / ours:>8.1f}")


def _rate(count: int, run: Callable[[], object]) -> float:
    began = perf_counter()
    run()
    return count / (perf_counter() - began)


def _stories(url: str, messages: int) -> tuple[Any, list[Any]]:
    from crossdesk.cases.tests.cast import cast
    from crossdesk.exchange.tests.far_side import line_to
    from crossdesk.exchange.tests.post_office import engaged

    here = cast()
    line_to(here, url, "secret")
    return here, [engaged(here, here.case(f"Case {number}")) for number in range(messages)]


def _more(here: Any, legs: list[Any]) -> None:
    from crossdesk.cases import leg_work
    from crossdesk.cases.legs import Leg
    from crossdesk.cases.tests.cast import NOON
    from crossdesk.threads.viewer import verbs

    with verbs():
        whole = Leg.objects.select_related("case__owner", "from_desk", "to_desk")
        now = list(whole.filter(pk__in=[leg.pk for leg in legs]))
    for leg in now:
        leg_work.update(leg, by=here.nia, at=NOON, words="Another batch.")


def _out(messages: int) -> float:
    from crossdesk.cases.tests.cast import NOON
    from crossdesk.exchange.sending import send_due

    def send() -> None:
        sent = send_due(lambda: NOON + timedelta(minutes=1), messages)
        assert sent == messages, sent

    return _rate(messages, send)


def _empty(url: str, messages: int) -> float:
    import httpx

    with httpx.Client() as http:
        return _rate(messages, lambda: [http.post(f"{url}/", content=b"{}") for _ in range(messages)])


def _wait(owner: psycopg.Connection, here: Any, waiting: int) -> None:
    """On a leg of its own: what is measured waits behind nothing."""
    from crossdesk.cases.tests.cast import NOON
    from crossdesk.exchange.tests.post_office import engaged

    engaged(here, here.case("The one whose lane is full"))
    later = NOON + timedelta(days=1)
    head = owner.execute(
        "update exchange_outboxitem set next_try_at = %s"
        " where id = (select max(id) from exchange_outboxitem where link_id is not null) returning id",
        [later],
    ).fetchone()
    assert head is not None
    owner.execute(FILL, {"later": later, "waiting": waiting, "head": head[0]})
    owner.execute("analyze exchange_outboxitem")


def _plain(owner: psycopg.Connection, messages: int) -> float:
    """As many rows as one message leaves in the inbox, the timeline and its body, each group in a transaction."""
    owner.execute("create table plain (a bigint, b text, c bytea, d timestamptz)")

    def insert() -> None:
        for number in range(messages):
            with owner.transaction():
                for _ in range(3):
                    owner.execute("insert into plain values (%s, 'words', %s, now())", [number, b"x" * 500])

    return _rate(messages, insert)


def _in(here: Any, legs: list[Any]) -> float:
    from crossdesk.cases.legs import Leg
    from crossdesk.cases.tests.cast import NOON
    from crossdesk.exchange.hearing import hear
    from crossdesk.exchange.messages.message import Kind, Message
    from crossdesk.threads.viewer import verbs

    with verbs():
        tokens = list(Leg.objects.filter(pk__in=[leg.pk for leg in legs]).values_list("link__token", flat=True))
    said = [
        Message(
            id=f"{token}-1", link=token, kind=Kind.UPDATE, seq=1, occurred_at=NOON, words="We look at it."
        ).encoded()
        for token in tokens
    ]
    return _rate(len(said), lambda: [hear(each, party=here.pennine, key="Their desk", at=NOON) for each in said])


if __name__ == "__main__":
    main()
