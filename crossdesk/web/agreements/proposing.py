"""Proposing an agreement, or a change of one. What is wrong says so beside its field, and nothing written is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from crossdesk.access import Invalid, Moved
from crossdesk.desks import agreements, signing
from crossdesk.desks.agreements import MEASURES, PRIORITIES, Said
from crossdesk.desks.models import Agreement, Desk, Terms
from crossdesk.desks.ways import Ways
from crossdesk.kit.lengths import EXAMPLE, read_length, write_length
from crossdesk.kit.time import LONDON, now
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs
from crossdesk.web.agreements import exchanging
from crossdesk.web.agreements.pages import found, versions_of
from crossdesk.web.agreements.telling import HEADINGS, leading, told
from crossdesk.web.directory.days import day, end_of
from crossdesk.web.seeing import Seen


@dataclass
class Form:
    """What stands in the fields, and what is wrong with it, by field."""

    given: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def get(self, name: str, otherwise: str = "") -> str:
        return self.given.get(name, otherwise)

    def length(self, name: str) -> timedelta | None:
        if not (written := self.get(name).strip()):
            return None
        try:
            return read_length(written)
        except ValueError as wrong:
            self.wrong[name] = str(wrong)
            return None

    def day(self, name: str, *, end: bool = False) -> datetime | None:
        try:
            return end_of(self.get(name)) if end else day(self.get(name))
        except Invalid as wrong:
            self.wrong[name] = wrong.sentence
            return None


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First with whom and who promises; then what."""
    viewer, asked = cast(Seen, request).viewer, request.GET
    other = Party.objects.filter(pk=_number(asked.get("with", "")), closed_at=None).exclude(pk=viewer.party).first()
    if other is None or asked.get("who") not in {"us", "them"}:
        others = list(Party.objects.filter(closed_at=None).exclude(pk=viewer.party).values_list("pk", "name"))
        return render(request, "agreements/new.html", {"others": others, "said": asked.dict()})
    own = Party.objects.get(pk=viewer.party)
    promiser, held = (own, other) if asked["who"] == "us" else (other, own)
    agreement = Agreement(promiser=promiser, other=held)
    if request.method == "GET":
        return _show(request, agreement, Form({"hours": Terms.Hours.DESK.value, **exchanging.fields_of(Ways())}))
    form = _form(request.POST)
    said = _said(form, promiser)
    desk = Desk.objects.filter(pk=_number(form.get("desk")), owner=promiser).first()
    if form.wrong:
        return _show(request, agreement, form, trouble="Look at the marked fields.")
    try:
        with verbs():
            terms = agreements.propose(promiser, held, desk, said, by=viewer, at=now())
    except Invalid as refused:
        return _show(request, agreement, form, trouble=refused.sentence)
    return _proposed(request, terms)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, reference: str) -> HttpResponse:
    agreement, viewer, at = found(reference), cast(Seen, request).viewer, now()
    versions = versions_of(agreement)
    if request.method == "GET":
        return _show(
            request, agreement, _form_of(leading(told(agreement, versions, at)).terms), seen=versions[0].number
        )
    form, seen = _form(request.POST), _number(request.POST.get("seen", ""))
    said = _said(form, agreement.promiser)
    if form.wrong:
        return _show(request, agreement, form, trouble="Look at the marked fields.", seen=seen)
    try:
        with verbs():
            terms = agreements.propose_change(agreement, said, by=viewer, at=at, seen=seen)
    except Moved as moved:
        return _show(request, agreement, form, trouble=moved.sentence, seen=versions[0].number, status=409)
    except Invalid as refused:
        return _show(request, agreement, form, trouble=refused.sentence, seen=seen)
    return _proposed(request, terms)


def _proposed(request: HttpRequest, terms: Terms) -> HttpResponse:
    messages.success(request, f"Proposed. Nothing changes until {terms.answering} accepts it.")
    return redirect(f"/agreements/{terms.agreement.reference}/")


def _show(
    request: HttpRequest, agreement: Agreement, form: Form, *, trouble: str = "", seen: int = 0, status: int = 422
) -> HttpResponse:
    viewer = cast(Seen, request).viewer
    why_not = signing.why_not_propose(viewer, agreement)
    desks = list(Desk.objects.filter(owner=agreement.promiser).select_related("calendar"))
    rows = [(priority, [f"{priority}-{measure}" for measure in MEASURES]) for priority in PRIORITIES]
    hours: list[tuple[Any, str]] = [
        (Terms.Hours.DESK, "The engaged desk's own opening hours"),
        (Terms.Hours.ALWAYS, "Around the clock"),
    ]
    hours += [(desk.calendar.pk, f"The hours of {desk}") for desk in desks if desk.calendar and len(desks) > 1]
    context = {
        "agreement": agreement, "form": form, "trouble": trouble, "why_not": why_not, "seen": seen, "rows": rows,
        "headings": HEADINGS, "hours": hours, "example": EXAMPLE,
        "channels": exchanging.CHANNELS, "meanings": exchanging.MEANINGS,
        "desks": [("", f"Every desk of {agreement.promiser}"), *((desk.pk, desk.name) for desk in desks)],
        "target": f"/agreements/{agreement.reference}/" if agreement.reference else "/agreements/",
    }  # fmt: skip
    return render(request, "agreements/terms.html", context, status=403 if why_not else status if trouble else 200)


def _form(given: QueryDict) -> Form:
    return Form({name: str(value).strip() for name, value in given.dict().items()})


def _form_of(terms: Terms) -> Form:
    """A change begins with what is agreed now; its days are its own."""
    given = {
        "acknowledge": write_length(terms.acknowledge) if terms.acknowledge else "",
        "auto_close_days": str(terms.auto_close_days or ""),
        "hours": str(terms.calendar_id) if terms.calendar_id else terms.hours,
        **exchanging.fields_of(terms.exchange),
        "until": f"{(terms.until - timedelta(days=1)).astimezone(LONDON):%Y-%m-%d}" if terms.until else "",
    }
    for priority, lengths in terms.targets.items():
        given |= {f"{priority}-{measure}": write_length(minutes) for measure, minutes in lengths.items()}
    return Form(given)


def _said(form: Form, promiser: Party) -> Said:
    targets: dict[str, dict[str, timedelta]] = {}
    for priority in PRIORITIES:
        for measure in MEASURES:
            if (length := form.length(f"{priority}-{measure}")) is not None:
                targets.setdefault(priority, {})[measure] = length
    days = form.get("auto_close_days")
    if days and not days.isdecimal():
        form.wrong["auto_close_days"] = "Give a whole number of days, or leave it empty."
    other = Desk.objects.filter(owner=promiser, calendar=_number(form.get("hours"))).select_related("calendar").first()
    return Said(
        targets,
        acknowledge=form.length("acknowledge"),
        auto_close_days=int(days[:4]) if days.isdecimal() else None,
        hours=Terms.Hours.OTHER if other else form.get("hours"),
        calendar=other.calendar if other else None,
        ways=exchanging.ways_from(form.given, form.wrong),
        words=form.get("words"),
        since=form.day("since"),
        until=form.day("until", end=True),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
