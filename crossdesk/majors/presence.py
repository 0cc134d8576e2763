"""Who is in the war room now. It is no act and leaves no entry: a page says that it is open, and falls silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from crossdesk.majors.models import InRoom, MajorIncident
from crossdesk.threads.signalling import thread_changed
from crossdesk.threads.viewer import Viewer, verbs

EVERY = timedelta(seconds=20)
SILENT = timedelta(seconds=50)
"""Two and a half of its beats: one that went missing on the way makes nobody leave."""


def here(incident: MajorIncident, *, by: Viewer, at: datetime) -> None:
    """Whoever reads the incident may be in its room. The others are told of who came and who left, not of each beat."""
    if by.person is None:
        return
    with verbs():
        left, _ = incident.present.filter(seen_at__lte=at - SILENT).delete()
        _, came = InRoom.objects.update_or_create(
            incident=incident,
            person=by.person,
            party_id=by.party,
            defaults={"name": by.name, "seen_at": at, "seats": incident.seats},
            create_defaults={"name": by.name, "since": at, "seen_at": at, "seats": incident.seats},
        )
        if left or came:
            thread_changed(incident.pk)


def present(incident: MajorIncident, at: datetime) -> QuerySet[InRoom]:
    return incident.present.filter(seen_at__gt=at - SILENT).select_related("party")
