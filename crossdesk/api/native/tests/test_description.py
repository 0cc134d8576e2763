"""The description is valid OpenAPI 3.1, and the API does what it says under generated requests.

`./test` sends a few to those with the most to get wrong; CROSSDESK_EXAMPLES=100 before it sends so many to every one.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.api.native.described import description
from crossdesk.cases import triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.kit.time import now

EXAMPLES = int(os.environ.get("CROSSDESK_EXAMPLES", "0"))
FEW, SHORTLY = 4, {"list_cases", "raise_a_case", "read_timeline", "claim_impact", "engage_desk"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_description_is_valid() -> None:
    OpenAPIV31SpecValidator(description()).validate()


def test_every_operation_says_which_scope_it_needs_and_what_goes_wrong() -> None:
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            assert operation["security"], path
            assert {"401", "403", "404", "422", "429", "500"} <= set(operation["responses"]), (method, path)


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"CROSSDESK_API_RATE": "1000000"}


def test_generated_requests_meet_no_server_error_and_no_undeclared_answer(served: str) -> None:
    people = cast()
    _, token = keys.make_unasked(people.elexon, name="Machine", scopes=frozenset(Scope), by="Test", at=now())
    case = people.case()
    own(case, people)
    known = case.reference
    schema = schemathesis.openapi.from_url(f"{served}/api/v1/openapi.json")
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if EXAMPLES or operation.definition.raw["operationId"] in SHORTLY:
            _try(operation, token, known)


def own(case: Case, people: Cast) -> None:
    """Far enough that every act has something to act on."""
    triage.take(case, by=people.nia, at=now())
    triage.own(case, by=people.nia, at=now())
    engaged = Engagement(ask="Look.", outside_because="Yours.")
    engage(case, people.pennine_help, engaged, by=people.nia, at=now())


def _try(operation: Any, token: str, reference: str) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES or FEW,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tried(case: Any) -> None:
        if "reference" in case.path_parameters:
            case.path_parameters["reference"] = reference
        if "number" in case.path_parameters:
            case.path_parameters["number"] = 1
        if case.headers and "If-Match" in case.headers:
            case.headers["If-Match"] = "*"  # so that the verb itself is reached
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    tried()
