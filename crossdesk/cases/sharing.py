"""What hangs on a case beside its entries: the rows whose readers change together with theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.db import connection
from django.db.models import F, Func, Q, QuerySet

from crossdesk.access import Invalid
from crossdesk.cases.material import Evidence, EvidenceChunk, ReferenceSet
from crossdesk.cases.models import Case, CaseLink
from crossdesk.clocks.models import Clock
from crossdesk.desks.models import Desk
from crossdesk.threads.models import ChainHead, Entry, ThreadBound
from crossdesk.threads.viewer import Viewer


class Ticked(Protocol):
    """Earlier items that somebody chose to let others read, by their keys."""

    @property
    def entries(self) -> Sequence[int]: ...
    @property
    def evidence(self) -> Sequence[int]: ...
    @property
    def reference_sets(self) -> Sequence[int]: ...


def rows_of(case: Case) -> list[QuerySet[Any]]:
    """Also of packages above this one: whatever names a case and carries seats follows them."""
    beside: list[Any] = [each.related_model for each in Case._meta.related_objects if each.field.name == "case"]
    return [
        *(model.objects.filter(case=case) for model in beside if issubclass(model, ThreadBound)),
        Clock.objects.filter(thread=case.pk),
        EvidenceChunk.objects.filter(evidence__case=case),
        CaseLink.objects.filter(Q(parent=case) | Q(child=case)),
        ChainHead.objects.filter(thread=case.pk),
    ]


def read_by_too(case: Case, seat: int, beside: int) -> None:
    """Whatever the one seat may read, the other may read from now on, and nothing else."""
    missing = Q(seats__contains=[beside]) & ~Q(seats__contains=[seat])
    for rows in rows_of(case):
        rows.filter(missing).update(seats=Func(F("seats"), seat, function="array_append"))
    disclose_entries(Entry.objects.filter(missing, thread=case.pk).values_list("pk", flat=True), [seat])


def read_instead(case: Case, stand_ins: Mapping[int, int]) -> None:
    """Each seat's rows go to its stand-in. An entry is final: it keeps the readers it had, and gains the stand-ins."""
    for rows in rows_of(case):
        for seats in list(rows.order_by().values_list("seats", flat=True).distinct()):
            rows.filter(seats=seats).update(seats=sorted(stand_ins[seat] for seat in seats if seat in stand_ins))
    for seat, instead in stand_ins.items():
        read = Entry.objects.filter(thread=case.pk, seats__contains=[seat])
        disclose_entries(read.values_list("pk", flat=True), [instead])


def disclose_entries(entries: Iterable[int], readers: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select disclose_entries(%s, %s)", [list(entries), readers])


def disclose(case: Case, readers: Iterable[Desk], what: Ticked, by: Viewer) -> dict[str, list[str]]:
    """Adds the readers' seats to what was ticked and to nothing else; answers what that was, in words.

    Nobody passes on what they may not read themselves, nor what is internal to a desk.
    """
    seats = sorted({case.seat_for(desk.seat_id) for desk in readers})
    readable = {"seats__overlap": list(by.seats)}
    entries = list(Entry.objects.filter(thread=case.pk, pk__in=what.entries, **readable).exclude(audience="internal"))
    files = Evidence.objects.filter(case=case, pk__in=what.evidence, **readable).exclude(entry__audience="internal")
    lists = ReferenceSet.objects.filter(case=case, pk__in=what.reference_sets, **readable)
    lists = lists.exclude(entry__audience="internal")
    if (len(entries), len(files), len(lists)) != tuple(
        len(set(ticked)) for ticked in (what.entries, what.evidence, what.reference_sets)
    ):
        raise Invalid("One of the ticked items cannot be shared: it is internal, or not on this case.")
    # A file or a list is found by the entry that added it, so that goes with it.
    disclose_entries(
        {each.pk for each in entries} | {each.entry_id for each in files} | {each.entry_id for each in lists}, seats
    )
    for row in (*files, *lists, *EvidenceChunk.objects.filter(evidence__in=files).only("pk", "seats")):
        row.seats = sorted({*row.seats, *seats})
        row.save(update_fields=["seats"])
    return {
        "entries": [entry.kind for entry in entries],
        "evidence": [each.name for each in files],
        "references": [str(each) for each in lists],
    }
