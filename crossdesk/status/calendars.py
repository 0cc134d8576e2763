"""A private calendar address: made once and shown once, ended by its person, and worth what they may see right now."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from crossdesk.access import NotAllowed
from crossdesk.desks.seats import acting_for
from crossdesk.status.models import CalendarKey
from crossdesk.threads.viewer import Viewer, verbs


def give(*, by: Viewer, at: datetime) -> str:
    """The token of a new address; the one before it ends."""
    if by.person is None or by.party_seat is None:
        raise NotAllowed("A private calendar belongs to a person who signs in.")
    token = secrets.token_urlsafe(32)
    with verbs():
        _ended(by, at)
        CalendarKey.objects.create(
            person_id=by.person, party_id=by.party, seat_id=by.party_seat, digest=_digest(token), since=at
        )
    return token


def end(*, by: Viewer, at: datetime) -> bool:
    with verbs():
        return _ended(by, at) > 0


def opened(token: str, at: datetime) -> Viewer | None:
    """Whoever it was given to, with the seats that are theirs at this moment, for the party it was made for."""
    with verbs():
        key = CalendarKey.objects.select_related("person").filter(digest=_digest(token), until=None).first()
        if key is None or not key.person.is_active:
            return None
        viewer = acting_for(key.person, key.party_id, at, only=key.party_id).chosen
    return viewer if viewer and viewer.party == key.party_id else None


def _ended(by: Viewer, at: datetime) -> int:
    return CalendarKey.objects.filter(person=by.person, party=by.party, until=None).update(until=at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
