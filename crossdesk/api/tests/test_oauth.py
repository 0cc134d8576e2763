import base64
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from crossdesk.accounts import access, keys
from crossdesk.accounts.models import AccessToken, Key
from crossdesk.accounts.scopes import Scope
from crossdesk.api.tests.test_bearing import asked, body, token_of
from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.kit.time import now
from crossdesk.threads.viewer import verbs

FORM = "application/x-www-form-urlencoded"
GRANT = "grant_type=client_credentials"


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def client_of(here: Cast) -> tuple[str, str]:
    _, public_id, secret = token_of(here.sycamore, Scope.TICKETS, Scope.DIRECTORY).split("_", 2)
    return public_id, secret


def basic(public_id: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{public_id}:{secret}".encode()).decode()}


def post(content: str, **headers: str) -> HttpResponse:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    return client.post("/oauth/token", content, content_type=FORM, headers=headers)  # type: ignore[return-value]


def test_a_key_is_exchanged_for_a_short_lived_token_by_either_way(client_of: tuple[str, str]) -> None:
    public_id, secret = client_of
    by_header = post(GRANT, **basic(public_id, secret))
    by_body = post(f"{GRANT}&client_id={public_id}&client_secret={secret}")
    for response in (by_header, by_body):
        granted = body(response)
        assert (response.status_code, granted["token_type"], granted["expires_in"]) == (200, "Bearer", 1800)
        assert granted["scope"] == "directory tickets"
        assert response["Cache-Control"] == "no-store"
        assert body(asked(granted["access_token"]))["party"] == "Sycamore Energy"


def test_scopes_are_narrowed_on_request_and_never_widened(client_of: tuple[str, str]) -> None:
    granted = body(post(f"{GRANT}&scope=directory", **basic(*client_of)))
    assert granted["scope"] == "directory"
    assert asked(granted["access_token"]).status_code == 403
    for scope in ("evidence", "directory evidence", "no-such"):
        refused = post(f"{GRANT}&scope={scope}", **basic(*client_of))
        assert (refused.status_code, body(refused)["error"]) == (400, "invalid_scope")


def test_a_token_ends_with_its_time_and_with_its_key(here: Cast, client_of: tuple[str, str]) -> None:
    granted = body(post(GRANT, **basic(*client_of)))["access_token"]
    with pytest.raises(keys.NotOpened, match="has expired"):
        access.open_token(granted, now() + timedelta(minutes=31))
    with verbs():
        key = Key.objects.get(public_id=client_of[0])
    keys.revoke_unasked(key, by="Test", at=now())
    assert "was revoked" in body(asked(granted))["detail"]


def test_a_token_never_outlives_its_key_and_the_expired_are_swept(here: Cast) -> None:
    key, _ = keys.make_unasked(
        here.sycamore, name="Short", scopes=frozenset({Scope.TICKETS}), by="Test", at=now(), lasting=timedelta(days=1)
    )
    late = key.expires_at - timedelta(minutes=10)
    assert access.exchange(key, frozenset(Scope), late)[1] == timedelta(minutes=10)
    access.exchange(key, frozenset(Scope), key.expires_at + timedelta(seconds=1))
    with verbs():
        (left,) = AccessToken.objects.filter(key=key)
    assert left.scopes == ["tickets"]


@pytest.mark.parametrize(
    ("content", "headers", "status", "error"),
    [
        ("", {}, 400, "invalid_request"),
        ("scope=tickets", {}, 400, "invalid_request"),
        (GRANT, {}, 401, "invalid_client"),
        (f"{GRANT}&client_id={{id}}", {}, 401, "invalid_client"),
        (f"{GRANT}&client_id={{id}}&client_secret=wrong", {}, 401, "invalid_client"),
        (f"{GRANT}&client_id=nobody&client_secret={{secret}}", {}, 401, "invalid_client"),
        (f"{GRANT}&{GRANT}&client_id={{id}}&client_secret={{secret}}", {}, 400, "invalid_request"),
        ("grant_type=password&client_id={id}&client_secret={secret}", {}, 400, "unsupported_grant_type"),
        (GRANT, {"authorization": "Basic !!!"}, 401, "invalid_client"),
        (GRANT, {"authorization": "Basic /w=="}, 401, "invalid_client"),
        (GRANT, {"authorization": "Bearer {secret}"}, 401, "invalid_client"),
        (f"{GRANT}&client_secret={{secret}}", {"authorization": "Basic YTpi"}, 400, "invalid_request"),
        (f"{GRANT}&client_id=%00", {}, 401, "invalid_client"),
    ],
)
def test_every_refusal_is_one_that_the_rfc_names(
    client_of: tuple[str, str], content: str, headers: dict[str, str], status: int, error: str
) -> None:
    fill = {"id": client_of[0], "secret": client_of[1]}
    response = post(content.format(**fill), **{name: value.format(**fill) for name, value in headers.items()})
    assert (response.status_code, body(response)["error"]) == (status, error)
    assert ("WWW-Authenticate" in response) is (status == 401)
    assert client_of[1] not in response.content.decode()


@pytest.mark.parametrize(
    ("method", "address", "status"), [("get", "/oauth/token", 405), ("post", "/oauth/nothing", 404)]
)
def test_what_goes_wrong_elsewhere_is_told_the_same_way(db: None, method: str, address: str, status: int) -> None:
    response: Any = getattr(Client(SERVER_NAME="localhost"), method)(address)
    assert (response.status_code, body(response)["error"]) == (status, "invalid_request")


def test_secrets_in_an_address_are_refused(client_of: tuple[str, str]) -> None:
    public_id, secret = client_of
    address = f"/oauth/token?client_id={public_id}&client_secret={secret}"
    response: Any = Client(SERVER_NAME="localhost").post(address, GRANT, content_type=FORM)
    assert "Never send a secret in an address" in body(response)["error_description"]


def test_the_server_describes_itself(client: Client, settings: Any) -> None:
    told = client.get("/.well-known/oauth-authorization-server").json()
    assert told["token_endpoint"] == f"{settings.SITE_URL}/oauth/token"
    assert set(told["scopes_supported"]) == set(Scope)
