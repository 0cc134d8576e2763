"""What a raiser has written so far: every page of the portal keeps it, whatever else goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crossdesk.access import Invalid
from crossdesk.kit import mpan
from crossdesk.kit.time import LONDON
from crossdesk.rulebook.explain import find_codes

WORDS = (
    "ask", "query_type", "scenario", "desk", "other", "override_because", "area", "affected",
    "summary", "impact", "suspected_cause", "investigated", "own_reference", "change_reference", "started_at",
    "mpans", "transactions", "sender_references", "correlations", "without_because", "colleagues",
)  # fmt: skip
TICKS = ("bulk", "integration", "restricted")
SAID = "said-"
LISTS = {
    "mpans": "mpan",
    "transactions": "transaction",
    "sender_references": "sender-reference",
    "correlations": "correlation",
}
"""Which field of the form becomes which kind of reference list."""


@dataclass(frozen=True)
class Draft:
    words: Mapping[str, str]
    ticked: frozenset[str] = frozenset()
    said: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.words.get(name, "")

    @property
    def lines(self) -> list[str]:
        return [line for line in self["mpans"].splitlines() if line.strip()]

    @property
    def mpan_count(self) -> int:
        """A line given twice, or one that is no MPAN, crosses no threshold."""
        told = self["affected"].replace(",", "").replace(" ", "")
        given = len({mpan.core(line) for line in self.lines if mpan.valid(line)})
        return max(given, int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0)

    @property
    def where(self) -> str:
        """The distributor's two digits, from the first good MPAN or from what was typed."""
        first = next((line for line in self.lines if mpan.valid(line)), "")
        return mpan.distributor_of(first) if first else self["area"].strip()

    @property
    def codes(self) -> tuple[str, ...]:
        return find_codes(
            " ".join(self[name] for name in ("ask", "summary", "impact", "suspected_cause", "investigated"))
        )

    @property
    def started(self) -> datetime | None:
        """As the raiser's wall clock in Great Britain said it."""
        if not self["started_at"]:
            return None
        try:
            return datetime.fromisoformat(self["started_at"]).replace(tzinfo=LONDON)
        except ValueError:
            raise Invalid("Give the start as a date and a time, such as 24 November 2026, 06:30.") from None


def draft_of(given: Mapping[str, str]) -> Draft:
    words = {name: _clean(given.get(name, "")) for name in WORDS}
    if not words["summary"]:
        words["summary"] = words["ask"][:200]
    said = {name.removeprefix(SAID): _clean(given[name]) for name in given if name.startswith(SAID)}
    return Draft(words, frozenset(tick for tick in TICKS if given.get(tick)), said)


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()
