"""A major incident stands on at least one open case: what it says when the last of them has gone, or would go."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.majors.models import MajorIncident
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import verbs


def lock(cases: Iterable[Case]) -> None:
    """Nobody closes or withdraws these cases, or proposes them a second time, before this transaction ends."""
    keys = sorted(case.pk for case in cases)
    list(Thread.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def under(incident: MajorIncident) -> QuerySet[Case]:
    return Case.objects.filter(majors__incident=incident, majors__until=None)


def why_not_declare(incident: MajorIncident) -> str | None:
    """Asked as the verbs do: the lead desk need not see a case to be told that none is open."""
    with verbs():
        cases = list(under(incident).order_by("reference"))
    if any(case.stage != Stage.CLOSED for case in cases):
        return None
    ended = ", ".join(f"{case} ({case.get_outcome_display().lower()})" for case in cases)
    return (
        f"{incident} cannot be declared: no case under it is open{f'; closed: {ended}' if ended else ''}."
        " Put an open case under it, or reject it."
    )


def why_not_take_out(incident: MajorIncident, case: Case) -> str | None:
    """What was declared may not be left with nothing to hold open; a candidate may, and is then rejected."""
    if not incident.is_live or under(incident).exclude(pk=case.pk).exclude(stage=Stage.CLOSED).exists():
        return None
    return (
        f"{case} is the only open case under {incident}. Put another under it first,"
        " or stand the incident down and close it: that lifts the hold."
    )
