"""Reading for the pages of known errors. It runs as the viewer: row-level security decides which rows there are."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from crossdesk.kit import caseref
from crossdesk.known_errors.lifecycle import State
from crossdesk.known_errors.models import KnownError
from crossdesk.threads.models import Entry

PAGE = 100
HISTORY = 30
SHOWN = {
    "known": Q(state__in=[State.PUBLISHED, State.DRAFT]),
    "fixed": Q(state=State.FIXED),
    "past": Q(state=State.WITHDRAWN),
}


def rows() -> QuerySet[KnownError]:
    return KnownError.objects.select_related("desk").defer("tsv")


def find_known(written: str) -> KnownError | None:
    """What the viewer may not see is as if it were not there."""
    reference = caseref.parse(written)
    return rows().filter(reference=reference).first() if reference else None


def listed(show: str, at_most: int = PAGE) -> list[KnownError]:
    return list(rows().filter(SHOWN[show]).order_by("-changed_at")[:at_most])


def history(known: KnownError) -> list[Entry]:
    return list(Entry.objects.filter(thread=known.pk).select_related("body").order_by("-seq")[:HISTORY])
