"""One act: its form on a page of its own or in place, and the call of its verb. What is refused keeps its words."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.access import Moved, Refused
from crossdesk.cases.models import Case
from crossdesk.kit.time import now
from crossdesk.majors import presence, proposing
from crossdesk.majors.lifecycle import MOVES
from crossdesk.majors.models import MajorIncident
from crossdesk.majors.questions import Room, find_incident, over_case
from crossdesk.web.acts import Act, OneForm
from crossdesk.web.console.acting import case_for, status_of
from crossdesk.web.console.rendering import show
from crossdesk.web.majors.acts import ACTS, FINISH, ROLE_ACTS, why_not
from crossdesk.web.majors.forms import About, Propose
from crossdesk.web.seeing import Seen

NOT_THERE = "There is no such major incident, or you are not in its war room."
IN_PLACE = {"situation": "situation", "words": "writing"}
"""Acts whose form stands in the room itself, and the part of the room that comes back in its place."""


def incident_for(reference: str) -> MajorIncident:
    incident = find_incident(reference)
    if incident is None:
        raise Http404(NOT_THERE)
    return incident


def address_of(incident: MajorIncident) -> str:
    return f"/majors/{incident.reference}/"


@require_http_methods(["GET", "POST"])
def act(request: Seen, reference: str, path: str) -> HttpResponse:
    if path not in ACTS:
        raise Http404("There is no such page.")
    return _act(request, ACTS[path], About(incident_for(reference), request.viewer))


@require_http_methods(["GET", "POST"])
def role_act(request: Seen, reference: str, pk: int, path: str) -> HttpResponse:
    incident = incident_for(reference)
    held = incident.roles.filter(pk=pk).first()
    if held is None or path not in ROLE_ACTS:
        raise Http404(NOT_THERE)
    return _act(request, ROLE_ACTS[path], About(incident, request.viewer, role=held))


@require_http_methods(["GET", "POST"])
def action_act(request: Seen, reference: str, number: int) -> HttpResponse:
    incident = incident_for(reference)
    action = incident.actions.filter(number=number).first()
    if action is None:
        raise Http404(NOT_THERE)
    return _act(request, FINISH, About(incident, request.viewer, action=action))


@require_POST
def here(request: Seen, reference: str) -> HttpResponse:
    """The page of somebody who has the room open says so again and again."""
    presence.here(incident_for(reference), by=request.viewer, at=now())
    return HttpResponse(status=204)


def _act(request: Seen, act: Act, about: About) -> HttpResponse:
    if request.method == "GET":
        refusal = why_not(act, about) or ""
        return _page(request, act, about, act.form(about=about, initial=_asked(request)), refusal, 200)
    form = act.form(request.POST, about=about)
    if not form.is_valid():
        return _page(request, act, about, form, "", 422)
    try:
        act.do(act.noun(about), by=about.viewer, at=now(), **form.cleaned_data)
    except Refused as refused:
        return _page(request, act, about, form, refused.sentence, status_of(refused), moved=isinstance(refused, Moved))
    return _done(request, act, about.incident)


def _done(request: HttpRequest, act: Act, incident: MajorIncident) -> HttpResponse:
    if "HX-Request" in request.headers and act.path in IN_PLACE:
        return redirect(f"{address_of(incident)}?part={IN_PLACE[act.path]}")
    if act.path not in IN_PLACE:
        messages.success(request, f"{incident}: {MOVES[act.move].done[0].lower()}{MOVES[act.move].done[1:]}.")
    return redirect(address_of(incident))


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("role", "case", "party") if name in request.GET}


def _page(
    request: Seen, act: Act, about: About, form: OneForm, sentence: str, status: int, *, moved: bool = False
) -> HttpResponse:
    """After a refusal the incident is read again; the next press counts as having seen it."""
    incident = incident_for(about.incident.reference)
    room = Room(incident, about.viewer, now())
    form.initial.setdefault("seen", room.seen)
    if moved:
        data = cast(QueryDict, form.data).copy()
        data["seen"], data["edition"] = str(room.seen), str(incident.situation)
        form.data = data
    context = {
        "act": act,
        "incident": incident,
        "about": about,
        "form": form,
        "sentence": sentence,
        "closed_to_viewer": bool(sentence) and not form.is_bound,
        "in_place": "HX-Request" in request.headers and act.path in IN_PLACE,
        "back": IN_PLACE.get(act.path, ""),
        "now_is": incident if moved and act.path == "situation" else None,
        "at": room.at,
    }
    return show(request, "majors/act.html", context, parts=("form",), status=status)


@require_http_methods(["GET", "POST"])
def propose(request: Seen, reference: str) -> HttpResponse:
    """A case's owning desk proposes; whoever manages major incidents declares."""
    case = case_for(reference)
    form = Propose(request.POST or None, initial={"title": case.summary})
    sentence, status = why_not_propose(case, request), 200
    if request.method == "POST" and form.is_valid():
        try:
            incident = proposing.by_hand(case, by=request.viewer, at=now(), **form.cleaned_data)
        except Refused as refused:
            sentence, status = refused.sentence, status_of(refused)
        else:
            messages.success(request, f"{incident}: proposed. A manager of its lead desk declares or rejects it.")
            return redirect(address_of(incident) if find_incident(incident.reference) else f"/cases/{case}/")
    context = {
        "case": case,
        "form": form,
        "sentence": sentence,
        "closed_to_viewer": bool(sentence) and not form.is_bound,
    }
    return show(request, "majors/propose.html", context, status=status)


def why_not_propose(case: Case, request: Seen) -> str:
    over = over_case(case)
    if over:
        return f"{case} is under {over} already."
    return proposing.why_not(case, request.viewer) or ""
