"""What the two desks of an engagement do on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crossdesk.client.shapes import Engagement, EngagementRow
from crossdesk.client.wire import Wire, read


class Engagements:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(self, **filters: Any) -> Iterator[EngagementRow]:
        """By side (to or from) and open; the newest first, over all pages."""
        for page in self._wire.pages("engagements", **filters):
            yield from (read(EngagementRow, each) for each in page["engagements"])

    def get(self, case: str, number: int) -> Engagement:
        return self._wire.get(Engagement, f"cases/{case}/engagements/{number}")

    def write(self, leg: Engagement, words: str) -> Engagement:
        return self._wire.post(Engagement, f"cases/{leg.case}/engagements/{leg.number}/words", {"words": words})

    def ask(self, leg: Engagement, words: str, *, due_at: datetime) -> Engagement:
        return self._act(leg, "ask", words=words, due_at=due_at)

    def answer(self, leg: Engagement, words: str) -> Engagement:
        return self._act(leg, "answer", words=words)

    # The engaged desk
    def acknowledge(self, leg: Engagement, their_reference: str = "", words: str = "") -> Engagement:
        return self._act(leg, "acknowledge", their_reference=their_reference, words=words)

    def start(self, leg: Engagement, words: str = "") -> Engagement:
        return self._act(leg, "start", words=words)

    def resolve(self, leg: Engagement, words: str) -> Engagement:
        return self._act(leg, "resolve", words=words)

    def decline(self, leg: Engagement, why: str, *, to: int | None = None, to_words: str = "") -> Engagement:
        return self._act(leg, "decline", why=why, to=to, to_words=to_words)

    # The desk that engaged
    def confirm(self, leg: Engagement, words: str = "") -> Engagement:
        return self._act(leg, "confirm", words=words)

    def dispute(self, leg: Engagement, why: str) -> Engagement:
        return self._act(leg, "dispute", why=why)

    def withdraw(self, leg: Engagement, why: str) -> Engagement:
        return self._act(leg, "withdraw", why=why)

    def _act(self, leg: Engagement, act: str, **body: Any) -> Engagement:
        return self._wire.post(
            Engagement, f"cases/{leg.case}/engagements/{leg.number}/{act}", body, etag=leg.etag or "*"
        )
