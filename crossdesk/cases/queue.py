"""The queue of one desk, read as the viewer: views, filters, pages of fifty, and how many rows there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from crossdesk.cases.lifecycle import LegStage, Stage
from crossdesk.cases.models import Case, Standing

PAGE = 50
EXACT = 1000
"""Totals are exact up to here; beyond it a page says "more than"."""


@dataclass(frozen=True)
class View:
    key: str
    label: str
    group: str
    rows: Q
    empty: str
    hot: bool = False


def in_hand_of(person: int) -> Q:
    """A case, a leg, or a step of a request."""
    return Q(person=person) | ~Q(persons=[]) & Q(persons__contains=[person])


def views(at: datetime, person: int | None) -> tuple[View, ...]:
    ball, work, time = "The ball is with", "Work", "Time"
    unread = [Stage.RAISED, Stage.TRIAGE, LegStage.SENDING, LegStage.DELIVERED]
    return (
        View("all", "All open", ball, Q(), "No case is open at this desk. New ones come from the portal and by mail."),
        View("us", "Us", ball, Q(ball=Standing.Ball.US), "Nothing waits for this desk; others have the next step."),
        View("me", "Me", ball, in_hand_of(person or 0), "You have nothing in hand. What you accept from an offer, and"
             " steps given to you, stand here until they are done."),
        View("them", "Them", ball, Q(ball=Standing.Ball.THEM), "Nothing waits for others. Engaged desks and raisers"
             " who owe an answer stand here."),
        View("nobody", "Nobody yet", ball, Q(ball=Standing.Ball.NOBODY), "Every open case has somebody. A case nobody"
             " has taken into triage stands here first.", hot=True),
        View("breached", "Breached", time, Q(clock_due__lt=at), "No target is missed. A case stands here from the"
             " moment its clock runs out until it is done.", hot=True),
        View("overdue", "Overdue", time, Q(next_by__lt=at), "Nothing is late. A case stands here when its next step"
             " was promised for a time that has passed.", hot=True),
        View("hour", "Due in an hour", time, Q(next_by__gte=at, next_by__lt=at + timedelta(hours=1)), "Nothing falls"
             " due within the hour."),
        View("paused", "Paused", time, Q(clock_paused=True), "No clock waits. A question that is open pauses the clock"
             " of whoever asked, until it is answered or due."),
        View("trouble", "Silent legs", time, Q(trouble=True), "Every engaged desk has been reached and has answered in"
             " time. A leg that is silent or undeliverable brings its case here.", hot=True),
        View("triage", "To triage", work, Q(stage__in=unread), "Nothing to triage. Take a new case, then own it, raise"
             " it onward or redirect it."),
        View("offers", "Offers to accept", work, Q(group__isnull=False, person=None), "No offer waits. Work assigned to"
             " a group stands here until somebody in it accepts."),
        View("resolved", "Resolved, to confirm", work, Q(stage=Stage.RESOLVED), "Nothing waits for its raiser to"
             " confirm."),
        View("bounced", "Second bounce", work, Q(bounces__gte=2), "No case was sent on twice. The second bounce"
             " asks for joint triage with the evidence of both sides."),
    )  # fmt: skip


FLAGS = ("silent", "undeliverable")
Chosen = Mapping[str, Sequence[str]]


def narrowed(chosen: Chosen) -> Q:
    """One Q for the values chosen under each filter: any of them, and that for every filter."""
    found = Q()
    for name, values in chosen.items():
        found &= _leg_states(values) if name == "leg" else Q(**{f"{COLUMNS[name]}__in": list(values)})
    return found


COLUMNS = {
    "priority": "priority", "system": "system", "party": "raiser", "stage": "stage", "scenario": "scenario",
}  # fmt: skip


def _leg_states(values: Iterable[str]) -> Q:
    """Of any leg of the case. That the list is not empty is said aloud, because the index holds only such rows."""
    any_of = Q(pk=None)
    for value in values:
        any_of |= Q(legs__contains=[{"flag": value} if value in FLAGS else {"stage": value, "flag": ""}])
    return any_of & ~Q(legs=[])


def queue(desk_seat: int, rows: Q) -> QuerySet[Standing]:
    return Standing.objects.filter(rows, seat=desk_seat, is_open=True)


@dataclass(frozen=True)
class Place:
    """Where a page of the queue ended: the next begins after it, however many rows came or went meanwhile."""

    priority: int
    by: datetime | None
    pk: int

    def __str__(self) -> str:
        return f"{self.priority}~{self.by.isoformat() if self.by else ''}~{self.pk}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        try:
            priority, by, pk = text.split("~")
            moment = datetime.fromisoformat(by) if by else None
            return cls(int(priority), moment, int(pk)) if moment is None or moment.tzinfo else None
        except ValueError:
            return None

    @property
    def beyond(self) -> Q:
        same = Q(priority=self.priority)
        if self.by is None:
            later = Q(next_by=None, pk__gt=self.pk)
        else:
            later = Q(next_by__gt=self.by) | Q(next_by=None) | Q(next_by=self.by, pk__gt=self.pk)
        return Q(priority__gte=self.priority) & (Q(priority__gt=self.priority) | same & later)


def page_of(rows: QuerySet[Standing], after: Place | None, size: int = PAGE) -> tuple[list[Standing], Place | None]:
    """By priority, then soonest promise; PostgreSQL sorts "no promise" last, as the index does."""
    if after:
        rows = rows.filter(after.beyond)
    found = list(rows.order_by("priority", "next_by", "id")[: size + 1])
    if len(found) <= size:
        return found, None
    last = found[size - 1]
    return found[:size], Place(last.priority, last.next_by, last.pk)


def rows_at(desk_seat: int, keys: Sequence[int]) -> list[Standing]:
    return list(
        Standing.objects.filter(seat=desk_seat, is_open=True, pk__in=keys).order_by("priority", "next_by", "id")
    )


@dataclass(frozen=True)
class Held:
    """A row that a reader has before them, and whether it still belongs to what they asked for."""

    row: Standing
    here: bool


def held_rows(desk_seat: int, rows: Q, held: Sequence[int]) -> dict[int, Held]:
    belongs = ExpressionWrapper(rows & Q(is_open=True), output_field=BooleanField())
    found = Standing.objects.filter(seat=desk_seat, pk__in=held).annotate(here=belongs)
    return {each.pk: Held(each, each.here) for each in found}


def with_cases(rows: Iterable[Standing]) -> list[Standing]:
    """The cases of these rows, by key: joined under a policy PostgreSQL would read every case there is."""
    rows = list(rows)
    cases = Case.objects.select_related("raiser").in_bulk({row.case_id for row in rows})
    for row in rows:
        if row.case_id in cases:
            row.case = cases[row.case_id]
    return [row for row in rows if row.case_id in cases]


def counts(asked: Mapping[str, QuerySet[Standing]]) -> dict[str, int]:
    """Each counted to one more than EXACT, all in one statement."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in asked.values():
        statement, given = rows.order_by().values("pk")[: EXACT + 1].query.sql_with_params()
        parts.append(f"(select count(*) from ({statement}) counted)")
        values.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(parts)}", values)
        row = cursor.fetchone()
    return dict(zip(asked, row or (), strict=True))


def last_change(desk_seat: int) -> datetime | None:
    newest = Standing.objects.filter(seat=desk_seat).order_by("-changed_at")
    return newest.values_list("changed_at", flat=True).first()


@dataclass(frozen=True)
class Present:
    """What one can filter by: the systems, scenarios and raisers of the rows there are."""

    systems: list[str]
    scenarios: list[str]
    parties: list[tuple[str, str]]


def present_in(rows: QuerySet[Standing]) -> Present:
    """Of the first thousand rows, so that a long queue costs no more than a short one."""
    some = set(rows.order_by().values_list("system", "scenario", "raiser", "raiser__name")[:EXACT])
    parties = {(str(pk), name) for _, _, pk, name in some if pk}
    return Present(
        sorted({system for system, *_ in some if system}),
        sorted({scenario for _, scenario, *_ in some if scenario}),
        sorted(parties, key=lambda party: party[1]),
    )
