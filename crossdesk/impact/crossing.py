"""Looking again after something changed: count, judge, and record what was crossed. Each threshold is crossed once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from crossdesk import rulebook
from crossdesk.cases.models import Case
from crossdesk.impact.counting import Counted, family, measures
from crossdesk.impact.handling import propose_desks
from crossdesk.impact.judging import Finding, judge
from crossdesk.impact.models import Answer, Applies, Crossing, Tally
from crossdesk.impact.recounting import recount
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, verbs

MEASURED, CROSSED = "impact.measured", "impact.crossed"
TIPPING = ("case.references", "case.references_retracted", "impact.said", "impact.answer", "impact.applies")


def look_again(case: UUID, at: datetime) -> list[Crossing]:
    """Over the whole family of the case. Only its head is locked, so no two looks hold each other up for ever."""
    with verbs():
        cases = family(Case.objects.get(pk=case))
        head = _head(cases)
        thread = Thread.objects.select_for_update().get(pk=head.pk)
        mpans, meters = recount(head.pk, cases), recount(head.pk, cases, "meter")
        _tally(cases, mpans, meters, at)
        found = measures(cases, mpans.total, meters.total)
        _measured(thread, head, found, at)
        crossed = [_cross(thread, head, each, cases, at) for each in _newly(head, cases, found)]
        propose_desks(head, cases)
        return crossed


def findings(cases: list[UUID], found: dict[str, int]) -> list[Finding]:
    """Every threshold of every row that applies to one of them. Called inside `verbs()`, or as the owning desk."""
    rows = [key for key in Case.objects.filter(pk__in=cases).values_list("scenario", flat=True) if key]
    rows += Applies.objects.filter(case__in=cases).order_by("since").values_list("scenario", flat=True)
    answers = dict(Answer.objects.filter(case__in=cases).order_by("at").values_list("phrase", "holds"))
    return list(judge(rulebook.current(), rows, found, answers))


def _newly(head: Case, cases: list[UUID], found: dict[str, int]) -> Iterator[Finding]:
    before = set(Crossing.objects.filter(case__in=cases).values_list("column", "scenario"))
    for each in findings(cases, found):
        if each.crossed and (each.column, each.scenario.key) not in before:
            yield each


def _cross(thread: Thread, head: Case, found: Finding, cases: list[UUID], at: datetime) -> Crossing:
    tipped_by = Entry.objects.filter(thread__in=cases, kind__in=TIPPING).order_by("-recorded_at", "-pk").first()
    crossing = Crossing.objects.create(
        case=head,
        column=found.column,
        scenario=found.scenario.key,
        at=at,
        because=found.because[:300],
        tipped_by=tipped_by,
        seats=list(head.internal(head.owner).seats),
    )
    record(
        thread,
        CROSSED,
        audience=head.internal(head.owner),
        by=CROSSDESK,
        at=at,
        words=found.because,
        column=found.column,
        scenario=found.scenario.key,
        row=found.scenario.row,
        crossing=crossing.pk,
    )
    return crossing


def _measured(thread: Thread, head: Case, found: dict[str, int], at: datetime) -> None:
    """Only where it changed: this series is what an edited rule is judged by later."""
    last = Entry.objects.filter(thread=thread, kind=MEASURED).order_by("-seq").first()
    if last is None or last.facts["measures"] != found:
        record(thread, MEASURED, audience=head.internal(head.owner), by=CROSSDESK, at=at, measures=found)


def _tally(cases: list[UUID], counted: Counted, meters: Counted, at: datetime) -> None:
    rows = [
        Tally(
            case=case,
            party=case.raiser,
            own=counted.share_of(case.raiser_id),
            total=counted.total,
            own_meters=meters.share_of(case.raiser_id),
            total_meters=meters.total,
            counted_at=at,
            seats=sorted(case.to_raiser().seats),
        )
        for case in Case.objects.filter(pk__in=cases).select_related("owner", "raiser")
    ]
    Tally.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["own", "total", "own_meters", "total_meters", "counted_at", "seats"],
    )


def _head(cases: list[UUID]) -> Case:
    """The topmost parent; of several the one that was raised first, so that every look agrees."""
    rows = Case.objects.filter(pk__in=cases).select_related("owner__seat", "raiser")
    tops = rows.exclude(links_up__kind="child", links_up__parent__in=cases)
    return tops.order_by("raised_at", "pk").first() or rows.order_by("raised_at", "pk")[0]
