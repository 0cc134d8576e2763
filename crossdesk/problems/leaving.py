"""What a party still reads of a problem that it was taken off. It runs as the viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.joint.reading import HISTORY
from crossdesk.kit import caseref
from crossdesk.problems.models import Part, Section
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer


@dataclass(frozen=True)
class Left:
    reference: str
    title: str
    """As it was then."""
    at: datetime
    why: str
    part: Part

    @property
    def section(self) -> Section | None:
        return Section.objects.filter(part=self.part).first()

    @property
    def history(self) -> list[Entry]:
        entries = Entry.objects.filter(thread=self.part.problem_id).select_related("body").order_by("-seq")
        return list(entries[:HISTORY])


def left(viewer: Viewer) -> list[Left]:
    """The newest first."""
    parts = {part.problem_id: part for part in Part.objects.filter(party=viewer.party, off_at__isnull=False)}
    told = Entry.objects.filter(thread__in=parts, kind="problem.take_off").select_related("body").order_by("seq")
    newest = {entry.thread_id: entry for entry in told if entry.facts["part"] == parts[entry.thread_id].pk}
    found = [_left(entry, parts[key]) for key, entry in newest.items()]
    return sorted(found, key=lambda each: each.at, reverse=True)


def find_left(written: str, viewer: Viewer) -> Left | None:
    reference = caseref.parse(written)
    return next((each for each in left(viewer) if each.reference == reference), None)


def _left(entry: Entry, part: Part) -> Left:
    body = entry.body
    return Left(entry.facts["reference"], body.detail.get("title", ""), entry.happened_at, body.words, part)
