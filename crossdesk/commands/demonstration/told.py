"""One step of a story at its moment: which case, by whom, when, and what the story says besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Assignment, Case
from crossdesk.commands.demonstration.ago import length
from crossdesk.commands.demonstration.cast import Here
from crossdesk.threads.viewer import Viewer


@dataclass(frozen=True)
class Told:
    here: Here
    cases: dict[str, Case]
    key: str
    by: Viewer
    at: datetime
    more: Mapping[str, Any]

    @property
    def words(self) -> str:
        return str(self.more.get("words", ""))

    @property
    def case(self) -> Case:
        return self.cases[self.key]

    @property
    def leg(self) -> Leg:
        """The leg the step names by its number, else the newest."""
        legs = self.case.legs.select_related("to_desk", "from_desk")
        number = self.more.get("leg")
        return legs.get(number=number) if number else legs.latest("number")

    @property
    def offer(self) -> Assignment:
        return self.case.assignments.filter(ended_at=None).latest("pk")

    def later(self, name: str) -> datetime:
        return self.at + length(self.more[name])


Step = Callable[[Told], object]
