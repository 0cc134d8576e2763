"""Updates as those read them who are told: each what its audience may know. And what one hears of by mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from crossdesk.access import Refused
from crossdesk.desks.models import Desk
from crossdesk.kit.time import now
from crossdesk.notices import subscribing
from crossdesk.notices.models import Bulletin, NamedReader, Subscription
from crossdesk.notices.publishing import PUBLISHED
from crossdesk.notices.sheet import audience
from crossdesk.notices.subscribing import Named
from crossdesk.parties.models import Contact
from crossdesk.rulebook import current
from crossdesk.threads.models import Entry
from crossdesk.web.seeing import Seen

SHOWN, OF_EACH = 30, 20


@dataclass(frozen=True)
class Told:
    bulletin: Bulletin
    updates: list[Entry]


@require_GET
def updates(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    system, address = request.POST.get("system", ""), request.POST.get("address", "")
    try:
        made = subscribing.subscribe(system, address, by=cast(Seen, request).viewer, at=now())
    except Refused as refused:
        return _show(request, refused.sentence)
    messages.success(request, f"{made.address} hears of {current().systems[system].name} from now on.")
    return redirect("/updates/")


@require_POST
def end_subscription(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = get_object_or_404(Subscription, pk=pk)
    subscribing.end(subscription, by=cast(Seen, request).viewer, at=now())
    messages.success(request, f"{subscription.address} hears no more of it.")
    return redirect("/updates/")


@require_GET
def readers(request: HttpRequest) -> HttpResponse:
    return _show_readers(request)


@require_POST
def add_reader(request: HttpRequest) -> HttpResponse:
    viewer, said = cast(Seen, request).viewer, request.POST
    desk = get_object_or_404(Desk, pk=said.get("desk") or 0)
    who = Named(*(said.get(name, "") for name in ("kind", "name", "organisation", "address", "telephone")))
    try:
        kept = subscribing.keep_reader(desk, who, by=viewer, at=now())
    except Refused as refused:
        return _show_readers(request, refused.sentence)
    messages.success(request, f"{kept} is told of major incidents that {desk} leads.")
    return redirect("/updates/readers/")


@require_POST
def end_reader(request: HttpRequest, pk: int) -> HttpResponse:
    reader = get_object_or_404(NamedReader.objects.select_related("desk"), pk=pk)
    subscribing.end_reader(reader, by=cast(Seen, request).viewer, at=now())
    messages.success(request, f"{reader} is told no more.")
    return redirect("/updates/readers/")


def _show(request: HttpRequest, trouble: str = "") -> HttpResponse:
    viewer = cast(Seen, request).viewer
    context = {
        "told": _told(),
        "systems": current().systems,
        "subscriptions": list(Subscription.objects.filter(until=None)),
        "addresses": list(Contact.objects.filter(party=viewer.party, ended_at=None).values_list("address", flat=True)),
        "own_address": request.user.email if request.user.is_authenticated else "",
        "keeps_readers": bool(viewer.desks),
        "trouble": trouble,
        "said": request.POST,
    }
    return render(request, "notices/updates.html", context, status=422 if trouble else 200)


def _told() -> list[Told]:
    """A reader in several audiences reads each update once, in the rendering that tells most."""
    bulletins = list(Bulletin.objects.all()[:SHOWN])
    entries = Entry.objects.filter(thread__in=[each.pk for each in bulletins], kind=PUBLISHED)
    known: dict[object, dict[int, Entry]] = {}
    for entry in entries.select_related("body").order_by("seq"):
        numbered = known.setdefault(entry.thread_id, {})
        number = entry.facts["number"]
        if number not in numbered or audience(entry.audience).order < audience(numbered[number].audience).order:
            numbered[number] = entry
    return [Told(each, list(reversed(known.get(each.pk, {}).values()))[:OF_EACH]) for each in bulletins]


def _show_readers(request: HttpRequest, trouble: str = "") -> HttpResponse:
    viewer = cast(Seen, request).viewer
    context = {
        "readers": list(NamedReader.objects.filter(until=None).select_related("desk")),
        "desks": [(pk, name) for pk, name in viewer.desk_names.items() if pk in viewer.desks],
        "kinds": NamedReader.Kind.choices,
        "trouble": trouble,
        "said": request.POST,
    }
    return render(request, "notices/readers.html", context, status=422 if trouble else 200)
