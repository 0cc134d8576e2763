"""Agreements: what a desk promises, from when. A new version ends the one before it. Called inside `verbs()`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from crossdesk.access import Invalid
from crossdesk.clocks.models import Calendar, Clock
from crossdesk.desks.models import Agreement, Desk

PRIORITIES = ("P1", "P2", "P3", "P4")
Targets = Mapping[str, Mapping[str, int]]


def agree(desk: Desk, targets: Targets, *, agreed_by: str, at: datetime, calendar: Calendar | None = None) -> Agreement:
    _require_sound(targets)
    if not agreed_by.strip():
        raise Invalid(f"Say who agreed to this for {desk} and for those who engage it.")
    before = Agreement.objects.select_for_update().filter(desk=desk).order_by("-version").first()
    if before and before.until is None:
        before.until = at
        before.save(update_fields=["until"])
    return Agreement.objects.create(
        desk=desk,
        version=before.version + 1 if before else 1,
        calendar=calendar,
        targets={priority: dict(minutes) for priority, minutes in targets.items()},
        since=at,
        agreed_by=agreed_by.strip()[:200],
        seats=[desk.seat_id],
    )


def in_force(desk: Desk, at: datetime) -> Agreement | None:
    live = Q(until=None) | Q(until__gt=at)
    return Agreement.objects.filter(live, desk=desk, since__lte=at).select_related("calendar").first()


def _require_sound(targets: Targets) -> None:
    for priority, minutes in targets.items():
        if priority not in PRIORITIES:
            raise Invalid(f"“{priority}” is no priority; use {', '.join(PRIORITIES)}.")
        for measure, length in minutes.items():
            if measure not in Clock.Measure.values:
                raise Invalid(f"“{measure}” is nothing a clock measures; use {', '.join(Clock.Measure.values)}.")
            if length < 1:
                raise Invalid(
                    f"{priority} {measure}: a target shorter than a minute cannot be kept; give whole minutes."
                )
