from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong in the rules: where it stands and what mends it."""

    file: str
    row: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, {self.row}: {self.what} {self.remedy}"


class RulesError(Exception):
    """Raised with every problem at once, so that an editor mends them in one go."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(str(problem) for problem in problems)
        self.sentence = f"The market rules cannot be used: mend them and run crossdesk market check.\n{listed}"
        super().__init__(self.sentence)
