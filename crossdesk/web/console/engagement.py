"""Engaging another desk: who will read what is shown before it leaves, and nothing leaves that was not ticked."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from crossdesk.access import Refused
from crossdesk.cases import policy
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.questions import CaseFile, read_case
from crossdesk.desks.models import Desk
from crossdesk.kit.time import now
from crossdesk.web.console import telling
from crossdesk.web.console.acting import case_address, case_for, done, status_of
from crossdesk.web.console.acts import ENGAGE, why_not
from crossdesk.web.console.forms import About, ActForm, Moment, Seen, words
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen as SeenRequest


class EngageForm(Seen):
    ask = words("What they are asked to do")
    outside_because = words("Why this lies outside your own boundary", "They read this first.")
    acknowledge_by = Moment(label="Acknowledge by", required=False)
    answer_by = Moment(label="Answer by", required=False)
    entries = forms.TypedMultipleChoiceField(coerce=int, required=False)
    evidence = forms.TypedMultipleChoiceField(coerce=int, required=False)
    reference_sets = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def offer(self, file: CaseFile) -> None:
        """Only what this viewer may read can be ticked, and nothing internal."""
        self._choices("entries", [entry.pk for entry in shareable(file)])
        self._choices("evidence", [each.pk for each in file.evidence])
        self._choices("reference_sets", [each.pk for each in file.references])

    def _choices(self, name: str, keys: list[int]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, "") for key in keys]

    def ticked(self, name: str) -> set[int]:
        given = cast(QueryDict, self.data).getlist(name) if self.is_bound else []
        return {int(value) for value in given if value.isdecimal()}

    @property
    def engagement(self) -> Engagement:
        return Engagement(**{name: value for name, value in self.cleaned_data.items() if name != "seen"})


def shareable(file: CaseFile) -> list[Any]:
    return [entry for entry in file.entries if entry.audience != "internal"]


@require_http_methods(["GET", "POST"])
def engagement(request: SeenRequest, reference: str) -> HttpResponse:
    case = case_for(reference)
    file = read_case(case, request.viewer)
    to = _desk(request)
    if request.method == "GET" or to is None:
        form = EngageForm(about=About(case, request.viewer), initial={"seen": file.seen})
        sentence = why_not(ENGAGE, About(case, request.viewer)) or ""
        if request.method == "POST":
            sentence = "Choose the desk to engage first."
        return _page(request, file, to, form, sentence, 200 if request.method == "GET" else 422)
    form = EngageForm(request.POST, about=About(case, request.viewer))
    form.offer(file)
    if not form.is_valid():
        return _page(request, file, to, form, "", 422)
    try:
        engage(case, to, form.engagement, by=request.viewer, at=now(), seen=form.cleaned_data["seen"])
    except Refused as refused:
        again = read_case(case_for(reference), request.viewer)
        form.look_again(again.seen)
        return _page(request, again, to, form, refused.sentence, status_of(refused))
    return done(request, case, ENGAGE)


def _desk(request: SeenRequest) -> Desk | None:
    chosen = request.POST.get("to") or request.GET.get("to") or ""
    return Desk.objects.select_related("owner").filter(pk=chosen).first() if chosen.isdecimal() else None


def _page(
    request: SeenRequest, file: CaseFile, to: Desk | None, form: ActForm, sentence: str, status: int
) -> HttpResponse:
    case = file.case
    desks = Desk.objects.select_related("owner").exclude(pk=case.owner_id)
    context = {
        "case": case,
        "file": file,
        "to": to,
        "form": form,
        "sentence": sentence,
        "closed_to_viewer": bool(sentence) and request.method == "GET",
        "desks": [(desk, policy.may_engage(case.owner, desk)) for desk in desks],
        "lines": [(entry.pk, telling.line(entry, file)) for entry in shareable(file)],
        "withheld": sum(entry.audience == "internal" for entry in file.entries),
        "not_readers": [name for seat, name in file.readers.items() if seat not in _two(file, to)],
        "back": case_address(case),
        "at": now(),
    }
    return show(request, "console/engagement.html", context, status=status)


def _two(file: CaseFile, to: Desk | None) -> set[int]:
    return {file.case.owner.seat_id, to.seat_id} if to else {file.case.owner.seat_id}
