"""Full-text search as the viewer: the index is asked for ids under their seats, and only then are rows read."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from crossdesk.threads.models import Entry, EntryBody

LONGEST = 200


def threads_with(words: str, at_most: int) -> dict[UUID, int]:
    """Threads and the entry of each that matches best, best first, from at most so many entries.

    Ids come first and rows after: a join under a policy would read the whole table.
    """
    with connection.cursor() as cursor:
        cursor.execute("select entry_id from search_entries(%s, %s)", [plain(words), at_most])
        ranked = [row[0] for row in cursor.fetchall()]
    thread_of = dict(Entry.objects.filter(pk__in=ranked).values_list("pk", "thread_id"))
    best: dict[UUID, int] = {}
    for entry in ranked:
        if entry in thread_of:
            best.setdefault(thread_of[entry], entry)
    return best


def words_of(entries: list[int]) -> dict[int, str]:
    return dict(EntryBody.objects.filter(pk__in=entries).values_list("pk", "words"))


def plain(words: str) -> str:
    """What PostgreSQL takes as text, and no longer than anybody means to type."""
    return " ".join(words.replace("\0", " ").split())[:LONGEST]
