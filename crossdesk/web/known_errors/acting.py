"""What can be done with a known error: each act makes one call of one verb."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.access import Refused, WrongStage
from crossdesk.access.moves import possible
from crossdesk.cases.known import link_known, unlink_known
from crossdesk.cases.questions import find_case
from crossdesk.kit.time import now
from crossdesk.known_errors import policy, publishing, writing
from crossdesk.known_errors.answering import answered
from crossdesk.known_errors.lifecycle import MOVES, TABLE, State
from crossdesk.known_errors.models import KnownError
from crossdesk.known_errors.questions import find_known
from crossdesk.threads.viewer import Viewer
from crossdesk.web.acts import Act, Offered, by_path, offered
from crossdesk.web.known_errors import forms
from crossdesk.web.known_errors.forms import About
from crossdesk.web.one_act import Place, perform
from crossdesk.web.seeing import Seen

NOT_THERE = "There is no such known error, or it is not published to you."
NEW = Act("new", "begin", "Write a known error", writing.begin, forms.Begin, saves=True)
ACTS = by_path(
    (
        Act("publication", "publish", "Publish", publishing.publish, forms.Readers, steps=True, primary=True),
        Act("fix", "fix", "Fixed", publishing.fix, forms.Fix, steps=True, primary=True),
        Act("return", "came_back", "It came back", publishing.came_back, forms.Why, steps=True, primary=True),
        Act("taking-up", "take_up", "Take it up again", publishing.take_up, steps=True, primary=True),
        Act("account", "describe", "Write", writing.describe, forms.Describe, saves=True),
        Act("readers", "readdress", "Change who reads it", publishing.readdress, forms.Readers, saves=True),
        Act("withdrawal", "withdraw", "Withdraw", publishing.withdraw, forms.Why, steps=True),
    )
)


def known_for(reference: str) -> KnownError:
    known = find_known(reference)
    if known is None:
        raise Http404(NOT_THERE)
    return known


def address_of(known: KnownError) -> str:
    return f"/known-errors/{known.reference}/"


@require_http_methods(["GET", "POST"])
def act(request: Seen, reference: str, path: str) -> HttpResponse:
    known, what = known_for(reference), ACTS.get(path)
    if what is None:
        raise Http404(NOT_THERE)
    return perform(request, what, About(request.viewer, known), _place(reference, what, request.viewer))


@require_http_methods(["GET", "POST"])
def begin(request: Seen) -> HttpResponse:
    desks = request.viewer.desks
    sentence = "" if desks else "Desks write known errors; you work at none."
    place = Place(None, "/known-errors/", "Known errors", NEW.label, "Written; your desk alone reads it until it is "
                  "published.", why_not=sentence, after=lambda made: address_of(made))  # fmt: skip
    return perform(request, NEW, About(request.viewer), lambda: place)


@require_POST
def link(request: Seen, reference: str) -> HttpResponse:
    """One press on the case's page; back to the case."""
    case = find_case(request.POST.get("case", ""))
    if case is None:
        raise Http404(NOT_THERE)
    known, at = known_for(reference), now()
    try:
        if request.POST.get("off"):
            unlink_known(case, known, by=request.viewer, at=at)
            messages.success(request, f"{case} is not linked to {known} any more.")
        else:
            link_known(case, known, by=request.viewer, at=at)
            messages.success(request, f"{case} is linked to {known}; it is told when that is fixed.")
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(f"/cases/{case.reference}/")


@require_POST
def answers_me(request: Seen, reference: str) -> HttpResponse:
    """Said at the gate: no case is raised."""
    known = known_for(reference)
    answered(known, by=request.viewer, at=now())
    messages.success(request, "Noted: it answers you, so no case was raised. If it does not help after all, raise one.")
    return redirect(address_of(known))


def buttons(known: KnownError, viewer: Viewer) -> Offered:
    """For its desk alone; a reader has nothing to decide here."""
    return offered(ACTS, possible(known.state, MOVES), lambda act: policy.why_not(viewer, act.move, known.desk))


def _place(reference: str, act: Act, viewer: Viewer) -> Callable[[], Place]:
    def place() -> Place:
        known = known_for(reference)
        try:
            TABLE.advance(act.move, known.state, str(known), State(known.state).label.lower())
            sentence = policy.why_not(viewer, act.move, known.desk) or ""
        except WrongStage as refused:
            sentence = refused.sentence
        return Place(
            known, address_of(known), known.reference, known.title, f"{known}: {MOVES[act.move].done.lower()}.",
            why_not=sentence, stands=f"{known.symptoms}\n\n{known.workaround}", edition=known.edition,
        )  # fmt: skip

    return place
