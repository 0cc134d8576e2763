"""What their states mean to us and which of theirs our steps ask for. Choices are a tenant's own data, so both
directions are tables of the agreement; a value that is in none is told as unknown and never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNKNOWN = "unknown"

INCOMING = {
    "1": "acknowledged",
    "2": "in_progress",
    "3/1": "pending_us",
    "3/3": "pending_them",
    "3/4": "pending_them",
    "3/5": "pending_them",
    "6": "resolved",
    "7": "closed",
    "8": "declined",
}
"""By `state` or `state/hold_reason`: the base system's incident."""
OUTGOING: Mapping[str, Mapping[str, str]] = {
    "supply-info": {"state": "2"},
    "dispute": {"state": "2"},
    "confirm": {"state": "7"},
    "withdraw": {"state": "8"},
}
"""By kind of message. Where a tenant lets only its own people close, the agreement leaves a kind out, and only the
comment goes."""


@dataclass(frozen=True)
class StateMap:
    incoming: Mapping[str, str] = field(default_factory=lambda: INCOMING)
    outgoing: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: OUTGOING)

    def mapped(self, raw: str) -> str:
        return self.incoming.get(raw) or self.incoming.get(raw.partition("/")[0]) or UNKNOWN

    def asked_by(self, kind: str) -> Mapping[str, str]:
        return self.outgoing.get(kind, {})


def raw(state: str, hold_reason: str) -> str:
    return f"{state}/{hold_reason}" if hold_reason else state
