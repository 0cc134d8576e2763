"""Telling open pages that somebody's seats changed, so that a lost right ends a stream now and not in a few seconds."""

from __future__ import annotations

from django.db import connection

SEATS_CHANGED = "seats"


def seats_changed() -> None:
    """Sent when the transaction commits, on the channel that also says which thread changed."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify('crossdesk', %s)", [SEATS_CHANGED])
