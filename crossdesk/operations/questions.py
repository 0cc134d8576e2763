"""Which operations hold. It runs as the viewer or inside `verbs()`; time alone ends a period."""

from __future__ import annotations

from datetime import datetime

from crossdesk.operations.models import Period

PAGE = 50


def live(at: datetime) -> list[Period]:
    return list(Period.objects.filter(ended_at=None, begins_at__lte=at, ends_at__gt=at).order_by("ends_at", "pk"))


def history(at: datetime, before: int = 0) -> tuple[list[Period], bool]:
    """A page of those that are over, newest first, and whether there are more."""
    over = Period.objects.exclude(ended_at=None, ends_at__gt=at).order_by("-begins_at", "pk")
    rows = list(over[before : before + PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE
