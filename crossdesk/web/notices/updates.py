"""Writing an update: the sheet, what each audience would read, who gets it, and the moment to stop it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from crossdesk.access import Moved, NotAllowed, Refused
from crossdesk.kit.time import now
from crossdesk.majors import policy
from crossdesk.majors.models import MajorIncident, OnIt
from crossdesk.notices import releasing, writing
from crossdesk.notices.delivery import report
from crossdesk.notices.models import Briefing, Enclosure
from crossdesk.threads.viewer import Viewer
from crossdesk.web.notices import sheets
from crossdesk.web.seeing import Seen

State = Briefing.State


@require_GET
def update(request: HttpRequest, reference: str) -> HttpResponse:
    return _show(request, _incident(request, reference))


@require_GET
def past(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The delivery report of one update: who was reached, and whom to ring."""
    incident = _incident(request, reference)
    briefing = get_object_or_404(Briefing.objects.filter(incident=incident), number=number)
    context = {
        "incident": incident,
        "briefing": briefing,
        "report": report(briefing),
        "recipients": list(briefing.recipients.select_related("party")),
        "to_ring": list(incident.parties.filter(reached=OnIt.Reached.NO).select_related("party")),
        "lines": list(briefing.lines.all()),
        "marks": dict(sheets.choices()["marks"]),
    }
    return render(request, "notices/report.html", context)


@require_POST
def draft(request: HttpRequest, reference: str) -> HttpResponse:
    incident = _incident(request, reference)
    try:
        writing.draft(incident, sheets.read(request.POST), by=_viewer(request), at=now())
    except Refused as refused:
        return _show(request, incident, refused, sheets.as_posted(request.POST))
    messages.success(request, "Saved. Nobody outside the desk reads it until it is sent.")
    return redirect(f"{_address(incident)}#previews")


@require_POST
def enclose(request: HttpRequest, reference: str) -> HttpResponse:
    file = request.FILES.get("file")

    def act(briefing: Briefing, by: Viewer) -> None:
        content = file.read(writing.LARGEST_FILE + 1) if file else b""
        name, kind = (file.name or "file", file.content_type or "") if file else ("file", "")
        writing.enclose(briefing, name, content, kind, mark=request.POST.get("mark", "lead"), by=by, at=now())

    return _act(request, reference, act, "The file goes along, to those who may read its mark.")


@require_POST
def leave_out(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    enclosure = get_object_or_404(Enclosure.objects.select_related("briefing"), pk=pk)
    return _act(
        request, reference, lambda _, by: writing.leave_out(enclosure, by=by, at=now()), "The file was left out."
    )


@require_POST
def send(request: HttpRequest, reference: str) -> HttpResponse:
    return _act(request, reference, lambda briefing, by: releasing.send(briefing, by=by, at=now()))


@require_POST
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    return _act(request, reference, lambda briefing, by: releasing.agree(briefing, by=by, at=now()))


@require_POST
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    why = request.POST.get("why", "")
    done = "It is a draft again."
    return _act(request, reference, lambda briefing, by: releasing.take_back(briefing, why=why, by=by, at=now()), done)


@require_POST
def stop(request: HttpRequest, reference: str) -> HttpResponse:
    why = request.POST.get("why", "")
    done = "Stopped. Nobody was told; its words stand below for the next one."
    return _act(request, reference, lambda briefing, by: releasing.stop(briefing, why=why, by=by, at=now()), done)


def _act(request: HttpRequest, reference: str, act: Callable[[Briefing, Viewer], None], done: str = "") -> HttpResponse:
    incident = _incident(request, reference)
    briefing = Briefing.objects.filter(incident=incident, number=request.POST.get("number") or 0).first()
    if briefing is None:
        raise Http404("There is no such update.")
    try:
        act(briefing, _viewer(request))
    except Refused as refused:
        return _show(request, incident, refused)
    if done:
        messages.success(request, done)
    return redirect(_address(incident))


def _show(
    request: HttpRequest, incident: MajorIncident, refused: Refused | None = None, said: dict[str, Any] | None = None
) -> HttpResponse:
    briefing = writing.in_hand(incident)
    earlier = list(incident.briefings.filter(state__in=[State.OUT, State.STOPPED]))
    again = earlier[0] if earlier and earlier[0].state == State.STOPPED else None
    context = {
        "incident": incident,
        "address": _address(incident),
        "briefing": briefing,
        "previews": writing.previews(briefing, by=_viewer(request)) if briefing else [],
        "files": list(briefing.enclosures.defer("content")) if briefing else [],
        "earlier": [(each, report(each)) for each in earlier],
        "trouble": refused.sentence if refused else "",
        "wait": releasing.wait(),
        "mine": briefing is not None and briefing.asked_by == _viewer(request).person,
        **sheets.choices(),
        **(said or sheets.filled(briefing or again, incident)),
    }
    status = (
        200 if not refused else 403 if isinstance(refused, NotAllowed) else 409 if isinstance(refused, Moved) else 422
    )
    return render(request, "notices/update.html", context, status=status)


def _incident(request: HttpRequest, reference: str) -> MajorIncident:
    """Read as whoever asks; only the lead desk's people come further."""
    incident = get_object_or_404(MajorIncident.objects.select_related("lead"), reference=reference)
    if sentence := policy.why_not(_viewer(request), "draft_update", incident):
        raise NotAllowed(sentence)
    return incident


def _viewer(request: HttpRequest) -> Viewer:
    return cast(Seen, request).viewer


def _address(incident: MajorIncident) -> str:
    return f"/majors/{incident.reference}/update/"
