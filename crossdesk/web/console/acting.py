"""One act: its page with the form, and the call of its verb. Whatever is refused, the words stay in the form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from crossdesk.access import Moved, NotAllowed, Refused
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.questions import find_case, read_case, since
from crossdesk.kit.time import now
from crossdesk.web.acts import Act, OneForm
from crossdesk.web.console import telling
from crossdesk.web.console.acts import CASE_ACTS, LEG_ACTS, done_words, why_not
from crossdesk.web.console.composing import choices
from crossdesk.web.console.forms import About
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen
from crossdesk.web.uploading import Lists, is_told, lists_told, not_taken, until_kept, whole

NOT_THERE = "There is no such case, or you are not on it."


def case_for(reference: str) -> Case:
    case = find_case(reference)
    if case is None:
        raise Http404(NOT_THERE)
    return case


def case_address(case: Case) -> str:
    return f"/cases/{case.reference}/"


@require_http_methods(["GET", "POST"])
def case_act(request: Seen, reference: str, path: str) -> HttpResponseBase:
    act = CASE_ACTS.get(path)
    if act is None:
        raise Http404("There is no such page.")
    return _act(request, act, About(case_for(reference), request.viewer))


@require_http_methods(["GET", "POST"])
def leg_act(request: Seen, reference: str, number: int, path: str) -> HttpResponseBase:
    act, case = LEG_ACTS.get(path), case_for(reference)
    if act is None:
        raise Http404(NOT_THERE)
    return _act(request, act, About(case, request.viewer, leg_for(case, number)))


def leg_for(case: Case, number: int) -> Leg:
    leg = next((leg for leg in case.legs.all() if leg.number == number), None)
    if leg is None:
        raise Http404(NOT_THERE)
    return leg


def _act(request: Seen, act: Act, about: About) -> HttpResponseBase:
    if request.method == "GET":
        refusal = why_not(act, about)
        asked = {name: value[:200] for name, value in request.GET.items() if name in act.form.base_fields}
        return page(request, act, about, act.form(about=about, initial=asked), refusal or "", 200)
    form = act.form(request.POST, request.FILES, about=about)
    if not form.is_valid():
        if is_told(request):
            return not_taken(" ".join(str(each) for errors in form.errors.values() for each in errors))
        return page(request, act, about, form, "", 422)
    given: dict[str, Any] = form.cleaned_data
    steps = lists_told(given.get("lists", ()))

    def do(lists: Lists) -> str:
        read = {"lists": lists} if "lists" in given else {}
        act.do(act.noun(about), by=about.viewer, at=now(), **given | read)
        return case_address(about.case)

    if is_told(request):
        return until_kept(request, about.viewer, steps, do)
    try:
        do(whole(steps))
    except Refused as refused:
        return refused_page(request, act, about, form, refused)
    return done(request, about.case, act)


def done(request: HttpRequest, case: Case, act: Act) -> HttpResponse:
    """Back to the case, which says what was done; words speak for themselves in the timeline."""
    if act.path != "words":
        messages.success(request, f"{case}: {done_words(act)}.")
    return redirect(case_address(case))


def refused_page(request: Seen, act: Act, about: About, form: OneForm, refused: Refused) -> HttpResponse:
    return page(request, act, about, form, refused.sentence, status_of(refused))


def status_of(refused: Refused) -> int:
    return 409 if isinstance(refused, Moved) else 403 if isinstance(refused, NotAllowed) else 422


def page(request: Seen, act: Act, about: About, form: OneForm, sentence: str, status: int) -> HttpResponse:
    """After a refusal the case is read again: what changed is told, and the next press counts as having seen it."""
    case = case_for(about.case.reference)
    file = read_case(case, about.viewer)
    changed = []
    form.initial.setdefault("seen", file.seen)
    if form.is_bound:
        before = form.cleaned_data.get("seen") if hasattr(form, "cleaned_data") else None
        changed = [telling.line(entry, file) for entry in since(case, before)] if before is not None else []
        form.look_again(file.seen)
    context = {
        "act": act,
        "case": case,
        "leg": about.leg,
        "form": form,
        "sentence": sentence,
        "changed": changed,
        "closed_to_viewer": bool(sentence) and not form.is_bound,
        "choices": choices(file, now()) if act.path == "words" and about.leg is None else [],
        "at": now(),
        "seen_input": format_html('<input type="hidden" name="seen" value="{}">', form["seen"].value() or file.seen),
    }
    return show(request, "console/act.html", context, status=status)
