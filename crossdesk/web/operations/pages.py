"""Normal or special operations: which hold, by which of the two rules, and everything there was before."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from crossdesk import rulebook
from crossdesk.access import Invalid, Refused
from crossdesk.kit.time import in_full, london, now
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident
from crossdesk.majors.operating import enter_for
from crossdesk.operations import entering, policy
from crossdesk.operations.entering import Declaration, enter_for_breach
from crossdesk.operations.models import Period
from crossdesk.operations.questions import PAGE, history, live
from crossdesk.web.moments import moment
from crossdesk.web.seeing import Seen

BREACH = "breach"


@require_GET
def operations(request: Seen) -> HttpResponse:
    return _show(request)


@require_GET
def strip(request: HttpRequest) -> HttpResponse:
    """The line under the bar, asked for again when a period changed; what is over is gone from it."""
    return render(request, "operations/strip.html")


@require_POST
def enter(request: Seen) -> HttpResponse:
    said, at = request.POST, now()
    try:
        declared = Declaration(
            said.get("scope", ""),
            tuple(said.getlist("systems")),
            said.get("authority", ""),
            said.get("why", ""),
            moment(said.get("ends_at", ""), "ends"),
        )
        if said.get("cause") == BREACH:
            period = enter_for_breach(declared, by=request.viewer, at=at)
        else:
            period = enter_for(_incident(said.get("cause", "")), declared, by=request.viewer, at=at)
    except Refused as refused:
        return _show(request, refused.sentence)
    messages.success(request, f"Special operations hold until {in_full(period.ends_at)}; every party reads it.")
    return redirect("/operations/")


@require_POST
def end(request: Seen, reference: str) -> HttpResponse:
    period = Period.objects.filter(reference=reference).first()
    if period is None:
        raise Http404("There are no such special operations.")
    try:
        entering.end(period, why=request.POST.get("why", ""), by=request.viewer, at=now())
    except Refused as refused:
        return _show(request, refused.sentence, about=reference)
    messages.success(request, f"{period} is ended; nothing is widened by it any more.")
    return redirect("/operations/")


def _incident(reference: str) -> MajorIncident:
    found = _declared().filter(reference=reference).first()
    if found is None:
        raise Invalid("Choose what they are declared for: a declared major incident, or a data breach.")
    return found


def _declared() -> QuerySet[MajorIncident]:
    return MajorIncident.objects.filter(state=State.DECLARED).order_by("declared_at")


def _show(request: Seen, trouble: str = "", about: str = "") -> HttpResponse:
    at, book = now(), rulebook.current()
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 9 else 0
    over, more = history(at, start)
    seen = {each.reference for each in MajorIncident.objects.filter(reference__in=[each.incident for each in over])}
    refused = policy.why_not(request.viewer)
    context = {
        "at": at,
        "holding": live(at),
        "over": over,
        "earlier": f"/operations/?before={max(start - PAGE, 0)}" if start else None,
        "later": f"/operations/?before={start + PAGE}" if more else None,
        "modes": book.modes,
        "special": policy.special(),
        "widenings": list(book.widenings.values()),
        "homes": [(home, home.is_open(london(at).date())) for home in book.homes.values()],
        "book": book,
        "refused": refused,
        "causes": [] if refused else _causes(),
        "systems": [(key, row.name) for key, row in book.systems.items()],
        "seen": seen | {each.reference for each in _declared()},
        "trouble": trouble,
        "about": about,
        "said": request.POST,
        "chosen": request.POST.getlist("systems"),
    }
    return render(request, "operations/page.html", context, status=422 if trouble else 200)


def _causes() -> list[tuple[str, str]]:
    incidents = [(each.reference, f"Major incident {each.reference}: {each.title}") for each in _declared()]
    return [*incidents, (BREACH, "A data breach")]
