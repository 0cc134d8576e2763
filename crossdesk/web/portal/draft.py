"""What a raiser has written so far: every page of the portal keeps it, whatever else goes wrong."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from crossdesk.access import Invalid
from crossdesk.cases.identifiers import journal, recognised
from crossdesk.kit import mpan
from crossdesk.kit.time import LONDON
from crossdesk.rulebook.explain import find_codes

WORDS = (
    "ask", "query_type", "scenario", "desk", "other", "override_because", "area", "affected",
    "summary", "impact", "suspected_cause", "investigated", "own_reference", "change_reference", "started_at",
    "mpans", "transactions", "sender_references", "correlations", "timestamps", "without_because", "colleagues",
)  # fmt: skip
TICKS = ("bulk", "integration", "restricted")
SAID = "said-"
LISTS = {
    "mpans": "mpan",
    "transactions": "transaction",
    "sender_references": "sender-reference",
    "correlations": "correlation",
    "timestamps": "timestamp",
}
"""Which field of the form becomes which kind of reference list."""


@dataclass(frozen=True)
class Draft:
    words: Mapping[str, str]
    ticked: frozenset[str] = frozenset()
    said: Mapping[str, str] = field(default_factory=dict)
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    def __getitem__(self, name: str) -> str:
        return self.words.get(name, "")

    @property
    def as_given(self) -> dict[str, str]:
        """As the form would send it again: what is kept of a draft."""
        words = {name: words for name, words in self.words.items() if words}
        return words | dict.fromkeys(self.ticked, "on") | {f"{SAID}{key}": said for key, said in self.said.items()}

    @property
    def is_worth_keeping(self) -> bool:
        """Not when it holds only what was chosen, or only the words that were looked up."""
        chosen = {"query_type", "desk", "other", "ask"}
        written = {name for name, words in self.as_given.items() if words and name not in chosen}
        return bool(written - {"summary"}) or self["summary"] not in ("", self["ask"][:200])

    @cached_property
    def references(self) -> dict[str, str]:
        """A list for each kind. A table copied from the message journal, wherever it was pasted, is taken apart."""
        lists: dict[str, list[str]] = {}
        for name, kind in LISTS.items():
            if self[name]:
                for each, text in recognised(self[name], kind).items():
                    lists.setdefault(each, []).append(text)
        if self.codes:
            lists.setdefault("error-code", []).append("\n".join(self.codes))
        return {kind: "\n".join(texts) for kind, texts in lists.items()}

    @property
    def journal(self) -> bool:
        return any(self[name] and journal(self[name]) for name in LISTS)

    @property
    def lines(self) -> list[str]:
        return [line for line in self.references.get("mpan", "").splitlines() if line.strip()]

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
    return Draft(words, frozenset(tick for tick in TICKS if given.get(tick)), said, _id(given.get("draft", "")))


def _id(text: str) -> uuid.UUID:
    """A page opened anew begins a new draft; one that is sent again goes on with its own."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()
