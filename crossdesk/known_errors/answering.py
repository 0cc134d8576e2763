"""A case that was not raised, because the known error answered it."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import NotAllowed
from crossdesk.kit.time import london
from crossdesk.known_errors.models import Answered, KnownError
from crossdesk.threads.viewer import Viewer, verbs


def answered(known: KnownError, *, by: Viewer, at: datetime) -> None:
    """Said twice on a day it counts once; the desk reads how many, and its readers nothing of each other."""
    if by.person is None or not {*by.seats} or not any(known.read_by(seat) for seat in by.seats):
        raise NotAllowed("Only a reader of a known error can say that it answers them.")
    with verbs():
        seats = [KnownError.objects.select_related("desk").get(pk=known.pk).desk.seat_id]
        Answered.objects.get_or_create(
            known_error=known,
            person=by.person,
            day=london(at).date(),
            defaults={"party_id": by.party, "at": at, "seats": seats},
        )
