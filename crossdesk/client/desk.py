from __future__ import annotations

from types import TracebackType
from typing import Any

from crossdesk.client.cases import Cases
from crossdesk.client.engagements import Engagements
from crossdesk.client.knowledge import Knowledge
from crossdesk.client.requests import Requests
from crossdesk.client.shapes import Caller, Desk, QueryType
from crossdesk.client.wire import Wire, read


class Crossdesk:
    """A Crossdesk at an address, as whoever holds the key sees it. The further arguments are the `Wire`'s."""

    def __init__(self, address: str, token: str = "", **more: Any) -> None:
        self._wire = Wire(address, token, **more)
        self.cases = Cases(self._wire)
        self.engagements = Engagements(self._wire)
        self.knowledge = Knowledge(self._wire)
        self.requests = Requests(self._wire)

    def me(self) -> Caller:
        return self._wire.get(Caller, "me")

    def desks(self) -> list[Desk]:
        return read(list[Desk], self._wire.ask("GET", "desks").json()["desks"])

    def query_types(self) -> list[QueryType]:
        return read(list[QueryType], self._wire.ask("GET", "query-types").json()["query_types"])

    def close(self) -> None:
        self._wire.close()

    def __enter__(self) -> Crossdesk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
