"""Addresses that say what they are for and cannot be made up: `desk+<token>@our-domain`.

The token holds a kind and an id and is signed, so that a letter finds its thread without anyone reading its subject.
It says where a letter belongs, never that its sender may see or change anything there.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

SIGNATURE = 10  # bytes: 80 bits, tried one letter at a time
HIGHEST_ID = 2**63 - 1
SHORTEST_KEY = 16
TOKEN = re.compile(r"[a-z2-7]{16,40}")


class Kind(StrEnum):
    """One letter each, because it stands in the token."""

    CASE = "c"
    LEG = "l"
    THREAD = "t"
    LETTER = "o"  # one letter of ours, as bounces need it
    TRIAL = "k"  # a conversation of the joining kit, which is no case


@dataclass(frozen=True)
class Ticket:
    kind: Kind
    id: int


@dataclass(frozen=True)
class Addresses:
    domain: str
    keys: tuple[bytes, ...]  # the newest signs; the one before is still honoured
    desk: str = "desk"
    bounces: str = "bounces"

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) < SHORTEST_KEY for key in self.keys):
            raise ValueError(
                f"Signing addresses needs a key of at least {SHORTEST_KEY} bytes; set one and start again."
            )

    def reply_address(self, kind: Kind, id: int) -> str:
        return f"{self.desk}+{self._token(self.desk, Ticket(kind, id))}@{self.domain}"

    def token(self, kind: Kind, id: int) -> str:
        """The signed part of a reply address, by which both sides may call the conversation."""
        return self._token(self.desk, Ticket(kind, id))

    def open_token(self, token: str) -> Ticket | None:
        return self.open_reply(f"{self.desk}+{token}@{self.domain}")

    def bounce_address(self, kind: Kind, id: int) -> str:
        return f"{self.bounces}+{self._token(self.bounces, Ticket(kind, id))}@{self.domain}"

    def open_reply(self, address: str) -> Ticket | None:
        """What the address stands for, or None when it is not ours or was made up."""
        return self._open(self.desk, address)

    def open_bounce(self, address: str) -> Ticket | None:
        return self._open(self.bounces, address)

    def is_ours(self, address: str) -> bool:
        """Whether a letter to this address is for us at all."""
        box, _, domain = address.strip().lower().rpartition("@")
        return domain == self.domain.lower() and box.partition("+")[0] in {self.desk.lower(), self.bounces.lower()}

    def _token(self, box: str, ticket: Ticket) -> str:
        if not 0 < ticket.id <= HIGHEST_ID:
            raise ValueError(f"An address can name an id from 1 to {HIGHEST_ID}, not {ticket.id}.")
        named = ticket.kind.encode() + ticket.id.to_bytes((ticket.id.bit_length() + 7) // 8, "big")
        return base64.b32encode(named + signature(self.keys[0], box, named)).decode().rstrip("=").lower()

    def _open(self, box: str, address: str) -> Ticket | None:
        # Mail systems on the way change the case of addresses as they please.
        name, _, domain = address.strip().lower().rpartition("@")
        start, _, token = name.partition("+")
        if domain != self.domain.lower() or start != box.lower() or not TOKEN.fullmatch(token):
            return None
        try:
            packed = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except binascii.Error:
            return None
        named, signed = packed[:-SIGNATURE], packed[-SIGNATURE:]
        # Every key is tried, so that the time taken does not tell which one nearly fitted.
        genuine = [hmac.compare_digest(signature(key, box, named), signed) for key in self.keys]
        return ticket_from(named) if any(genuine) and spelt_once(packed, token) else None


def signature(key: bytes, box: str, named: bytes) -> bytes:
    """The mailbox is signed too: a bounce address is no reply address."""
    return hmac.digest(key, b"crossdesk address\0" + box.lower().encode() + b"\0" + named, sha256)[:SIGNATURE]


def spelt_once(packed: bytes, token: str) -> bool:
    """Base32 has spare bits at its end, which would give one token several spellings."""
    return base64.b32encode(packed).decode().rstrip("=").lower() == token


def ticket_from(named: bytes) -> Ticket | None:
    try:
        return Ticket(Kind(named[:1].decode("ascii")), int.from_bytes(named[1:], "big"))
    except ValueError:
        return None
