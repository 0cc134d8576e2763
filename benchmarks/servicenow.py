"""How many messages a second leave through the ServiceNow channel with the queue short, beside an empty handler.

    python -m crossdesk.postgres FOLDER python -m benchmarks.servicenow [messages] [legs]      200 and 20 by default

The far side is the fake instance in a process of its own. Three figures: the worker with the outbox in PostgreSQL, the
channel by itself, and one empty POST a message over the same kind of connection, which is the limit of any channel that
says one thing at a time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter

import httpx

from benchmarks.borrowed import database

USER, PASSWORD = "crossdesk", "s3cret"


def far_side(told: Connection) -> None:
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from crossdesk.commands.partner_desk.servicenow.app import application
    from crossdesk.commands.partner_desk.servicenow.instance import Instance, User
    from crossdesk.commands.partner_desk.serving import served

    async def empty(request: Request) -> JSONResponse:
        await request.body()
        return JSONResponse({})

    instance = Instance()
    instance.add_user(User(USER, PASSWORD))
    app = application(instance)
    app.router.routes.append(Route("/empty", empty, methods=["POST"]))
    with served(app) as address:
        told.send(address)
        told.recv()


@contextmanager
def running() -> Iterator[str]:
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=far_side, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()  # it keeps nothing
        process.join(10)


def a_second(count: int, work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return count / (perf_counter() - began)


def through_the_worker(address: str, messages: int, legs: int) -> float:
    from crossdesk.cases import leg_work, triage
    from crossdesk.cases.engaging import Engagement, engage
    from crossdesk.cases.tests.cast import cast
    from crossdesk.desks.agreements import Said
    from crossdesk.desks.tests.terms import signing
    from crossdesk.desks.ways import Channel, Ways
    from crossdesk.exchange import lines
    from crossdesk.exchange.sending import send_due
    from crossdesk.kit.time import now
    from crossdesk.threads.viewer import verbs

    here = cast()
    sign, at = signing(here), now()
    ways = Ways(channel=Channel.SERVICENOW, endpoint=address)
    terms = sign.accepted(sign.proposed(Said(ways=ways), at, desk=here.pennine_service), at)
    with verbs():
        lines.keep_key(lines.open_line(terms.agreement, at), "one", f"{USER}:{PASSWORD}", by=sign.ada, at=at)
    opened = []
    for number in range(legs):
        case = here.case(f"Case {number}")
        triage.take(case, by=here.nia, at=at)
        what = Engagement(ask="Please check.", outside_because="All was delivered.")
        opened.append(engage(case, here.pennine_service, what, by=here.nia, at=at))
    send_due(now, legs)
    for number in range(messages):
        leg_work.update(opened[number % legs], by=here.nia, at=now() - timedelta(seconds=1), words=f"News {number}")
    return a_second(messages, lambda: send_due(now, messages))


def through_the_channel(address: str, messages: int) -> float:
    from crossdesk.desks.ways import Channel, Ways
    from crossdesk.exchange.channels import Speaking
    from crossdesk.exchange.channels.servicenow.adapter import ServiceNow
    from crossdesk.exchange.messages.message import About, Kind, Message
    from crossdesk.kit.time import now

    channel, to = (
        ServiceNow(),
        Speaking(Ways(channel=Channel.SERVICENOW, endpoint=address), f"{USER}:{PASSWORD}", "b.1"),
    )

    def message(kind: Kind, number: int, about: About | None = None) -> Message:
        said = {"id": f"benchmark.{number}", "link": "b.1", "seq": number, "occurred_at": now(), "words": "News"}
        return Message.model_validate(said | {"kind": kind, "about": about})

    raised = channel.deliver(message(Kind.RAISE, 1, About(title="A case")), to)
    known = Speaking(to.ways, to.secret, to.token, raised.their_id, raised.their_number, raised.version)

    def all_of_them() -> None:
        for number in range(2, messages + 2):
            channel.deliver(message(Kind.UPDATE, number), known)

    return a_second(messages, all_of_them)


def through_nothing(address: str, messages: int) -> float:
    with httpx.Client() as http:
        body = {"comments": "News"}

        def all_of_them() -> None:
            for _ in range(messages):
                http.post(f"{address}/empty", json=body)

        return a_second(messages, all_of_them)


def main(messages: int, legs: int) -> None:
    os.environ["CROSSDESK_EXCHANGE_INSIDE"] = "127.0.0.1"
    with running() as address, database("crossdesk_bench_servicenow"):
        limit = through_nothing(address, messages)
        print(f"{messages} messages over {legs} legs; messages a second, and of the limit")
        for what, found in (
            ("worker", through_the_worker(address, messages, legs)),
            ("channel", through_the_channel(address, messages)),
            ("empty POST", limit),
        ):
            print(f"{what:12}{found:>8.0f}{found / limit:>8.2f}")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    main(*given, *(200, 20)[len(given) :])
