"""One fault as the operator's desk reads it, and what is decided about it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from crossdesk import rulebook
from crossdesk.access import Refused
from crossdesk.kit.time import now
from crossdesk.signals import confirming
from crossdesk.signals.models import Fault
from crossdesk.signals.policy import why_not_decide
from crossdesk.signals.reading import messages_of
from crossdesk.threads.models import Entry
from crossdesk.web.health.named import names_of, titled
from crossdesk.web.seeing import Seen

SAMPLE = 20


@require_safe
def one(request: Seen, fault: UUID) -> HttpResponse:
    return _show(request, _fault(fault))


@require_POST
def confirm(request: Seen, fault: UUID) -> HttpResponse:
    join = request.POST.get("case") != "new"

    def do(found: Fault) -> HttpResponse:
        case = confirming.confirm(found, by=request.viewer, at=now(), join=join)
        messages.success(request, f"Confirmed on {case}; its lists, its evidence and whom it hits stand there.")
        return redirect(f"/cases/{case}/")

    return _act(request, fault, do)


@require_POST
def dismiss(request: Seen, fault: UUID) -> HttpResponse:
    def do(found: Fault) -> HttpResponse:
        confirming.dismiss(found, why=request.POST.get("why", ""), by=request.viewer, at=now())
        messages.success(request, "Dismissed. While it goes on it is not proposed again.")
        return redirect("/health/")

    return _act(request, fault, do)


@require_POST
def add_rest(request: Seen, fault: UUID) -> HttpResponse:
    def do(found: Fault) -> HttpResponse:
        case = confirming.add_rest(found, by=request.viewer, at=now())
        messages.success(request, f"What failed since stands on {case} as well.")
        return redirect(f"/cases/{case}/")

    return _act(request, fault, do)


def _act(request: Seen, fault: UUID, do: Callable[[Fault], HttpResponse]) -> HttpResponse:
    found = _fault(fault)
    try:
        return do(found)
    except Refused as refused:
        return _show(request, _fault(fault), refused.sentence)


def _fault(fault: UUID) -> Fault:
    found = Fault.objects.select_related("desk__owner", "suspected", "joins", "case").filter(pk=fault).first()
    if found is None:
        raise Http404("There is no such fault, or it is not yours to read.")
    return found


def _show(request: Seen, fault: Fault, trouble: str = "") -> HttpResponse:
    rule = rulebook.current().detectors.get(fault.detector)
    rows = list(messages_of(fault, rule).order_by("-last_at")[:SAMPLE]) if rule and rule.kind == "failing" else []
    ids = [fault.sender, fault.recipient, *(each for row in rows for each in (row.sender, row.recipient))]
    known = names_of(ids)
    entries = Entry.objects.filter(thread=fault.pk).select_related("body").order_by("-seq")[:50]
    context = {
        "at": now(),
        "fault": fault,
        "title": titled(fault, known),
        "rows": rows,
        "names": known,
        "concerns": list(fault.concerns.select_related("party").order_by("-at_fault", "-messages")[:50]),
        "entries": list(entries),
        "told": TOLD,
        "refused": why_not_decide(request.viewer, fault.desk),
        "more": max(fault.mpans - fault.given, 0) if fault.case else 0,
        "trouble": trouble,
        "said": request.POST,
    }
    return render(request, "health/fault.html", context, status=422 if trouble else 200)


TOLD = {
    "signal.noticed": "Noticed",
    "signal.confirmed": "Confirmed",
    "signal.dismissed": "Dismissed",
    "signal.added": "The rest was added to the case",
    "signal.over": "Quiet again",
    "signal.folded": "Part of a wider fault",
}
