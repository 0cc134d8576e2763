"""A channel each: how a message is said to another organisation's tool, and how what it says is heard.

An adapter knows no database. It is given the message and what was agreed, and answers with what the other side said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Protocol, TypeVar

from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange.messages.message import Message

T = TypeVar("T")


@dataclass
class NotTaken(Exception):
    """The other side did not take it. `forever` when trying again as it is cannot help; `credential` when it was ours
    that was not believed; `unsure` when it may have been taken although no answer came."""

    because: str
    forever: bool = False
    retry_after: timedelta | None = None
    credential: bool = False
    unsure: bool = False

    def __str__(self) -> str:
        return self.because


@dataclass(frozen=True)
class Speaking:
    """With whom, and by what was agreed."""

    ways: Ways
    secret: str
    """The credential in use, as its channel writes it."""
    token: str = ""
    their_id: str = ""
    their_number: str = ""
    version: str = ""
    """How far their ticket was read, as the channel wrote it."""
    files: Mapping[str, IO[bytes]] = field(default_factory=dict)
    """By digest, those that travel beside the message."""
    tried_before: bool = False
    """An attempt was made whose answer never came: look before creating again."""


@dataclass(frozen=True)
class Taken:
    """What the other side answered."""

    their_id: str = ""
    their_number: str = ""
    state: str = ""
    version: str = ""
    left: str = ""
    """What of it did not cross, and why: for whoever wrote it."""


@dataclass(frozen=True)
class Heard:
    """One thing the other side said or did, under an id that is the same whenever it is read again."""

    their_id: str
    message: Message
    their_number: str = ""
    version: str = ""


@dataclass(frozen=True)
class Changes:
    heard: list[Heard] = field(default_factory=list)
    cursor: str = ""
    """Where to go on; given back at the next reading."""


class Adapter(Protocol):
    def deliver(self, message: Message, to: Speaking) -> Taken:
        """Says one message. Raises `NotTaken`."""

    def changes(self, to: Speaking, cursor: str, tickets: Iterable[Ticket], at: datetime) -> Changes:
        """What was said there since `cursor` on the tickets we know. Nothing for a channel that tells by itself."""

    def probe(self, to: Speaking) -> None:
        """Asks for something harmless, so that a dead line is seen before it is needed. Raises `NotTaken`."""


@dataclass(frozen=True)
class Ticket:
    """One of theirs that we follow."""

    token: str
    their_id: str
    their_state: str
    version: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """By our name, how their fields read last."""
    on_the_way: Mapping[str, str] = field(default_factory=dict)
    """By our name, what of ours may stand there although nobody told us yet."""


def in_turn(to: Sequence[Speaking], say: Callable[[Speaking], T]) -> T:
    """By each live credential, the newest first, for as long as only the credential is what is refused."""
    trouble = NotTaken("No credential is kept for this line.", credential=True)
    for each in to:
        try:
            return say(each)
        except NotTaken as refused:
            if not refused.credential:
                raise
            trouble = refused
    raise trouble


ADAPTERS: dict[Channel, Adapter] = {}
"""Filled by project/wiring: a channel that has none is not spoken here."""


def adapter(channel: str) -> Adapter:
    found = ADAPTERS.get(Channel(channel))
    if found is None:
        raise NotTaken(f"This installation does not speak {Channel(channel).label}.", forever=True)
    return found


__all__ = ["ADAPTERS", "Adapter", "Changes", "Heard", "NotTaken", "Speaking", "Taken", "Ticket", "adapter", "in_turn"]
