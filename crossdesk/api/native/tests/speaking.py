"""A machine of the cast: it speaks to the API as any client would, through the real middleware."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.kit.time import now
from crossdesk.parties.models import Party

EVERY = frozenset(Scope)


class Machine:
    def __init__(self, party: Party, scopes: frozenset[Scope] = EVERY) -> None:
        self.key, self.token = keys.make_unasked(party, name="Machine", scopes=scopes, by="Test", at=now())
        self.client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        given = {"authorization": f"Bearer {self.token}"} | {name.replace("_", "-"): v for name, v in headers.items()}
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        answer: Any = self.client.generic(
            method, path if path.startswith("/") else f"/api/v1/{path}", content, "application/json", headers=given
        )
        return answer  # type: ignore[no-any-return]

    def get(self, path: str, **headers: str) -> Any:
        response = self.ask("GET", path, **headers)
        assert response.status_code == 200, response.content
        return json.loads(response.content)

    def do(self, path: str, body: Any = None, *, status: int = 200, **headers: str) -> Any:
        """With the ETag that stands, unless another is given."""
        response = self.ask("POST", path, {} if body is None else body, **({"if_match": "*"} | headers))
        assert response.status_code == status, response.content
        return json.loads(response.content) if response.content else None


def told(response: HttpResponse) -> Any:
    return json.loads(response.content)


RAISE = {
    "query_type": "dip-message-failure",
    "summary": "IF-036 confirmations missing",
    "impact": "Appointments cannot be confirmed.",
    "without_because": "It has just begun.",
}


def raised(machine: Machine, **more: Any) -> str:
    answer = machine.do("cases", RAISE | more, status=201, idempotency_key=f"k{now().timestamp()}")
    return f"cases/{answer['reference']}"
