"""The forms of the impact panel: who and what is affected, whose word that is, and what triage answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from crossdesk import rulebook
from crossdesk.access import Invalid
from crossdesk.cases.models import Case
from crossdesk.impact import register
from crossdesk.impact.models import Affected
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console.forms import ActForm, words

YES_NO = (("", "Choose"), ("yes", "Yes"), ("no", "No"))


class ClaimParty(ActForm):
    """The owning desk names any party; a party on the case speaks for itself."""

    party = forms.ModelChoiceField(
        Party.objects.none(), label="Party", error_messages={"required": "Choose the party that is affected."}
    )
    meters = forms.IntegerField(
        label="Meters affected", required=False, min_value=0, help_text="Where no list of them was given."
    )
    why = words("What shows it", "The owning desk reads it, and the party itself where it is on the case.")

    def prepare(self) -> None:
        case, viewer = self.about.case, self.about.viewer
        choice = self.fields["party"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Party.objects.filter(closed_at=None)
        if not viewer.works_at(case.owner_id):
            engaged = [leg.to_desk.owner_id for leg in case.legs.all() if viewer.works_at(leg.to_desk_id)]
            raised = [case.raiser_id] if viewer.party == case.raiser_id else []
            choice.queryset = Party.objects.filter(pk__in=[viewer.party, *engaged, *raised])
            self.fields["party"].initial = next(iter([*engaged, *raised]), viewer.party)


class ClaimSystem(ActForm):
    system = forms.ChoiceField(label="System")
    why = words("What shows it", "Whoever runs it and is on the case reads it, and confirms or denies.")

    def prepare(self) -> None:
        rows = rulebook.current().systems.values()
        _offer(self, "system", [(row.key, f"{row.name} ({row.code})") for row in rows])


class ClaimProcess(ActForm):
    process = forms.ChoiceField(label="Market process that is delayed or stopped")
    why = words("What shows it")

    def prepare(self) -> None:
        _offer(self, "process", [(row.key, row.name) for row in rulebook.current().market_processes.values()])


class Said(ActForm):
    """Confirming, denying or taking back one line of the register."""

    affected = forms.IntegerField(widget=forms.HiddenInput)
    why = words("What was checked, or who said so and how")


class ApplyRow(ActForm):
    scenario = forms.ChoiceField(label="Row of Appendix B")

    def prepare(self) -> None:
        rows = sorted(rulebook.current().scenarios.values(), key=lambda row: row.row)
        _offer(self, "scenario", [(row.key, f"Row {row.row}: {row.trigger}") for row in rows])


class AnswerPhrase(ActForm):
    phrase = forms.CharField(widget=forms.HiddenInput)
    holds = forms.ChoiceField(label="Answer", choices=YES_NO, error_messages={"required": "Answer yes or no."})
    why = words("Why", "Whoever reviews the incident reads it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = rulebook.current().phrases.get(str(self["phrase"].value() or ""))
        if row:
            self.fields["holds"].label = row.question
            self.fields["holds"].help_text = f"“{row.as_written}” is the {row.column} threshold of this row."


def _offer(form: ActForm, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", "Choose"), *choices]


def claim_party(
    case: Case, *, party: Party, meters: int | None, why: str, by: Viewer, at: datetime, seen: int | None
) -> None:
    register.claim_party(case, party, meters=meters or 0, why=why, by=by, at=at)


def claim_system(case: Case, *, system: str, why: str, by: Viewer, at: datetime, seen: int | None) -> None:
    register.claim_system(case, system, why=why, by=by, at=at)


def claim_process(case: Case, *, process: str, why: str, by: Viewer, at: datetime, seen: int | None) -> None:
    register.claim_process(case, process, why=why, by=by, at=at)


def confirm(case: Case, *, affected: int, why: str, by: Viewer, at: datetime, seen: int | None) -> None:
    register.say(_line(case, affected), Affected.Says.CONFIRMED, why=why, by=by, at=at)


def deny(case: Case, *, affected: int, why: str, by: Viewer, at: datetime, seen: int | None) -> None:
    register.say(_line(case, affected), Affected.Says.DENIED, why=why, by=by, at=at)


def retract(case: Case, *, affected: int, why: str, by: Viewer, at: datetime, seen: int | None) -> None:
    register.retract(_line(case, affected), why=why, by=by, at=at)


def apply_row(case: Case, *, scenario: str, by: Viewer, at: datetime, seen: int | None) -> None:
    register.apply_row(case, scenario, by=by, at=at)


def answer(case: Case, *, phrase: str, holds: str, why: str, by: Viewer, at: datetime, seen: int | None) -> None:
    register.answer(case, phrase, holds == "yes", why=why, by=by, at=at)


def _line(case: Case, pk: int) -> Affected:
    """Read as the viewer: a line one may not see is not there."""
    row = Affected.objects.select_related("party").filter(case=case, pk=pk).first()
    if row is None:
        raise Invalid("That line of the register is no longer there; somebody took it back.")
    return row
