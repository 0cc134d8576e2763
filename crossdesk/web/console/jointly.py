"""The two forms of joint triage: a desk's side, and the decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from crossdesk.cases import joint_triage
from crossdesk.cases.joint_triage import Side
from crossdesk.cases.models import Case
from crossdesk.cases.questions import CaseFile, read_case
from crossdesk.desks.models import Desk
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console import telling
from crossdesk.web.console.forms import ActForm, words


class SideForm(ActForm):
    """Whose it is, why, and which earlier words and files the other desks concerned may read from now on."""

    stance = forms.ChoiceField(label="Whose it is", choices=list(joint_triage.STANCES.items()))
    words = words("Because", "The desks in joint triage read it; the raiser does not.")
    desk = forms.ModelChoiceField(
        Desk.objects.none(), label="For which desk", required=False, empty_label="Our own", help_text=""
    )
    entries = forms.TypedMultipleChoiceField(
        label="Earlier entries they may read", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    evidence = forms.TypedMultipleChoiceField(
        label="Evidence they may read", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        file = read_case(self.about.case, self.about.viewer)
        readable = [entry for entry in file.entries if entry.audience not in {"internal", "joint"}]
        self._offer("entries", [(entry.pk, _told(entry, file)) for entry in readable])
        self._offer("evidence", [(each.pk, each.name) for each in file.evidence if each.entry.audience != "internal"])
        away = file.joint.desks if file.joint and file.at_owner else []
        choice = self.fields["desk"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Desk.objects.filter(pk__in=away, home=Desk.Home.ELSEWHERE)
        if not choice.queryset.exists():
            del self.fields["desk"]

    def _offer(self, name: str, choices: list[tuple[int, str]]) -> None:
        choice = self.fields[name]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = choices
        if not choices:
            del self.fields[name]


def _told(entry: Entry, file: CaseFile) -> str:
    line = telling.line(entry, file)
    return f"{line.organisation or line.author}: {line.title} {line.words[:120]} ({line.audience_words})"


def say(
    case: Case,
    *,
    stance: str,
    words: str,
    by: Viewer,
    at: datetime,
    seen: int | None = None,
    desk: Desk | None = None,
    **ticked: Any,
) -> None:
    joint_triage.say(case, Side(stance, words, **ticked), by=by, at=at, desk=desk, seen=seen)


class DecideForm(ActForm):
    desk = forms.ModelChoiceField(
        Desk.objects.none(),
        label="Whose it is",
        help_text="Afterwards the owning desk owns it, engages that desk, or redirects the case there.",
        error_messages={"required": "Choose whose it is."},
    )
    why = words("What decided it", "The desks in joint triage read it; the raiser is told only whose it is.")

    def prepare(self) -> None:
        choice = self.fields["desk"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Desk.objects.all()
