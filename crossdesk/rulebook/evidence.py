"""What a case must bring with it: the evidence that its query type, its desk and its scenario ask for."""

from __future__ import annotations

from dataclasses import dataclass

from .book import Rulebook
from .rows.handling import Evidence


@dataclass(frozen=True)
class Required:
    evidence: Evidence
    asked_by: tuple[str, ...]


def required_evidence(book: Rulebook, query_type: str = "", desk: str = "", scenario: str = "") -> tuple[Required, ...]:
    """In the order of evidence.toml, each kind once, with everybody who asks for it."""
    asking: list[tuple[str, tuple[str, ...]]] = []
    if query_type:
        asking.append((book.query_types[query_type].name, book.query_types[query_type].evidence))
    if desk:
        asking.append((book.desks[desk].name, book.desks[desk].asks_for))
    if scenario:
        asking.append((f"Appendix B, row {book.scenarios[scenario].row}", book.scenarios[scenario].evidence))
    required = (
        Required(kind, tuple(name for name, keys in asking if kind.key in keys))
        for kind in sorted(book.evidence.values(), key=lambda kind: kind.order)
    )
    return tuple(item for item in required if item.asked_by)
