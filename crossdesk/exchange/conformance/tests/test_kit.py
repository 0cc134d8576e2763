"""The joining kit against the desks that play the other side, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.test import override_settings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.commands.partner_desk.messages.app import Player, application
from crossdesk.commands.partner_desk.messages.desk import MessageDesk
from crossdesk.commands.partner_desk.servicenow import played
from crossdesk.commands.partner_desk.servicenow.app import application as instance
from crossdesk.commands.partner_desk.serving import served
from crossdesk.commands.partner_desk.tmf621.app import BASE
from crossdesk.commands.partner_desk.tmf621.app import application as trouble_tickets
from crossdesk.commands.partner_desk.tmf621.desk import TicketDesk
from crossdesk.commands.partner_desk.tmf621.played import Player as Tickets
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange.channels import Speaking
from crossdesk.exchange.channels.crossdesk import MESSAGES, CrossdeskChannel
from crossdesk.exchange.channels.servicenow.adapter import ServiceNow
from crossdesk.exchange.channels.tmf621.adapter import TroubleTickets
from crossdesk.exchange.conformance.kit import Trial
from crossdesk.exchange.conformance.saying import TITLE
from crossdesk.exchange.conformance.steps import STEPS, Step, Verdict
from crossdesk.exchange.conformance.tests.at_work import at_work
from crossdesk.exchange.messages.message import Message, Side, read_message

US, THEM = Side(party="Elexon", desk="Elexon Service Desk"), Side(party="Pennine Grid", desk="Pennine Service Desk")


@pytest.fixture(autouse=True)
def _inside() -> Iterator[None]:
    with override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        yield


def our_door(came: list[Message]) -> Starlette:
    async def keep(request: Request) -> JSONResponse:
        came.append(read_message(await request.body()))
        return JSONResponse({"fate": "set_aside", "number": ""}, 202)

    return Starlette(routes=[Route(MESSAGES, keep, methods=["POST"])])


def with_crossdesk(plays: str, *faults: str, patience: float = 10.0) -> list[Step]:
    came: list[Message] = []
    desk = MessageDesk(plays.split(",") if plays else (), Faults.of(faults))
    with ExitStack() as stack:
        ours = stack.enter_context(served(our_door(came)))
        theirs = stack.enter_context(served(application(desk, "secret")))
        stack.enter_context(at_work(Player(desk, ours, "ours")))
        to = Speaking(Ways(channel=Channel.CROSSDESK, endpoint=theirs), "secret")

        def kept(token: str) -> list[Message]:
            return [each for each in came if each.link == token]

        return Trial(CrossdeskChannel(), to, US, THEM, kept, patience, 0.05).run()


def with_servicenow(plays: str, *faults: str, patience: float = 10.0) -> list[Step]:
    player = played.player("crossdesk", "secret", plays, Faults.of(faults))
    with served(instance(player.person.instance)) as theirs, at_work(player):
        to = Speaking(Ways(channel=Channel.SERVICENOW, endpoint=theirs), "crossdesk:secret")
        return Trial(ServiceNow(), to, US, THEM, lambda token: (), patience, 0.05).run()


def with_tmf621(version: str, plays: str, *faults: str, patience: float = 10.0) -> tuple[list[Step], TicketDesk]:
    desk = TicketDesk(Faults.of(faults))
    with served(trouble_tickets(desk, "secret")) as theirs, at_work(Tickets(desk, plays.split(","))):
        ways = Ways(channel=Channel.TMF621, endpoint=f"{theirs}{BASE}/{version}", profile=version)
        trial = Trial(TroubleTickets(), Speaking(ways, "secret"), US, THEM, lambda token: (), patience, 0.05)
        return trial.run(), desk


def failed(steps: list[Step]) -> dict[str, str]:
    return {each.name: each.words for each in steps if each.verdict is not Verdict.PASSED}


@pytest.mark.parametrize(
    ("plays", "faults"),
    [("begin,resolve", ()), ("begin,ask,resolve", ()), ("begin,resolve", ("slow=0.05", "duplicate", "out-of-order"))],
)
def test_a_desk_with_a_crossdesk_of_its_own_passes(plays: str, faults: tuple[str, ...]) -> None:
    steps = with_crossdesk(plays, *faults)
    assert failed(steps) == {}
    assert tuple(each.name for each in steps) == STEPS


def test_a_desk_that_works_in_servicenow_passes() -> None:
    steps = with_servicenow("begin,comment,ask,resolve")
    assert failed(steps) == {}
    assert "A small text file is on their ticket." in {each.words for each in steps}


@pytest.mark.parametrize(
    ("version", "faults"), [("v5", ()), ("v4", ()), ("v5", ("duplicate", "out-of-order", "slow=0.01"))]
)
def test_a_desk_behind_a_tmf621_server_passes_and_nothing_stays_open_there(
    version: str, faults: tuple[str, ...]
) -> None:
    steps, desk = with_tmf621(version, "begin,comment,ask,attach,resolve", *faults)
    assert failed(steps) == {}
    assert tuple(each.name for each in steps) == STEPS
    assert "A small text file is on their ticket." in {each.words for each in steps}
    assert all(each.over and each.said.texts["name"].startswith(TITLE) for each in desk.tickets.values())


@pytest.mark.parametrize(
    ("fault", "step", "because"),
    [
        ("redirects=Registration Desk", "close", "refused the case"),
        ("refuses", "redirect", "without naming the right desk"),
        ("garbage", "send", "no JSON"),
        ("down", "send", "503"),
        ("bounces", "send", "404"),
    ],
)
def test_a_tmf621_server_that_fails_is_told_at_which_step(fault: str, step: str, because: str) -> None:
    steps, desk = with_tmf621("v5", "begin,resolve", fault)
    assert because in failed(steps)[step]
    assert all(each.over for each in desk.tickets.values())


def test_a_desk_that_refuses_everything_is_told_at_which_step() -> None:
    told = failed(with_crossdesk("refuse"))
    assert set(told) == {"close"}
    assert "refused the case" in told["close"]


@pytest.mark.parametrize(("fault", "because"), [("garbage", "no Crossdesk"), ("down", "503"), ("bounces", "404")])
def test_a_desk_that_takes_nothing_fails_at_the_first_step(fault: str, because: str) -> None:
    steps = with_crossdesk("begin,resolve", fault)
    assert because in failed(steps)["send"]
    assert {each.verdict for each in steps[1:]} == {Verdict.NOT_TRIED}


def test_servicenow_that_answers_garbage_or_refuses_is_told_so() -> None:
    assert "send" in failed(with_servicenow("begin,resolve", "garbage"))
    assert "refused the case" in failed(with_servicenow("refuse"))["close"]


def test_a_desk_that_never_answers_is_told_what_is_missing() -> None:
    told = failed(with_crossdesk("", patience=0.3))
    assert set(told) == {"close"}
    assert "proposed no resolution" in told["close"]
