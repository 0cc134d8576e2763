"""What hangs on a case beside its entries: the rows whose readers change together with theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import F, Func, Q, QuerySet

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import (
    Assignment,
    Case,
    CaseLink,
    Evidence,
    EvidenceChunk,
    Hold,
    Question,
    ReferenceSet,
)
from crossdesk.threads.models import ChainHead, Entry


def rows_of(case: Case) -> list[QuerySet[Any]]:
    beside = (Leg, Assignment, Question, Evidence, ReferenceSet, Hold)
    return [
        *(model._default_manager.filter(case=case) for model in beside),
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
