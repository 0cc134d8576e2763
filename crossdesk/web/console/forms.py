"""The forms of the case page. Their fields carry the names of the verb's parameters; the verb says what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms

from crossdesk import rulebook
from crossdesk.cases import erasing
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.questions import find_case
from crossdesk.cases.triage import Judged
from crossdesk.desks.models import Desk, ResolverGroup
from crossdesk.kit.time import london, now
from crossdesk.rulebook.priority import priority
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer
from crossdesk.web.acts import OneForm
from crossdesk.web.moments import LondonTime


@dataclass(frozen=True)
class About:
    """What a form is about: the case, the leg if it is one of a leg, and who asks."""

    case: Case
    viewer: Viewer
    leg: Leg | None = None

    @property
    def noun(self) -> Case:
        """Of most acts; those of a leg name another."""
        return self.case


class Moment(LondonTime):
    """A time in London, as the browser's own picker writes it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)


class CaseField(forms.CharField):
    """Another case by its reference; one that its writer may not see is not there."""

    def clean(self, value: Any) -> Case:
        written = super().clean(value)
        found = find_case(written)
        if found is None:
            raise forms.ValidationError(f"There is no case {written or 'without a reference'} that you can see.")
        return found


def words(label: str, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class ActForm(OneForm):
    """By itself there is nothing to fill in: the button is the whole act.

    Every form remembers what its reader had seen, so that somebody who was faster is noticed.
    """

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class Own(ActForm):
    note = words("Note to the raiser", "Optional. Say what happens next.")


class Resolve(ActForm):
    words = words("What was wrong and what was done", "Everyone on the case reads it; the raiser confirms or disputes.")


class Words(ActForm):
    words = words("Words")


class Why(ActForm):
    why = words("Why")


class Redirect(ActForm):
    why = words("Why it is not yours, with the evidence", "The raiser takes it to the right desk with these words.")
    to = forms.ModelChoiceField(Desk.objects.none(), label="The right desk", required=False, empty_label="Not listed")
    to_words = forms.CharField(label="Or the right desk in words", required=False, max_length=200)

    def prepare(self) -> None:
        own = self.about.leg.to_desk_id if self.about.leg else self.about.case.owner_id
        choice = self.fields["to"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Desk.objects.exclude(pk=own)


class Assign(ActForm):
    group = forms.ModelChoiceField(
        ResolverGroup.objects.none(),
        label="Group of this desk",
        error_messages={"required": "Choose the group that should accept it."},
    )
    accept_by = Moment(label="Accept by", required=False)
    note = words("Note to the group", "Only this desk reads it.")

    def prepare(self) -> None:
        desk = self.about.leg.to_desk_id if self.about.leg else self.about.case.owner_id
        choice = self.fields["group"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = ResolverGroup.objects.filter(desk=desk)


class Ask(ActForm):
    words = words("Question")
    due_at = Moment(label="Answer due by", error_messages={"required": "Say by when the answer is due."})

    def prepare(self) -> None:
        self.fields["due_at"].initial = london(now() + timedelta(hours=2)).replace(minute=0, second=0)


class Link(ActForm):
    parent = CaseField(label="Parent case", help_text="Its reference, like CP-7K3M-9Q4X.", required=False)
    why = words("Why they belong together", "Only this desk reads it; neither raiser learns of the other.")


class Duplicate(ActForm):
    of = CaseField(label="It is a duplicate of", help_text="A case of the same organisation.", required=False)


class Restrict(ActForm):
    names = forms.CharField(
        label="E-mail addresses of those who may read it",
        help_text="One on each line: of the raiser, of this desk and of engaged desks. You are named yourself. A side"
        " nobody is named for keeps whoever raised it, or its service managers.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    why = words("Why it is restricted", "The named people read it. Entries written before keep the readers they had.")

    def clean_names(self) -> list[str]:
        return str(self.cleaned_data["names"]).split()


class Name(ActForm):
    address = forms.CharField(
        label="Their e-mail address",
        max_length=254,
        help_text="Somebody of your own side; they read everything your side has read so far.",
    )


class Unname(ActForm):
    place = forms.IntegerField(widget=forms.HiddenInput)


class Acknowledge(ActForm):
    their_reference = forms.CharField(label="Your own reference", required=False, max_length=60)
    words = words("Words to the desk that engaged you", "Optional.")


class Prioritise(ActForm):
    """Impact and urgency, or a kind of fault whose priority somebody published; the rulebook says what follows."""

    impact = forms.ChoiceField(label="Impact", required=False)
    urgency = forms.ChoiceField(label="Urgency", required=False)
    fault = forms.ChoiceField(label="Or a published kind of fault", required=False)

    def prepare(self) -> None:
        book = rulebook.current()
        for scale in ("impact", "urgency"):
            levels = sorted((row for row in book.levels.values() if row.scale == scale), key=lambda row: row.order)
            self._offer(scale, "Not judged", [(row.key, f"{row.name}: {row.meaning}") for row in levels])
        faults = [(row.key, f"{row.name} ({row.priority})") for row in book.faults.values()]
        self._offer("fault", "None of these", faults)

    def _offer(self, name: str, empty: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", empty), *choices]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        impact, urgency, fault = (given.get(name, "") for name in ("impact", "urgency", "fault"))
        if self.errors:
            return given
        if not fault and not (impact and urgency):
            raise forms.ValidationError("Judge both impact and urgency, or choose a published kind of fault.")
        judged = priority(rulebook.current(), impact, urgency, fault)
        level = int(judged.priority.removeprefix("P"))
        return {"judged": Judged(level, judged.rule, impact, urgency), "seen": given.get("seen")}


class Erase(ActForm):
    seq = forms.TypedChoiceField(label="Whose words", coerce=int)
    why = words("Why", "Everybody who could read the words reads this in their place. Do not repeat them.")

    def prepare(self) -> None:
        held = erasing.erasable(self.about.case, self.about.viewer)
        choices = [(entry.seq, f"{entry.seq}: {entry.body.author}, {_began(entry)}") for entry in held]
        field = self.fields["seq"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose an entry"), *choices]


def _began(entry: Entry) -> str:
    """As much as tells one entry from another."""
    said = " ".join((entry.body.words or entry.body.detail.get("name", "") or entry.kind).split())
    return said if len(said) <= 60 else f"{said[:60]}…"


class Compose(ActForm):
    """The writing place: words to one audience, with a file if one was given, as a question if "Ask" was pressed."""

    audience = forms.CharField(required=False)
    words = words("Message")
    file = forms.FileField(required=False, allow_empty_file=True)
    ask = forms.BooleanField(required=False)
    due_at = Moment(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        due, asked = given.pop("due_at", None), given.pop("ask", False)
        if asked and not due and "due_at" not in self.errors:
            self.add_error("words", "Say by when the answer is due.")
        return given | {"ask_by": due if asked else None}


class ShowLegs(ActForm):
    to = forms.ChoiceField(
        label="Who sees which desks work on it, and how far they are",
        help_text="The two desks of a leg and this desk always do. What is written on a leg stays with its two desks.",
        choices=Case.LegsShown.choices,
    )

    def prepare(self) -> None:
        self.fields["to"].initial = self.about.case.legs_shown
