"""A party's own tool, as it speaks to the faces."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.cases import triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.desks.models import Desk
from crossdesk.kit.time import now
from crossdesk.parties.models import Party

MINIMAL = {
    "description": "Confirmations are missing since 06:00.",
    "severity": "Major",
    "ticketType": "mds-issue",
}
TYPED = MINIMAL | {"@type": "TroubleTicket"}


@dataclass
class Tool:
    token: str
    version: str = "v5"
    client: Client = field(default_factory=lambda: Client(SERVER_NAME="localhost"))

    def at(self, path: str) -> str:
        return path if path.startswith("/") else f"/tmf-api/troubleTicket/{self.version}/{path}"

    def ask(
        self, method: str, path: str, body: Any = None, media: str = "application/json", **headers: str
    ) -> HttpResponse:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {"authorization": f"Bearer {self.token}", **headers}
        answer = self.client.generic(method, self.at(path), raw, media, headers=given)
        return cast(HttpResponse, answer)

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def create(self, **more: Any) -> Any:
        answer = self.ask("POST", "troubleTicket", (TYPED if self.version == "v5" else MINIMAL) | more)
        assert answer.status_code == 201, answer.content
        return json.loads(answer.content)

    def patch(self, id: str, /, **changes: Any) -> HttpResponse:
        return self.ask("PATCH", f"troubleTicket/{id}", changes)

    def patched(self, id: str, /, **changes: Any) -> Any:
        answer = self.patch(id, **changes)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)


def tool_of(party: Party, version: str = "v5") -> Tool:
    scopes = frozenset({Scope.TICKETS})
    return Tool(
        keys.make_unasked(party, name=f"{party.short_name} tool", scopes=scopes, by="Test", at=now())[1], version
    )


def told(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


def sentence(answer: HttpResponse, status: int) -> str:
    body = told(answer)
    assert answer.status_code == status == int(body["status"]), body
    assert body["code"]
    assert body["reason"]
    return str(body["message"])


def engaged(here: Cast, case: Case, to: Desk | None = None, at: datetime = NOON) -> Leg:
    """The owner takes it, finds that it lies with the distributor, and engages its help desk."""
    triage.take(case, by=here.nia, at=at)
    triage.own(case, by=here.nia, at=at)
    what = Engagement(ask="Please check the registration.", outside_because="The meter points are yours.")
    return engage(case, to or here.pennine_help, what, by=here.nia, at=at)


LATER = NOON + timedelta(hours=1)
