"""The desk's own page of planned maintenance: planning it, agreeing to it, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crossdesk import rulebook
from crossdesk.access import Invalid, Refused
from crossdesk.desks.models import Desk
from crossdesk.kit.time import now
from crossdesk.status import maintaining
from crossdesk.status.maintaining import MOVES, Window
from crossdesk.status.models import Maintenance
from crossdesk.threads.viewer import Viewer
from crossdesk.web.moments import moment
from crossdesk.web.seeing import Seen

SHOWN = 50
VERBS = ("agree", "begin", "move", "finish", "cancel")


@require_GET
def maintenance(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    said, viewer = request.POST, cast(Seen, request).viewer
    desk = Desk.objects.filter(pk=_number(said.get("desk", "")), pk__in=viewer.desks).first()
    try:
        if desk is None:
            raise Invalid("Choose one of your desks.")
        window = Window(
            said.get("system", ""),
            said.get("title", ""),
            said.get("words", ""),
            moment(said.get("starts_at", ""), "begins"),
            moment(said.get("ends_at", ""), "ends"),
            public=said.get("readers") != "parties",
        )
        made = maintaining.plan(window, desk, by=viewer, at=now())
    except Refused as refused:
        return _show(request, refused.sentence)
    then = "waits for a second person to agree" if made.waits else "is announced"
    messages.success(request, f"{made} {then}.")
    return redirect("/maintenance/")


@require_http_methods(["POST"])
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    viewer = cast(Seen, request).viewer
    found = Maintenance.objects.select_related("desk").filter(reference=reference).first()
    if found is None or verb not in VERBS:
        raise Http404("There is no such maintenance.")
    try:
        ACTS[verb](found, request, viewer, now())
    except Refused as refused:
        return _show(request, refused.sentence, about=reference)
    messages.success(request, f"{found} is {found.get_stage_display().lower()}.")
    return redirect("/maintenance/")


def _move(work: Maintenance, request: HttpRequest, by: Viewer, at: datetime) -> None:
    said = request.POST
    starts, ends = moment(said.get("starts_at", ""), "begins"), moment(said.get("ends_at", ""), "ends")
    maintaining.move(work, starts_at=starts, ends_at=ends, why=said.get("why", ""), by=by, at=at)


Act = Callable[[Maintenance, HttpRequest, Viewer, datetime], None]
ACTS: dict[str, Act] = {
    "agree": lambda work, _, by, at: maintaining.agree(work, by=by, at=at),
    "begin": lambda work, _, by, at: maintaining.begin(work, by=by, at=at),
    "move": _move,
    "finish": lambda work, said, by, at: maintaining.finish(work, result=said.POST.get("why", ""), by=by, at=at),
    "cancel": lambda work, said, by, at: maintaining.cancel(work, why=said.POST.get("why", ""), by=by, at=at),
}


def _show(request: HttpRequest, trouble: str = "", about: str = "") -> HttpResponse:
    viewer, book = cast(Seen, request).viewer, rulebook.current()
    desks = list(Desk.objects.filter(pk__in=viewer.desks))
    rows = Maintenance.objects.filter(desk__in=viewer.desks).select_related("desk")
    context = {
        "rows": [(work, _possible(work, viewer)) for work in rows.order_by("-starts_at")[:SHOWN]],
        "desks": [(desk.pk, desk.name) for desk in desks],
        "systems": [
            (key, book.systems[key].name)
            for key in dict.fromkeys(key for desk in desks for key in maintaining.systems_of(desk))
        ],
        "trouble": trouble,
        "about": about,
        "said": request.POST,
        "names": book.systems,
    }
    return render(request, "status/maintenance.html", context, status=422 if trouble else 200)


def _possible(work: Maintenance, viewer: Viewer) -> dict[str, str]:
    """Each verb with the sentence that stands against it, if one does; those that its stage has not are left out."""
    told: dict[str, str] = {}
    for verb in VERBS:
        if work.stage not in MOVES[verb][0] or (verb == "agree" and not work.waits):
            continue
        told[verb] = maintaining.why_not(viewer, verb, work.desk, work) or _waiting(work, verb, viewer)
    return told


def _waiting(work: Maintenance, verb: str, viewer: Viewer) -> str:
    if verb == "agree" and work.asked_by == viewer.person:
        return f"You asked; another person of {work.desk} agrees."
    if verb == "begin" and work.announced_at is None:
        return "A second person has to agree first."
    return ""


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 19 else 0
