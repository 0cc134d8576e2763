"""One act of a review: its form on a page of its own, and the call of its verb. What is refused keeps its words."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from crossdesk.access import Moved, Refused
from crossdesk.kit.time import now
from crossdesk.reviews.lifecycle import MOVES
from crossdesk.reviews.models import Draft, Review
from crossdesk.reviews.questions import Reading, find_review
from crossdesk.web.acts import Act, OneForm
from crossdesk.web.console.acting import status_of
from crossdesk.web.console.rendering import show
from crossdesk.web.reviews.acts import ACTS, OF_A_FACT, OF_AN_ACTION, OF_AN_EVENT, why_not
from crossdesk.web.reviews.forms import About
from crossdesk.web.seeing import Seen

NOT_THERE = "There is no such review, or your party was not on its incident."
OF_OUR_SECTION = frozenset({"section", "signature", "unsigning", "name"})
"""Acts that lead back to the party's own page."""


def review_for(reference: str) -> Review:
    review = find_review(reference)
    if review is None:
        raise Http404(NOT_THERE)
    return review


def address_of(review: Review) -> str:
    return f"/majors/{review.reference}/review/"


@require_http_methods(["GET", "POST"])
def act(request: Seen, reference: str, path: str) -> HttpResponse:
    review = review_for(reference)
    if path not in ACTS:
        raise Http404("There is no such page.")
    draft = _draft(review, request) if path in OF_OUR_SECTION else None
    return _act(request, ACTS[path], About(review, request.viewer, draft=draft))


@require_http_methods(["GET", "POST"])
def fact_act(request: Seen, reference: str, number: int, path: str) -> HttpResponse:
    review = review_for(reference)
    fact = review.facts.select_related("review__lead").filter(number=number).first()
    if fact is None or path not in OF_A_FACT:
        raise Http404(NOT_THERE)
    return _act(request, OF_A_FACT[path], About(review, request.viewer, fact=fact))


@require_http_methods(["GET", "POST"])
def action_act(request: Seen, reference: str, number: int, path: str) -> HttpResponse:
    review = review_for(reference)
    action = review.actions.select_related("review__lead").filter(number=number).first()
    if action is None or path not in OF_AN_ACTION:
        raise Http404(NOT_THERE)
    return _act(request, OF_AN_ACTION[path], About(review, request.viewer, action=action))


@require_http_methods(["GET", "POST"])
def event_act(request: Seen, reference: str, pk: int, path: str) -> HttpResponse:
    review = review_for(reference)
    event = review.events.select_related("review__lead").filter(pk=pk).first()
    if event is None or path not in OF_AN_EVENT:
        raise Http404(NOT_THERE)
    return _act(request, OF_AN_EVENT[path], About(review, request.viewer, event=event))


def _draft(review: Review, request: Seen) -> Draft | None:
    return Draft.objects.filter(part__review=review, part__party=request.viewer.party).first()


def _act(request: Seen, act: Act, about: About) -> HttpResponse:
    if request.method == "GET":
        return _page(request, act, about, act.form(about=about), why_not(act, about) or "", 200)
    form = act.form(request.POST, about=about)
    if not form.is_valid():
        return _page(request, act, about, form, "", 422)
    try:
        act.do(act.noun(about), by=about.viewer, at=now(), **form.cleaned_data)
    except Refused as refused:
        return _page(request, act, about, form, refused.sentence, status_of(refused), moved=isinstance(refused, Moved))
    done = MOVES[act.move].done
    messages.success(request, f"Review of {about.review}: {done[0].lower()}{done[1:]}.")
    return redirect(address_of(about.review) + ("section/" if act.path in OF_OUR_SECTION else ""))


def _page(
    request: Seen, act: Act, about: About, form: OneForm, sentence: str, status: int, *, moved: bool = False
) -> HttpResponse:
    """After a refusal the review is read again; the next press counts as having seen it."""
    review = review_for(about.review.reference)
    reading = Reading(review, about.viewer, now())
    form.initial.setdefault("seen", reading.seen)
    if moved:
        data = cast(QueryDict, form.data).copy()
        data["seen"] = str(reading.seen)
        draft = _draft(review, request) if act.path in OF_OUR_SECTION else None
        data["edition"] = str(draft.edition if draft else review.edition)
        form.data = data
    context = {
        "act": act,
        "review": review,
        "about": about,
        "form": form,
        "sentence": sentence,
        "closed_to_viewer": bool(sentence) and not form.is_bound,
        "stands": _as_it_stands(review, act, request) if moved else "",
        "back": address_of(review) + ("section/" if act.path in OF_OUR_SECTION else ""),
        "at": reading.at,
    }
    return show(request, "reviews/act.html", context, status=status)


def _as_it_stands(review: Review, act: Act, request: Seen) -> str:
    """What somebody else wrote meanwhile, beside the words that are kept."""
    draft = _draft(review, request)
    return draft.words if act.path == "section" and draft else review.account if act.path == "account" else ""
