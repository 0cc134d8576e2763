"""Where a party's programs are told of changes: its administrator's page, and the log of what was told."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crossdesk.access import Invalid, NotAllowed
from crossdesk.accounts.keys import why_not_keep_keys
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.web.seeing import Seen
from crossdesk.webhooks import cloud, keeping, signing
from crossdesk.webhooks.models import Event, Subscription

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def webhooks_page(request: HttpRequest, pk: int) -> HttpResponse:
    party, viewer = get_object_or_404(Party, pk=pk), cast(Seen, request).viewer
    why_not, trouble = why_not_keep_keys(viewer, party), ""
    if request.method == "POST" and not why_not:
        given = request.POST
        try:
            made = keeping.subscribe(
                party,
                given.get("url", ""),
                given.getlist("kinds"),
                name=given.get("name", ""),
                by=f"{viewer.name}, {viewer.party_name}",
                at=now(),
            )
        except Invalid as refused:
            trouble = refused.sentence
        else:
            messages.success(request, f"{made} is told from now on. Try it: the answer stands in its log.")
            return redirect(f"/directory/webhooks/{made.pk}/")
    context = {
        "party": party,
        "why_not": why_not,
        "told": [] if why_not else Subscription.objects.filter(party=party, ended_at=None).order_by("made_at", "pk"),
        "kinds": cloud.KINDS,
        "signs_by": signing.public_keys(),
        "said": request.POST,
        "ticked": request.POST.getlist("kinds"),
        "trouble": trouble,
    }
    return render(request, "directory/webhooks.html", context, status=403 if why_not else 422 if trouble else 200)


@require_GET
def webhook_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    subscription = _kept(request, pk)
    rows = Event.objects.filter(subscription=subscription).prefetch_related("tries").order_by("-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "directory/webhook.html", {"one": subscription, "party": subscription.party, "page": page})


@require_POST
def act(request: HttpRequest, pk: UUID, what: str) -> HttpResponse:
    subscription, viewer = _kept(request, pk), cast(Seen, request).viewer
    if subscription.ended_at:
        raise Invalid("It was taken back already; nothing is told there any more.")
    match what:
        case "trial":
            keeping.attempt(subscription, now())
            said = "A trial event is on its way; load this page again to see what was answered."
        case "resumption":
            keeping.resume(subscription, now())
            said = "It is told again from now on."
        case _:
            keeping.end(subscription, by=f"{viewer.name}, {viewer.party_name}", at=now())
            messages.success(request, f"{subscription} is told nothing any more.")
            return redirect(f"/directory/parties/{subscription.party_id}/webhooks/")
    messages.success(request, said)
    return redirect(f"/directory/webhooks/{subscription.pk}/")


@require_POST
def tell_again(request: HttpRequest, pk: UUID, event: UUID) -> HttpResponse:
    subscription = _kept(request, pk)
    keeping.tell_again(get_object_or_404(Event, subscription=subscription, event_id=event), now())
    messages.success(request, "It is told again, under the id it had.")
    return redirect(f"/directory/webhooks/{subscription.pk}/")


def _kept(request: HttpRequest, pk: UUID) -> Subscription:
    """Whoever is not of the party finds nothing; a colleague without the role reads why."""
    found = Subscription.objects.select_related("party").filter(pk=pk, face=cloud.FACE).first()
    if found is None:
        raise Http404
    if why_not := why_not_keep_keys(cast(Seen, request).viewer, found.party):
        raise NotAllowed(why_not)
    return found
