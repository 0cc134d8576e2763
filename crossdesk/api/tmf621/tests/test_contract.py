"""Both official descriptions drive generated requests: no server error, no undeclared answer, every body as declared.

A few for each operation here; many by
    CROSSDESK_CONTRACT=300 CROSSDESK_TMF621=/where/they/lie pytest crossdesk/api/tmf621/tests/test_contract.py
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import requests
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.transport import Response
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from crossdesk.api.tmf621.tests.contract import described
from crossdesk.api.tmf621.tests.tool import engaged, tool_of
from crossdesk.cases.tests.cast import Cast

EXAMPLES = int(os.environ.get("CROSSDESK_CONTRACT", "4"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_every_answer_is_one_that_the_description_declares(version: str, here: Cast, settings_of_rates: None) -> None:
    schema = described(version)
    tool = tool_of(here.sycamore, version)
    pennine = tool_of(here.pennine, version)
    ours = tool.create()["id"]
    engaged(here, here.case())
    theirs = pennine.get("troubleTicket")[0]["id"]
    for result in schema.get_all_operations():
        _hold(result.ok(), version, [(tool.token, ours), (pennine.token, theirs), ("nothing", ours)])


def _hold(operation: Any, version: str, callers: list[tuple[str, str]]) -> None:
    modes = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 20,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(modes), caller=st.sampled_from(callers), real=st.booleans())
    def held(case: Any, caller: tuple[str, str], real: bool) -> None:
        token, ticket = caller
        if "id" in (case.path_parameters or {}) and real and "hub" not in case.path:
            case.path_parameters["id"] = ticket
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        response = _asked(case, version)
        case.validate_response(response, checks=CHECKS)

    held()


def _asked(case: Any, version: str) -> Response:
    """Through the whole product, in the test's own transaction."""
    sent = REQUESTS_TRANSPORT.serialize_case(case, base_url=f"http://localhost/tmf-api/troubleTicket/{version}")
    request = requests.Request(
        **{
            name: value
            for name, value in sent.items()
            if name in {"method", "url", "headers", "params", "json", "data"}
        }
    ).prepare()
    body: Any = request.body or b""
    media = _texts(request.headers).get("Content-Type", "")
    told = Client(raise_request_exception=False).generic(
        str(request.method), request.path_url, body, media, headers=_texts(request.headers), SERVER_NAME="localhost"
    )
    headers = {name: [value] for name, value in told.headers.items()}
    return Response(told.status_code, headers, told.content, request, elapsed=0.0, verify=False)


def _texts(headers: Any) -> dict[str, str]:
    return {name: value.decode("latin-1") if isinstance(value, bytes) else value for name, value in headers.items()}
