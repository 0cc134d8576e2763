"""What every machine door asks first, through a door made for it: the real middleware, the real database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory

from crossdesk.access import Invalid, Moved, NotAllowed, WrongStage
from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called, borne
from crossdesk.api.trouble import problem
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.kit.time import now
from crossdesk.parties.models import Party


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


def token_of(party: Party, *scopes: Scope) -> str:
    return keys.make_unasked(party, name="Test", scopes=frozenset(scopes), by="Test", at=now())[1]


def asked(token: str, view: Any = None, **headers: str) -> HttpResponse:
    given = {"authorization": f"Bearer {token}"} if token else {}
    request = RequestFactory().get("/api/v1/x", headers=given | headers)
    return borne(Scope.TICKETS, problem)(view or counted)(request)


def counted(request: Called) -> HttpResponse:
    return JsonResponse({"cases": Case.objects.count(), "party": request.caller.viewer.party_name})


def body(response: HttpResponse) -> Any:
    return json.loads(response.content)


def test_a_view_reads_as_the_key_of_its_party(here: Cast) -> None:
    here.case()
    answers = [body(asked(token_of(party, Scope.TICKETS))) for party in (here.sycamore, here.harrier)]
    assert answers == [{"cases": 1, "party": "Sycamore Energy"}, {"cases": 0, "party": "Harrier Energy"}]


def test_who_gives_no_token_or_a_wrong_one_is_told_so_as_bearer_tokens_are(here: Cast) -> None:
    without, basic = asked(""), asked("", authorization="Basic abc")
    wrong = asked("cdk_ABC_wrong")
    for response in (without, basic):
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == 'Bearer realm="crossdesk"'
    assert wrong.status_code == 401
    assert 'error="invalid_token"' in wrong["WWW-Authenticate"]
    assert wrong["Content-Type"] == "application/problem+json"
    assert body(wrong)["detail"].startswith("This token is not known here")


def test_a_key_for_something_else_is_told_which_scope_is_missing(here: Cast) -> None:
    response = asked(token_of(here.sycamore, Scope.DIRECTORY))
    assert response.status_code == 403
    assert response["WWW-Authenticate"].endswith('error="insufficient_scope", scope="tickets"')
    assert response["RateLimit"].startswith('"key";r=')


def test_who_asks_too_often_waits(here: Cast, settings: Any) -> None:
    settings.API_RATE = 2
    token = token_of(here.sycamore, Scope.TICKETS)
    statuses = [asked(token).status_code for _ in range(2)]
    refused = asked(token)
    assert (statuses, refused.status_code) == ([200, 200], 429)
    assert 1 <= int(refused["Retry-After"]) <= 30
    assert asked(token_of(here.sycamore, Scope.TICKETS)).status_code == 200


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (NotAllowed("Only Elexon can."), 403, "Only Elexon can."),
        (Moved("It moved."), 409, "It moved."),
        (WrongStage("It is closed."), 409, "It is closed."),
        (Invalid("Say more."), 422, "Say more."),
        (Http404(), 404, "There is nothing here that this key may see."),
        (ZeroDivisionError(), 500, "That went wrong."),
    ],
)
def test_trouble_is_told_in_the_policys_own_sentence(
    here: Cast, error: Exception, status: int, detail: str, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(request: Called) -> HttpResponse:
        raise error

    response = asked(token_of(here.sycamore, Scope.TICKETS), failing)
    told = body(response)
    assert (response.status_code, told["status"]) == (status, status)
    assert told["detail"].startswith(detail)
    assert ("ZeroDivisionError" in caplog.text) is (status == 500)


def test_machine_paths_know_no_session_and_no_page_of_trouble(db: None) -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    response = client.post("/tmf-api/nothing/here", {"a": 1}, content_type="application/json")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert not response.cookies


def other_face(request: HttpRequest) -> HttpResponse:
    def short(trouble: Any) -> HttpResponse:
        return JsonResponse({"code": str(trouble.status), "reason": trouble.sentence}, status=trouble.status)

    return borne(Scope.TICKETS, short)(counted)(request)


def test_a_face_tells_trouble_in_its_own_words(here: Cast) -> None:
    response = other_face(RequestFactory().get("/tmf-api/"))
    assert body(response)["code"] == "401"
    assert response["WWW-Authenticate"].startswith("Bearer")
