"""How a joint record is read, of whichever kind. It runs as the viewer: row-level security decides what there is."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Prefetch

from crossdesk.clocks.models import Clock
from crossdesk.joint.claims import Said
from crossdesk.joint.promising import ACTION
from crossdesk.joint.work import Work
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer

HISTORY = 30


class JointReading:
    """One record as one viewer sees it. Each part is read when it is drawn."""

    def __init__(self, work: Work, record: Any, viewer: Viewer, at: datetime) -> None:
        self.work, self.record, self.viewer, self.at = work, record, viewer, at

    @property
    def at_lead(self) -> bool:
        return self.viewer.works_at(self.work.lead(self.record).pk)

    @cached_property
    def parts(self) -> list[Any]:
        """The desk that leads knows all of them, everybody else their own."""
        return list(self._of(self.work.part).select_related("party"))

    @property
    def mine(self) -> Any | None:
        return next((part for part in self.parts if part.party_id == self.viewer.party and not part.off_at), None)

    @cached_property
    def draft(self) -> Any | None:
        return self.work.draft.objects.filter(part=self.mine).first() if self.mine else None

    @cached_property
    def sections(self) -> list[Any]:
        return list(self._of(self.work.section))

    @cached_property
    def claims(self) -> list[Said]:
        answers = Prefetch("answers", self.work.answer.objects.order_by("at", "pk"))
        rows = self._of(self.work.claims).filter(withdrawn_at=None).prefetch_related(answers)
        return [Said(claim, list(claim.answers.all())) for claim in rows]

    @cached_property
    def actions(self) -> list[Any]:
        """What is open stands first, by its due date."""
        return sorted(self._of(self.work.action), key=lambda each: not each.open)

    @cached_property
    def owners(self) -> dict[int, str]:
        """By the action; of a party that does not show its name there is none to read."""
        return dict(self.work.owner.objects.filter(action__in=self.actions).values_list("action", "name"))

    @cached_property
    def clocks(self) -> dict[int, Clock]:
        """By the action, the newest of each: for whoever owes it and the desk that leads."""
        rows = Clock.objects.filter(thread=self.record.pk, measure=ACTION).select_related("calendar").order_by("pk")
        return {clock.task: clock for clock in rows}

    @cached_property
    def history(self) -> list[Entry]:
        entries = Entry.objects.filter(thread=self.record.pk).select_related("body").order_by("-seq")
        return list(entries[:HISTORY])

    @cached_property
    def seen(self) -> int:
        return self.history[0].seq if self.history else 0

    def _of(self, rows: Any) -> Any:
        return rows.objects.filter(**{self.work.record: self.record})
