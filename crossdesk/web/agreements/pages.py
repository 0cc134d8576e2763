"""The agreements a reader may see: all of them with how each stands, and one with all its versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk.desks import signing
from crossdesk.desks.models import Agreement, Terms
from crossdesk.exchange import measuring
from crossdesk.exchange.conformance.runs import newest_run
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.agreements.telling import HEADINGS, Told, leading, told
from crossdesk.web.seeing import Seen

SHOWN = 200
BOTH = ("promiser", "other", "desk")
WHOLE = (*(f"agreement__{each}" for each in BOTH), "calendar", "proposed_for")


@require_GET
def every(request: HttpRequest) -> HttpResponse:
    viewer, at = cast(Seen, request).viewer, now()
    agreements = list(Agreement.objects.select_related(*BOTH).order_by("-pk")[: SHOWN + 1])
    versions: dict[int, list[Terms]] = {each.pk: [] for each in agreements}
    for terms in Terms.objects.filter(agreement__in=agreements).select_related(*WHOLE).order_by("-number"):
        versions[terms.agreement_id].append(terms)
    rows = [(each, leading(told(each, versions[each.pk], at)), _ours(viewer, versions[each.pk])) for each in agreements]
    rows.sort(key=lambda row: not row[2])
    context = {"rows": rows[:SHOWN], "more": len(rows) > SHOWN, "shown": SHOWN, "at": at}
    return render(request, "agreements/every.html", context)


@require_GET
def one(request: HttpRequest, reference: str) -> HttpResponse:
    return show(request, found(reference))


def show(request: HttpRequest, agreement: Agreement, *, trouble: str = "", status: int = 200) -> HttpResponse:
    from crossdesk.web.agreements.certifying import certificates_of  # their verbs show this page again
    from crossdesk.web.agreements.lining import line_of

    viewer, at = cast(Seen, request).viewer, now()
    rows = told(agreement, versions_of(agreement), at)
    context = {
        "agreement": agreement,
        "rows": rows,
        "lead": leading(rows),
        "headings": HEADINGS,
        "verbs": _verbs(viewer, agreement, rows, at),
        "answering": next((each.terms.answering for each in rows if each.waits), None),
        "line": line_of(agreement, leading(rows).terms, viewer, at),
        "certificates": certificates_of(agreement, leading(rows).terms, viewer, at),
        "tried": newest_run(agreement),
        "found": measuring.seen(agreement.desk, viewer, at) if agreement.desk else measuring.kept(agreement.promiser),
        "trouble": trouble,
        "said": request.POST.dict() if trouble else {},
        "at": at,
    }
    return render(request, "agreements/one.html", context, status=status)


def found(reference: str) -> Agreement:
    """Found as the viewer: an agreement between others does not exist for them."""
    agreement = Agreement.objects.select_related(*BOTH).filter(reference=reference.upper()).first()
    if agreement is None:
        raise Http404
    return agreement


def versions_of(agreement: Agreement) -> list[Terms]:
    return list(agreement.versions.select_related(*WHOLE).order_by("-number"))


def _ours(viewer: Viewer, versions: list[Terms]) -> bool:
    return any(each.waits and each.answering.pk == viewer.party for each in versions)


def _verbs(viewer: Viewer, agreement: Agreement, rows: list[Told], at: datetime) -> dict[str, Any]:
    """What can be done with it as it stands, each with the reason why this reader may not, if so."""
    waiting = next((each.terms for each in rows if each.waits), None)
    live = next((each.terms for each in rows if each.kind in {"good", "ahead"}), None)
    why_not = signing.why_not_propose(viewer, agreement)
    verbs_: dict[str, Any] = {}
    if waiting and viewer.party != waiting.proposed_for_id:
        verbs_["accept"] = verbs_["decline"] = signing.why_not_answer(viewer, waiting)
    elif waiting:
        verbs_["take_back"] = why_not
        with verbs():  # whether anybody of the other side signs in is not for its counterpart to see otherwise
            if not signing.signs_in(waiting.answering):
                verbs_["record"] = signing.why_not_record(viewer, waiting)
    else:
        verbs_["change"] = why_not
    if live:
        verbs_["end"] = why_not
    return verbs_
