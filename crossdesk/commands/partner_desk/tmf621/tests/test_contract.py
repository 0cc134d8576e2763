"""Both official descriptions drive generated requests at the played desk, over HTTP: every answer is as they declare.

A few for each operation here; many by `CROSSDESK_CONTRACT=300 ./test crossdesk/commands/partner_desk/tmf621`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from crossdesk.api.tmf621.tests.contract import described
from crossdesk.commands.partner_desk.serving import served
from crossdesk.commands.partner_desk.tmf621.app import BASE, application
from crossdesk.commands.partner_desk.tmf621.desk import Said, TicketDesk
from crossdesk.commands.partner_desk.tmf621.played import STEPS

EXAMPLES = int(os.environ.get("CROSSDESK_CONTRACT", "4"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
NOT_PLAYED = ("Specification", "/listener/")


@pytest.fixture
def desk() -> Iterator[tuple[TicketDesk, str]]:
    desk = TicketDesk()
    with served(application(desk, "secret")) as address:
        yield desk, address


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_every_answer_is_one_that_the_description_declares(version: str, desk: tuple[TicketDesk, str]) -> None:
    playing, address = desk
    ticket = playing.create(Said({"description": "No reads", "severity": "Major", "ticketType": "incident"}))
    for step in STEPS.values():
        step(playing, ticket)
    playing.turn(ticket, "resolved")
    base = f"{address}{BASE}/{version}"
    for result in described(version).get_all_operations():
        operation = result.ok()
        if not any(each in operation.path for each in NOT_PLAYED):
            _hold(operation, base, ticket.id)


def _hold(operation: Any, base: str, ticket: str) -> None:
    modes = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 20,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(modes), real=st.booleans(), key=st.sampled_from(["secret", "secret", "wrong"]))
    def held(case: Any, real: bool, key: str) -> None:
        if real and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = ticket
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {key}"}
        case.validate_response(case.call(base_url=base), checks=CHECKS)

    held()
