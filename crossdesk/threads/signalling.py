"""Telling open pages that something of a thread changed which leaves no entry: a count, or who is present."""

from __future__ import annotations

from uuid import UUID

from django.db import connection


def thread_changed(thread: UUID) -> None:
    """Sent when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify('crossdesk', %s)", [str(thread)])
