"""Desks that are reached by hand: what waits to be keyed into their portal or told them by telephone, and the pack of a
leg, ready to be copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crossdesk.access import Refused
from crossdesk.cases.legs import Leg
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import by_hand, packs
from crossdesk.exchange.by_hand import Carried
from crossdesk.exchange.links import Link, ways_of
from crossdesk.exchange.messages.message import Message
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.packs import Part
from crossdesk.kit.time import now
from crossdesk.web.console.acting import NOT_THERE, case_for, leg_for, status_of
from crossdesk.web.console.forms import Moment, words
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen

MOST = 200


class DoneForm(forms.Form):
    number = forms.CharField(
        label="Their number", required=False, max_length=60, help_text="What they call it; it acknowledges the leg."
    )
    spoke_with = forms.CharField(label="With whom you spoke", required=False, max_length=120)
    said_at = Moment(label="When you spoke", required=False, behind=True)
    words = words("What they said", "Both desks of the leg read it.")

    def __init__(self, *args: Any, channel: str, known: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].initial = known
        if channel != Channel.PHONE:
            del self.fields["spoke_with"], self.fields["said_at"]
            self.fields["words"].label = "What they answered"


@dataclass(frozen=True)
class Carrying:
    """One message of the pack."""

    item: OutboxItem
    title: str
    parts: list[Part]
    text: str
    files: list[str]
    too_large: list[str]
    form: DoneForm | None
    """None: it is done, or another comes first."""

    @property
    def waits(self) -> bool:
        return self.item.state == OutboxItem.State.BY_HAND


@require_safe
def waiting(request: Seen) -> HttpResponse:
    if not request.viewer.desks:
        return show(request, "console/no_desk.html", {})
    rows = list(by_hand.to_carry(request.viewer)[: MOST + 1])
    first: dict[str, int] = {}
    for each in rows:
        first[each.lane] = min(each.number, first.get(each.lane, each.number))
    context = {"rows": rows[:MOST], "more": len(rows) > MOST, "first": first, "kinds": packs.TITLES, "at": now()}
    return show(request, "keying/waiting.html", context)


@require_http_methods(["GET", "POST"])
def pack(request: Seen, reference: str, number: int) -> HttpResponse:
    """Opened by a button where that leaves an entry, and then back to the page itself."""
    leg = _leg(request, reference, number)
    items = by_hand.of_leg(leg)
    if request.method == "POST":
        by_hand.opened(items, now())
        return redirect(_address(leg))
    return _page(request, leg, items)


@require_POST
def done(request: Seen, pk: int) -> HttpResponse:
    item, leg = _item(request, pk)
    form = _form(item, leg, request.POST)
    sentence, status = "", 422
    if form.is_valid():
        try:
            by_hand.carried(item, Carried(**form.cleaned_data), by=request.viewer, at=now())
        except Refused as refused:
            sentence, status = refused.sentence, status_of(refused)
        else:
            messages.success(request, f"{leg.case}: told {leg.to_desk}.")
            return redirect(_address(leg))
    return _page(request, leg, by_hand.of_leg(leg), form, item.pk, sentence, status)


@require_POST
def left_out(request: Seen, pk: int) -> HttpResponse:
    item, leg = _item(request, pk)
    try:
        by_hand.not_needed(item, why=request.POST.get("why", ""), by=request.viewer, at=now())
    except Refused as refused:
        return _page(request, leg, by_hand.of_leg(leg), None, item.pk, refused.sentence, status_of(refused))
    messages.success(request, f"{leg.case}: {leg.to_desk} is not told that.")
    return redirect(_address(leg))


@require_POST
def files(request: Seen, reference: str, number: int) -> HttpResponse:
    """Everything in one archive; asked for by a button, as reading a list leaves an entry."""
    leg = _leg(request, reference, number)
    told = by_hand.opened(by_hand.of_leg(leg), now())
    response = HttpResponse(packs.as_zip(told, now()), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{leg.case}-{leg.number}.zip") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _leg(request: Seen, reference: str, number: int) -> Leg:
    """For the desk that engaged the other: its people carry it."""
    case = case_for(reference)
    leg = leg_for(case, number)
    if not request.viewer.works_at(leg.from_desk_id) or not by_hand.of_leg(leg):
        raise Http404(NOT_THERE)
    return leg


def _item(request: Seen, pk: int) -> tuple[OutboxItem, Leg]:
    """Row-level security shows an item to its own desk alone."""
    whole = ("link__line__agreement", "leg__to_desk", "leg__from_desk", "leg__case", "case")
    item = get_object_or_404(OutboxItem.objects.select_related(*whole), pk=pk, leg__isnull=False)
    assert item.leg is not None
    if not request.viewer.works_at(item.leg.from_desk_id):
        raise Http404(NOT_THERE)
    return item, item.leg


def _address(leg: Leg) -> str:
    return f"/cases/{leg.case}/legs/{leg.number}/pack"


def _form(item: OutboxItem, leg: Leg, data: Any = None) -> DoneForm:
    channel = item.link.channel if item.link else Channel.MAIL
    return DoneForm(data, channel=channel, known=leg.their_reference, prefix=None, auto_id=f"i{item.pk}-%s")


def _page(
    request: Seen,
    leg: Leg,
    items: list[OutboxItem],
    form: DoneForm | None = None,
    about: int = 0,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    closed = by_hand.asks_first(items)
    told: list[Message | None] = [None] * len(items) if closed else [*by_hand.opened(items, now())]
    first = next((each.pk for each in items if each.state == OutboxItem.State.BY_HAND), None)
    rows = [
        _carrying(each, said, (form if form and each.pk == about else _form(each, leg)) if each.pk == first else None)
        for each, said in zip(items, told, strict=True)
        if said is not None
    ]
    link = items[0].link
    context = {
        "case": leg.case,
        "leg": leg,
        "ways": ways_of(link, now()) if link else Ways(),
        "by_phone": bool(link and link.channel == Channel.PHONE),
        "by_machine": _spoken_by(link),
        "closed": closed,
        "waiting": [each for each in rows if each.waits],
        "past": [each for each in rows if not each.waits],
        "sentence": sentence,
        "at": now(),
    }
    return show(request, "keying/pack.html", context, status=status)


def _spoken_by(link: Link | None) -> str:
    """By what the leg is spoken to, where it is not by hand anyway; letters have no link."""
    channel = Channel(link.channel) if link else Channel.MAIL
    return "" if channel.by_hand else str(channel.label)


def _carrying(item: OutboxItem, said: Message, form: DoneForm | None) -> Carrying:
    return Carrying(
        item,
        packs.title_of(said),
        packs.parts_of(said),
        packs.as_text(said),
        [each.name for each in said.files if each.content is not None],
        [each.name for each in said.files if each.content is None],
        form,
    )
