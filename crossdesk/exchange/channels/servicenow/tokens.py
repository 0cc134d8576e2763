"""Access tokens by instance and account, kept in this process until shortly before they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import httpx

from crossdesk.exchange.channels.servicenow.tenant import Basic, ByClient, ByPassword, Tenant
from crossdesk.exchange.channels.servicenow.trouble import Trouble

EARLY = timedelta(seconds=60)
SHORTEST = 120

Kept = dict[tuple[str, str, int], tuple[str, datetime]]


class Tokens:
    def __init__(self) -> None:
        self._kept: Kept = {}
        self._lock = Lock()

    def get(self, http: httpx.Client, tenant: Tenant, clock: Callable[[], datetime]) -> str:
        key = _key(tenant)
        with self._lock:
            token, until = self._kept.get(key, ("", None))
            if until is None or clock() >= until:
                token, until = _granted(http, tenant, clock())
                self._kept[key] = (token, until)
            return token

    def forget(self, tenant: Tenant) -> None:
        with self._lock:
            self._kept.pop(_key(tenant), None)


def _key(tenant: Tenant) -> tuple[str, str, int]:
    assert not isinstance(tenant.credential, Basic)
    return tenant.base, tenant.credential.client_id, hash(tenant.credential)


def _granted(http: httpx.Client, tenant: Tenant, at: datetime) -> tuple[str, datetime]:
    answer = http.post(f"{tenant.base}/oauth_token.do", data=_asked(tenant.credential), follow_redirects=False)
    if answer.status_code in (400, 401, 403):
        raise Trouble(f"{tenant.base} refuses our OAuth client ({answer.status_code}).", credential=True)
    if answer.status_code != 200:
        raise Trouble(f"{tenant.base} gives no token at present ({answer.status_code}).")
    try:
        said = answer.json()
        token, seconds = str(said["access_token"]), int(said.get("expires_in", 0))
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise Trouble(f"{tenant.base} answered our token request with something else than a token.") from trouble
    return token, at + timedelta(seconds=max(seconds, SHORTEST)) - EARLY


def _asked(credential: Basic | ByPassword | ByClient) -> dict[str, str]:
    match credential:
        case ByPassword(client_id, client_secret, user, password):
            asked = {"grant_type": "password", "client_id": client_id, "client_secret": client_secret}
            return asked | {"username": user, "password": password}
        case ByClient(client_id, client_secret):
            return {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
    raise AssertionError("Basic needs no token.")


KEPT = Tokens()
