"""A letter as it came through the door, before anybody has tried to understand it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


class Transport(StrEnum):
    SMTP = "smtp"
    LMTP = "lmtp"
    IMAP = "imap"
    GRAPH = "msgr"


@dataclass(frozen=True)
class RawLetter:
    content: bytes
    envelope_from: str | None  # "" is the null path of a delivery report; None where the transport does not tell
    envelope_to: tuple[str, ...]
    arrived_at: datetime
    transport: Transport

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


# Keeps a letter for good and answers with what it is called there. A letter offered twice gets the same answer.
Store = Callable[[RawLetter], str]
