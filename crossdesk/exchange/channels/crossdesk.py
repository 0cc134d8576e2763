"""Another Crossdesk: the message goes as it is, and both sides call the link by the same name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

import httpx

from crossdesk.exchange.channels import Changes, NotTaken, Speaking, Taken, Ticket
from crossdesk.exchange.messages.message import MEDIA_TYPE, File, Message
from crossdesk.exchange.outgoing import ask, client

MESSAGES, FILES = "/exchange/v1/messages", "/exchange/v1/files"
ANY = "application/octet-stream"


class CrossdeskChannel:
    """Keeps its connections; knows no database."""

    @cached_property
    def http(self) -> httpx.Client:
        return client()

    def deliver(self, message: Message, to: Speaking) -> Taken:
        """A 2xx means that it is kept there for good, whenever it is applied."""
        refused = [each for file in message.files if (each := self._beside(file, message, to))]
        said = ask(
            self.http,
            "POST",
            to.ways.endpoint.rstrip("/") + MESSAGES,
            content=message.encoded(),
            headers={**_bearer(to), "Content-Type": MEDIA_TYPE, "Idempotency-Key": message.id},
        )
        answer = _read(said.content)
        return Taken(their_number=str(answer.get("number", ""))[:60], left=" ".join(refused))

    def _beside(self, file: File, message: Message, to: Speaking) -> str:
        """Why it does not cross; what is refused keeps nothing else from going. Offered first, so that nothing is sent
        twice that is there already."""
        content = to.files.get(file.sha256)
        if not file.beside or content is None:
            return file.why
        offer: dict[str, str | int] = {"message": message.id, "link": message.link, "desk": message.to.desk}
        offer |= {"name": file.name, "size": file.size, "sha256": file.sha256}
        there = to.ways.endpoint.rstrip("/") + FILES
        try:
            answer = _read(ask(self.http, "POST", there, json=offer, headers=_bearer(to)).content)
            if not answer.get("held"):
                content.seek(0)
                headers = {**_bearer(to), "Content-Type": ANY}
                url = f"{there}/{file.sha256}"
                ask(self.http, "PUT", url, params={"message": message.id}, content=content, headers=headers)
        except NotTaken as refused:
            if refused.credential or not refused.forever:
                raise
            return f"“{file.name}” was not taken. {refused.because}"
        return ""

    def changes(self, to: Speaking, cursor: str, tickets: Iterable[Ticket], at: datetime) -> Changes:
        """It tells by itself."""
        return Changes(cursor=cursor)

    def probe(self, to: Speaking) -> None:
        ask(self.http, "GET", to.ways.endpoint.rstrip("/") + MESSAGES, headers=_bearer(to))


def _bearer(to: Speaking) -> dict[str, str]:
    return {"Authorization": f"Bearer {to.secret}"}


def _read(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError as trouble:
        raise NotTaken("Their server answered with something that is no Crossdesk.", forever=True) from trouble
    if not isinstance(said, dict):
        raise NotTaken("Their server answered with something that is no Crossdesk.", forever=True)
    return said
