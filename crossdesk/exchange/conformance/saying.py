"""What a conformance test says, so that a desk knows it as a test and can play its part."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from crossdesk.desks.ways import Ways
from crossdesk.exchange.messages.message import About, File, Kind, Message, Side
from crossdesk.kit.time import now

TITLE = "CONFORMANCE TEST, not a fault"
PLEASE_REFUSE = f"{TITLE}: please refuse this one and name the right desk"
TOKEN = "conformance."  # noqa: S105 - how the name of such a conversation begins
NOTE = b"A conformance test of Crossdesk sent this file. It may be deleted.\r\n"


def is_a_test(token: str) -> bool:
    return token.startswith(TOKEN)


def asks_to_be_refused(title: str) -> bool:
    return title.startswith(PLEASE_REFUSE)


@dataclass(eq=False)
class Conversation:
    """One test ticket of theirs, as far as we know it."""

    sender: Side
    to: Side
    token: str = field(default_factory=lambda: f"{TOKEN}{uuid4().hex}")
    their_id: str = ""
    their_number: str = ""
    version: str = ""
    said: int = 0
    over: bool = False
    """Their ticket of it needs nothing more of us."""
    heard: dict[str, Message] = field(default_factory=dict)

    def message(self, kind: Kind, words: str = "", **more: Any) -> Message:
        self.said += 1
        return Message(
            id=f"{self.token}.{self.said}",
            link=self.token,
            kind=kind,
            seq=self.said,
            after=self.said - 1,
            heard=max((each.seq for each in self.heard.values()), default=0),
            occurred_at=now(),
            sender=self.sender,
            to=self.to,
            our_number=f"TEST-{self.token[-6:].upper()}",
            your_number=self.their_number,
            words=words,
            hops=1,
            **more,
        )

    def raised(self, title: str) -> Message:
        about = About(
            title=title,
            description="This tries out how our desks exchange cases. Nobody's meters are concerned.",
            impact="None: it is a test.",
            priority=4,
        )
        return self.message(Kind.RAISE, about=about, due=now() + timedelta(hours=1))


def note() -> File:
    return File(
        name="conformance-test.txt",
        media_type="text/plain",
        size=len(NOTE),
        sha256=sha256(NOTE).hexdigest(),
        content=NOTE,
    )


def why_no_file(ways: Ways) -> str:
    """Empty: the note may be sent."""
    if not ways.largest_file:
        return "The agreement lets no file cross, so none was sent."
    if ways.file_types and "txt" not in {each.lower().lstrip(".") for each in ways.file_types}:
        return "The agreement lets no text file cross, so none was sent."
    return ""
