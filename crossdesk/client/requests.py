"""Requests of the catalogue: what can be asked for, asking, whose word is given, and the steps of the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from crossdesk.client.shapes import Item, ItemRow, Request, RequestRow
from crossdesk.client.wire import Wire, read


class Requests:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def catalogue(self) -> list[ItemRow]:
        return read(list[ItemRow], self._wire.ask("GET", "catalogue").json()["items"])

    def item(self, key: str) -> Item:
        """With its form: the fields to answer, and the edition that asking names."""
        return self._wire.get(Item, f"catalogue/{quote(key, safe='')}")

    def ask(self, item: Item, answers: Mapping[str, str], *, own_reference: str = "", key: str = "") -> Request:
        """With a `key` of your own, the same is asked for once even over restarts of your tool."""
        body = {"item": item.key, "edition": item.edition, "answers": dict(answers), "own_reference": own_reference}
        return self._wire.post(Request, "requests", body, key=key)

    def get(self, reference: str) -> Request:
        return self._wire.get(Request, f"requests/{reference}")

    def list(self, **filters: Any) -> Iterator[RequestRow]:
        """By part (raised or owns) and open; the newest first, over all pages."""
        for page in self._wire.pages("requests", **filters):
            yield from (read(RequestRow, each) for each in page["requests"])

    # Whose word it needs; the key has the scope "approvals"
    def approve(self, request: Request, approval: int, words: str = "") -> Request:
        return self._act(request, f"approvals/{approval}/approve", words=words)

    def refuse(self, request: Request, approval: int, why: str) -> Request:
        return self._act(request, f"approvals/{approval}/refuse", why=why)

    # The steps of the work
    def begin(self, request: Request, task: int, words: str = "", **more: Any) -> Request:
        """`more`: the group it is offered to, and share, where the desk engaged for it reads the answers."""
        return self._act(request, f"tasks/{task}/begin", words=words, **more)

    def finish(self, request: Request, task: int, words: str = "") -> Request:
        return self._act(request, f"tasks/{task}/finish", words=words)

    def _act(self, request: Request, act: str, **body: Any) -> Request:
        return self._wire.post(Request, f"requests/{request.reference}/{act}", body, etag=request.etag or "*")
