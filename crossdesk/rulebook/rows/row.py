"""A row of the market folder as a frozen value, and what several kinds of rows hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MEASURES = ("mpans", "meters", "parties", "systems", "processes")


@dataclass(frozen=True)
class Threshold:
    """Either a number with its edge, or a phrase that a person judges."""

    phrase: str = ""
    measure: str = ""
    count: int = 0
    inclusive: bool = False

    @property
    def text(self) -> str:
        if self.phrase:
            return self.phrase
        measure = "MPANs" if self.measure == "mpans" else self.measure
        return f"{'at least' if self.inclusive else 'more than'} {self.count:,} {measure}"

    def crossed(self, counts: Mapping[str, int]) -> bool | None:
        """None: the words of this threshold are judged by a person, no count decides."""
        if self.phrase:
            return None
        counted = counts.get(self.measure, 0)
        return counted >= self.count if self.inclusive else counted > self.count


@dataclass(frozen=True, kw_only=True)
class Row:
    key: str
    source: str
    since: date  # "from" in TOML: the day the row takes effect
    note: str = ""  # what is odd about the row as written, or who may set it
    published: bool = True
