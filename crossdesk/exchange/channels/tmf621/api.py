"""The partner's server, as its addresses: create, find, read, change, list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx

from crossdesk.exchange.channels import NotTaken, Speaking
from crossdesk.exchange.outgoing import ask
from crossdesk.kit.time import iso

Body = dict[str, Any]
Version = Literal["v4", "v5"]
PAGE, MOST_PAGES = 100, 200
OVERLAP = timedelta(minutes=2)
"""Their clock and ours differ, and a change is seen when it commits, not when it is stamped."""


@dataclass(frozen=True)
class Server:
    """`profile` of the agreement: `v5` or `v4`, and `mef` where close, reopen and cancel are addresses of their own."""

    http: httpx.Client
    to: Speaking

    @property
    def version(self) -> Version:
        return "v4" if "v4" in self.to.ways.profile.split() else "v5"

    @property
    def has_actions(self) -> bool:
        return "mef" in self.to.ways.profile.split()

    @property
    def tickets(self) -> str:
        return f"{self.to.ways.endpoint.rstrip('/')}/troubleTicket"

    def create(self, body: Body) -> Body:
        return _an_object(self._ask("POST", self.tickets, json=body))

    def read(self, id: str) -> Body:
        return _an_object(self._ask("GET", self._at(id)))

    def patch(self, id: str, body: Body) -> Body:
        """A 202 says that it will be done, and not what became of it."""
        said = self._ask("PATCH", self._at(id), json=body)
        return _an_object(said) if said.content.strip() else self.read(id)

    def act(self, id: str, name: str, body: Body) -> Body:
        said = self._ask("POST", f"{self._at(id)}/{name}", json=body)
        found = _read(said) if said.content.strip() else None
        return found if isinstance(found, dict) and found.get("id") else self.read(id)

    def find(self, token: str) -> Body | None:
        """By the number we gave it. A server that cannot filter by it is read from its newest on."""
        name = "externalId" if self.version == "v4" else "externalIdentifier.id"
        try:
            page = self._page({name: token, "limit": "20"})
        except NotTaken as refused:
            if not refused.forever or refused.credential:
                raise
            page = self._page(
                {"limit": str(PAGE), "sort": "-creationDate"} if self.version == "v5" else {"limit": str(PAGE)}
            )
        return next((each for each in page if token in numbers_of(each)), None)

    def changed(self, since: datetime) -> Iterator[Body]:
        """Everything from a little before `since` on. What a server sends beyond the filter does no harm."""
        asked = {"lastUpdate.gte": iso(since - OVERLAP), "limit": str(PAGE)}
        for page in range(MOST_PAGES):
            found = self._page({**asked, "offset": str(page * PAGE)})
            yield from found
            if len(found) < PAGE:
                return

    def content(self, url: str) -> bytes:
        return self._ask("GET", url).content

    def probe(self) -> None:
        self._page({"limit": "1", "fields": "id"})

    def _page(self, asked: dict[str, str]) -> list[Body]:
        found = _read(self._ask("GET", self.tickets, params=asked))
        if not isinstance(found, list):
            raise NotTaken("Their server answered a list with something else; is the address right?", forever=True)
        return [each for each in found if isinstance(each, dict)]

    def _at(self, id: str) -> str:
        return f"{self.tickets}/{httpx.URL('http://x/', path=f'/{id}').path.lstrip('/')}"

    def _ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.to.secret}", "Accept": "application/json"}
        return ask(self.http, method, url, headers=headers, **more)


def _read(said: httpx.Response) -> Any:
    try:
        return json.loads(said.content)
    except ValueError as trouble:
        raise NotTaken("Their server answered with something that is no JSON; is the address right?", True) from trouble


def _an_object(said: httpx.Response) -> Body:
    found = _read(said)
    if not isinstance(found, dict) or not isinstance(found.get("id"), str | int):
        raise NotTaken("Their server answered with something that is no ticket; is the address right?", forever=True)
    return found


def numbers_of(ticket: Body) -> set[str]:
    listed = ticket.get("externalIdentifier")
    several = [each.get("id") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return {str(number) for number in [ticket.get("externalId"), *several] if number}
