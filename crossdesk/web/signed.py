"""How the holder of a session proved who they are, and what follows from it for what the session opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY

from crossdesk.desks.seats import ActingFor, acting_for
from crossdesk.parties.models import Person

CHOSEN = "acting_for"
NOBODY = 0


def only_for(session: Mapping[str, Any]) -> int | None:
    """The party whose provider opened this session: it vouches for its own memberships and for no other party's.

    Every record counts, whoever's it was: what cannot be read opens nothing.
    """
    providers = {record.get("provider") for record in _records(session) if record.get("method") == "socialaccount"}
    if not providers:
        return None
    named = {str(each) for each in providers}
    return int(named.pop()) if len(named) == 1 and all(each.isdecimal() for each in named) else NOBODY


def strongly(session: Mapping[str, Any]) -> bool:
    """A second factor was given, a passkey was used, or the party's own provider answered for it."""
    return any(record.get("method") in ("mfa", "socialaccount") for record in _records(session))


def acting_in(session: Mapping[str, Any], person: Person, at: datetime) -> ActingFor:
    return acting_for(person, session.get(CHOSEN), at, only=only_for(session))


def _records(session: Mapping[str, Any]) -> list[dict[str, Any]]:
    kept = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    return [record for record in kept if isinstance(record, dict)]
