"""Engaging another desk: who will read what is shown before it leaves, and nothing leaves that was not ticked."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from crossdesk.access import Refused
from crossdesk.cases import policy
from crossdesk.cases.engaging import Engagement, engage, engage_onward
from crossdesk.cases.models import Case
from crossdesk.cases.questions import CaseFile, Window, read_case
from crossdesk.cases.rerouting import next_desks
from crossdesk.cases.widened import opened_for
from crossdesk.desks.models import Desk
from crossdesk.exchange import measuring
from crossdesk.impact.questions import Register
from crossdesk.kit.time import now
from crossdesk.web.console import telling, timed
from crossdesk.web.console.acting import case_address, case_for, done, leg_for, status_of
from crossdesk.web.console.acts import ENGAGE, ONWARD, why_not
from crossdesk.web.console.forms import About, ActForm, Moment, words
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen

LONG = Window(pages=3)
"""How much of the timeline can be ticked."""


class EngageForm(ActForm):
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
        self._choices("evidence", [each.pk for each in outside(file.evidence)])
        self._choices("reference_sets", [each.pk for each in outside(file.references)])

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


def outside(rows: list[Any]) -> list[Any]:
    """Files or lists that are not internal to a desk."""
    return [row for row in rows if row.entry.audience != "internal"]


def shareable(file: CaseFile) -> list[Any]:
    """What somebody said or did; what clocks and counts recorded of themselves is nobody's to pass on."""
    return [entry for entry in file.entries if entry.audience != "internal" and entry.kind not in timed.TITLES]


@require_http_methods(["GET", "POST"])
def engagement(request: Seen, reference: str, number: int | None = None) -> HttpResponse:
    """By the case's owner, or onward by the desk of the leg with this number."""
    case = case_for(reference)
    leg = leg_for(case, number) if number is not None else None
    about, act = About(case, request.viewer, leg), ONWARD if leg else ENGAGE
    file, to = read_case(case, request.viewer, LONG), _desk(request)
    if request.method == "GET" or to is None:
        form = EngageForm(about=about, initial={"seen": file.seen, **_proposed(request, case, to)})
        sentence = why_not(act, about) or ""
        if request.method == "POST":
            sentence = "Choose the desk to engage first."
        return _page(request, file, to, form, sentence, 200 if request.method == "GET" else 422)
    form = EngageForm(request.POST, about=about)
    form.offer(file)
    if not form.is_valid():
        return _page(request, file, to, form, "", 422)
    try:
        _engage(about, to, form)
    except Refused as refused:
        again = read_case(case_for(reference), request.viewer, LONG)
        form.look_again(again.seen)
        return _page(request, again, to, form, refused.sentence, status_of(refused))
    return done(request, case, act)


def _engage(about: About, to: Desk, form: EngageForm) -> None:
    seen = form.cleaned_data["seen"]
    if about.leg:
        engage_onward(about.leg, to, form.engagement, by=about.viewer, at=now(), seen=seen)
    else:
        engage(about.case, to, form.engagement, by=about.viewer, at=now(), seen=seen)


def _desk(request: Seen) -> Desk | None:
    chosen = request.POST.get("to") or request.GET.get("to") or ""
    return Desk.objects.select_related("owner").filter(pk=chosen).first() if chosen.isdecimal() else None


ASKED_BY_THRESHOLD = "Say which of your own parties, meters or systems are affected, and what you find."


def _proposed(request: Seen, case: Case, to: Desk | None) -> dict[str, str]:
    """A desk that a crossed threshold or a re-routing rule proposes comes with words to send or to change."""
    if to is None or "proposed" not in request.GET:
        return {}
    for each in next_desks(case, case.legs.all()):
        if (each.desk.pk, each.rule.key) == (to.pk, request.GET["proposed"]):
            return {"ask": each.rule.ask, "outside_because": each.rule.because}
    opened = Register(case).opened
    told = next((each for each in (opened.proposed if opened else []) if each["desk"] == to.pk), None)
    if opened is None or told is None:
        return {}
    return {"ask": ASKED_BY_THRESHOLD, "outside_because": f"The cross-party threshold was crossed: {told['because']}."}


def _page(request: Seen, file: CaseFile, to: Desk | None, form: ActForm, sentence: str, status: int) -> HttpResponse:
    case, leg = file.case, form.about.leg
    sender = leg.to_desk if leg else case.owner
    on_it = {sender.pk, case.owner_id, leg.from_desk_id} if leg else {sender.pk}
    desks, opened = Desk.objects.select_related("owner").exclude(pk__in=on_it), opened_for(sender, case, now())
    context = {
        "case": case,
        "file": file,
        "to": to,
        "found": measuring.seen(to, request.viewer, now()) if to and not to.hosted else None,
        "form": form,
        "sentence": sentence,
        "closed_to_viewer": bool(sentence) and request.method == "GET",
        "desks": [(desk, policy.may_engage(sender, desk, opened)) for desk in desks],
        "opened": {key for key in opened if not sender.central},
        "lines": [(entry.pk, telling.line(entry, file)) for entry in shareable(file)],
        "withheld": sum(entry.audience == "internal" and entry.by_person is not None for entry in file.entries),
        "sender": sender,
        "onward": leg,
        "not_readers": [name for seat, name in file.readers.items() if seat not in _two(file, sender, to)],
        "shareable_evidence": outside(file.evidence),
        "shareable_lists": outside(file.references),
        "back": case_address(case),
        "at": now(),
    }
    return show(request, "console/engagement.html", context, status=status)


def _two(file: CaseFile, sender: Desk, to: Desk | None) -> set[int]:
    seat_for, known = file.case.seat_for, {*file.case.lists} if file.case.restricted else None
    ends = [desk.seat_id for desk in (sender, to) if desk]
    return {seat_for(seat) for seat in ends if known is None or str(seat) in known}
