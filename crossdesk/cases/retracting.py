"""Taking a list of references back: kept as what was said, counted no more."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.moving import moving
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer


def retract(listed: ReferenceSet, *, why: str, by: Viewer, at: datetime) -> None:
    """By whoever gave it, or the owning desk. Taken back twice it is taken back once."""
    if not why.strip():
        raise Invalid("Say why the list is taken back.")
    case = listed.case
    with moving(case, "add", by=by, at=at) as thread:
        entry = Entry.objects.get(pk=listed.entry_id)
        if by.party != entry.by_party and not by.works_at(case.owner_id):
            raise NotAllowed(f"Only whoever gave the list, or {case.owner}, takes it back.")
        if not ReferenceSet.objects.filter(pk=listed.pk, retracted_at=None).update(retracted_at=at):
            return
        record(
            thread,
            "case.references_retracted",
            audience=Audience(entry.audience, tuple(entry.seats), entry.of),
            by=by,
            at=at,
            words=why.strip(),
            set=listed.pk,
            list=listed.kind,
            distinct=listed.distinct,
        )
