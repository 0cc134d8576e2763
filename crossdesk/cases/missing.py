"""Evidence that a desk asked for and a raiser could not bring: one row each, for the desk to count and learn from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Max

from crossdesk.access.sight import Sight
from crossdesk.parties.models import Seat

if TYPE_CHECKING:
    from crossdesk.cases.models import Case


class Missing(models.Model):
    """Why it was raised without stands in the case's own words; here is only what, to whom and when."""

    sight = Sight.THREAD

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="missing")
    key = models.CharField(max_length=60, help_text="Which required evidence it is, of market/evidence.toml.")
    query_type = models.CharField(max_length=80)
    raised_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seat", "-raised_at"], name="missing_at_a_desk")]

    def __str__(self) -> str:
        return f"{self.key} on {self.case_id}"


@dataclass(frozen=True)
class Counted:
    key: str
    query_type: str
    cases: int


def note(case: Case, keys: Iterable[str], at: datetime) -> None:
    rows = [
        Missing(seat_id=case.seat_for(case.owner.seat_id), case=case, key=key, query_type=case.query_type, raised_at=at)
        for key in keys
    ]
    Missing.objects.bulk_create(rows)


def cases_without(desk_seat: int, since: datetime) -> int:
    rows = Missing.objects.filter(seat=desk_seat, raised_at__gte=since)
    return rows.aggregate(n=Count("case", distinct=True))["n"]  # type: ignore[no-any-return]


def counted(desk_seat: int, since: datetime) -> list[Counted]:
    """What is missing most often, and on which kind of query."""
    rows = Missing.objects.filter(seat=desk_seat, raised_at__gte=since)
    totals = rows.values("key", "query_type").annotate(cases=Count("case", distinct=True)).order_by("-cases", "key")
    return [Counted(**row) for row in totals]


def by_party(desk_seat: int, since: datetime) -> list[tuple[str, int]]:
    rows = Missing.objects.filter(seat=desk_seat, raised_at__gte=since)
    totals = rows.values("case__raiser__name").annotate(cases=Count("case", distinct=True))
    return [(row["case__raiser__name"], row["cases"]) for row in totals.order_by("-cases", "case__raiser__name")]


def newest(desk_seat: int, since: datetime, at_most: int = 20) -> list[tuple[Case, list[str]]]:
    """The latest cases, each with all that it came without."""
    rows = Missing.objects.filter(seat=desk_seat, raised_at__gte=since)
    latest = rows.values("case").annotate(at=Max("raised_at")).order_by("-at", "-case")[:at_most]
    of_these = rows.filter(case__in=[each["case"] for each in latest]).select_related("case__raiser")
    found: dict[int, tuple[Case, list[str]]] = {}
    for row in of_these.order_by("-raised_at", "-case", "key"):
        found.setdefault(row.case_id, (row.case, []))[1].append(row.key)
    return list(found.values())
