"""One verb for many rows: each is asked for itself, and the report says which were refused and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from crossdesk.access import Refused
from crossdesk.cases import assigning, leg_work, triage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.queue import PAGE, rows_at, with_cases
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console import forms
from crossdesk.web.console.filters import asked_of
from crossdesk.web.console.forms import About, ActForm
from crossdesk.web.console.rendering import show
from crossdesk.web.once import sending_of
from crossdesk.web.seeing import Seen

Verb = Callable[..., Any]


@dataclass(frozen=True)
class Many:
    """A verb that may be asked for many rows at once; its form's fields are the verb's parameters."""

    key: str
    label: str
    done: str
    case_verb: Verb
    leg_verb: Verb | None = None
    form: type[ActForm] = ActForm

    @property
    def at_once(self) -> bool:
        return self.form is ActForm


MANY = {
    each.key: each
    for each in (
        Many("take", "Take into triage", "taken into triage", triage.take),
        Many(
            "priority", "Set priority", "given its priority", triage.prioritise, leg_work.prioritise, forms.Prioritise
        ),
        Many("assign", "Assign to a group", "offered", assigning.assign, assigning.assign_leg, forms.Assign),
    )
}


@dataclass(frozen=True)
class Row:
    """What was selected: a case the desk owns, or a leg that is its work."""

    key: int
    case: Case
    leg: Leg | None


@dataclass(frozen=True)
class Told:
    row: Row
    refusal: str = ""


@require_POST
def bulk(request: Seen) -> HttpResponse:
    asked, many = asked_of(request.POST, request.viewer), MANY.get(request.POST.get("verb", ""))
    if many is None:
        raise Http404("There is no such verb for many rows.")
    rows = _selected(request.POST.getlist("row"), asked.seat)
    context = {"asked": asked, "many": many, "rows": rows, "form": None}
    if not rows:
        return show(request, "console/bulk.html", context, status=422)
    given = request.POST if many.at_once or "given" in request.POST else None
    form = many.form(given, about=About(rows[0].case, request.viewer, rows[0].leg))
    if not form.is_valid():
        return show(request, "console/bulk.html", context | {"form": form}, status=422 if form.is_bound else 200)
    told = [_one(row, many, form.cleaned_data, request.viewer) for row in rows]
    sending_of(request).answer = asked.link()
    return show(request, "console/bulk_report.html", context | {"told": told})


def _selected(keys: list[str], desk_seat: int) -> list[Row]:
    wanted = [int(key) for key in keys[:PAGE] if key.isdecimal() and len(key) < 18]
    standings = with_cases(rows_at(desk_seat, wanted))
    legs = Leg.objects.select_related("to_desk", "from_desk").in_bulk([each.leg for each in standings if each.leg])
    return [Row(each.pk, each.case, legs.get(each.leg)) for each in standings]


def _one(row: Row, many: Many, given: dict[str, Any], by: Viewer) -> Told:
    """What a reader had seen counts for one case, not for many: each is judged as it stands now."""
    given = {name: value for name, value in given.items() if name != "seen"}
    verb = many.leg_verb if row.leg else many.case_verb
    if verb is None:
        return Told(row, "This row is a leg that your desk works on; open it and act on the leg.")
    try:
        verb(row.leg or row.case, by=by, at=now(), **given)
    except Refused as refused:
        return Told(row, refused.sentence)
    return Told(row)
