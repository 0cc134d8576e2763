"""What a run of the detectors found. Values only: whoever reads them need not load the engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crossdesk.rulebook.signals import GROUPS


@dataclass(frozen=True)
class Finding:
    """A group that went above a limit of its detector."""

    detector: str
    measure: str
    interface: str
    event: str
    code: str
    side: str
    sender: str
    recipient: str
    noticed_ms: int
    since_ms: int
    last_ms: int
    peak: int
    usual: float

    @property
    def group(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in GROUPS}


@dataclass(frozen=True)
class Detected:
    findings: list[Finding]
    counted: list[dict[str, Any]]
    totals: list[dict[str, Any]]
    shares: list[dict[str, Any]]
    failing: list[dict[str, Any]]
