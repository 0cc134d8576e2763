"""The forms of a problem. Their fields carry the names of the verb's parameters; the verb says what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms

from crossdesk import rulebook
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.kit.time import london, now
from crossdesk.majors.models import MajorIncident
from crossdesk.parties.models import Party
from crossdesk.problems.fixing import Account, Plan
from crossdesk.problems.models import Action, CaseOf, Cause, Draft, Part, Problem, Proposal
from crossdesk.problems.opening import Opening
from crossdesk.threads.viewer import Viewer
from crossdesk.web.acts import OneForm
from crossdesk.web.console.forms import CaseField, Moment, words
from crossdesk.web.known_errors.forms import line
from crossdesk.web.reviews.forms import PartField

MONTH = timedelta(days=28)


@dataclass(frozen=True)
class About:
    """What a form is about, and who asks."""

    viewer: Viewer
    problem: Problem | None = None
    cause: Cause | None = None
    action: Action | None = None
    proposal: Proposal | None = None
    draft: Draft | None = None
    cases: tuple[Case, ...] = ()
    incident: MajorIncident | None = None


class OnProblem(OneForm):
    @property
    def problem(self) -> Problem:
        assert isinstance(self.about.problem, Problem)
        return self.about.problem

    def _of_parts(self, name: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Part.objects.filter(problem=self.problem, off_at=None).select_related("party")


def system_field() -> forms.ChoiceField:
    return forms.ChoiceField(label="System", required=False, choices=systems)


def systems() -> list[tuple[str, str]]:
    rows = rulebook.current().systems.values()
    return [("", "None in particular"), *((row.key, f"{row.code}, {row.name}") for row in rows)]


CODE = "It is recognised by this when it recurs, as in REG0000."


class Open(OneForm):
    desk = forms.ModelChoiceField(Desk.objects.none(), label="Whose", empty_label=None)
    title = line("What recurs, in one line")
    seen = words("What is seen to go wrong")
    system = system_field()
    code = line("Error code", CODE, 60)

    def prepare(self) -> None:
        field = self.fields["desk"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Desk.objects.filter(pk__in=self.about.viewer.desks)
        for case in self.about.cases:
            self.initial = {"desk": case.owner_id, "title": case.summary, "system": case.system}
        if self.about.incident:
            self.initial = {"desk": self.about.incident.lead_id, "title": self.about.incident.title}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        said = Opening(**{name: given.get(name, "") for name in ("title", "seen", "system", "code")})
        cases, incident = self.about.cases, self.about.incident
        return {"said": said, "desk": given.get("desk"), "cases": cases, "incident": incident}


class Describe(OnProblem):
    title = line("What recurs, in one line", "Every party that is involved reads it.")
    seen = words("What is seen to go wrong")
    root_cause = words("The root cause", "As far as it is known.")
    workaround = words("The workaround", "What helps until it is fixed.")
    system = system_field()
    code = line("Error code", CODE, 60)
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        names = ("title", "seen", "root_cause", "workaround", "system", "code", "edition")
        self.initial = {name: getattr(self.problem, name) for name in names}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        names = ("title", "seen", "root_cause", "workaround", "system", "code")
        return {"what": Account(**{name: given.get(name, "") for name in names}), "edition": given.get("edition")}


class PlanFix(OnProblem):
    fix = words("What keeps it from happening again")
    part = PartField(Part.objects.none(), label="Who fixes it", empty_label=None)
    due = Moment(label="Target date", error_messages={"required": "Say by when it is fixed."})
    waits_for = line(
        "The change or release it waits for", "Somebody else's, as its owner numbers it. Empty where none."
    )

    def prepare(self) -> None:
        self._of_parts("part")
        ahead = london(now() + MONTH).replace(hour=17, minute=0, second=0, microsecond=0)
        problem = self.problem
        self.initial = {"fix": problem.fix, "due": problem.fix_due or ahead, "waits_for": problem.fix_waits_for}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not {"part", "due"} <= set(given):
            return given
        return {"plan": Plan(given["fix"], given["part"], given["due"], given["waits_for"])}


class How(OnProblem):
    how = words("What fixed it", "Every reader reads it, and whoever's case its known error answered is told.")


class Because(OnProblem):
    why = words("Why", "Every reader of the problem reads it.")


class Involve(OnProblem):
    party = forms.ModelChoiceField(Party.objects.none(), label="Party", empty_label=None)
    why = words(
        "What you ask of it", "It reads everything on this problem from now on; the others do not learn who it is."
    )

    def prepare(self) -> None:
        field = self.fields["party"]
        assert isinstance(field, forms.ModelChoiceField)
        there = Part.objects.filter(problem=self.problem, off_at=None).values("party")
        field.queryset = Party.objects.filter(closed_at=None).exclude(pk__in=there).order_by("name")


class TakeOff(OnProblem):
    part = PartField(Part.objects.none(), label="Party", empty_label=None)
    why = words("Why", "It reads this. What it signed and stated stays here; what it owes is withdrawn.")

    def prepare(self) -> None:
        field = self.fields["part"]
        assert isinstance(field, forms.ModelChoiceField)
        there = Part.objects.filter(problem=self.problem, off_at=None).exclude(party=self.problem.desk.owner_id)
        field.queryset = there.select_related("party")


class LinkCase(OnProblem):
    case = CaseField(label="The case, by its reference", max_length=20)


class UnlinkCase(OnProblem):
    case = forms.ModelChoiceField(Case.objects.none(), label="The case", empty_label=None)
    why = words("Why", "Your desk alone reads it.")

    def prepare(self) -> None:
        field = self.fields["case"]
        assert isinstance(field, forms.ModelChoiceField)
        linked = CaseOf.objects.filter(problem=self.problem).values("case")
        field.queryset = Case.objects.filter(pk__in=linked).order_by("-raised_at")


class AskWhy(OnProblem):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=7)
    words = words("Why?", "One sentence. The next why is asked of this answer.")

    def prepare(self) -> None:
        self.initial.setdefault("number", self.problem.whys.count() + 1)


class AddLine(OnProblem):
    words = words("What happened", "Every party on the problem reads it.")
    happened_at = Moment(label="When it happened", error_messages={"required": "Say when it happened."})


class Write(OnProblem):
    words = words("Our section", "Your own people read it until it is signed. Names and identifiers stay out.")
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        draft = self.about.draft
        self.initial = {"words": draft.words, "edition": draft.edition} if draft else {}


class Sign(OnProblem):
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.initial = {"edition": self.about.draft.edition} if self.about.draft else {}


class Name(OnProblem):
    named = forms.TypedChoiceField(
        label="The other parties read our section, causes and actions",
        choices=[("no", "without our name"), ("yes", "under our name")],
        coerce=lambda given: given == "yes",
    )


class StateCause(OnProblem):
    words = words("The cause, as you see it", "In at most 600 signs. The other parties agree with it or dispute it.")


class Agree(OnProblem):
    words = words("Anything to add")

    def clean(self) -> dict[str, Any]:
        return {"agrees": True, **(super().clean() or {})}


class Dispute(OnProblem):
    words = words("What is so instead")

    def clean(self) -> dict[str, Any]:
        return {"agrees": False, **(super().clean() or {})}


class Give(OnProblem):
    what = line("What is to be done", longest=300)
    part = PartField(Part.objects.none(), label="Party", empty_label=None)
    owner = line("Who of that party", "Others read the name only beside a party that shows its own.", 120)
    due_at = Moment(label="Due by", error_messages={"required": "Say by when it is due."})

    def prepare(self) -> None:
        self._of_parts("part")
        self.initial["due_at"] = london(now() + MONTH / 2).replace(hour=17, minute=0, second=0, microsecond=0)


class Finish(OnProblem):
    result = line("What came of it", "Every reader reads it.", 300)


class OfTheAction(OnProblem):
    why = words("Why", "The party that owes it reads that, and your desk.")


class MoveAction(OfTheAction):
    due_at = Moment(label="Due by", error_messages={"required": "Say by when it is due."})

    def prepare(self) -> None:
        self.initial["due_at"] = self.about.action.due_at


class TakeUp(OneForm):
    title = line("What recurs, in one line")

    def prepare(self) -> None:
        proposal = self.about.proposal
        self.initial.setdefault("title", f"{proposal.code} recurs" if proposal else "")


class Dismiss(OneForm):
    why = words("Why it is no problem", "It is proposed again only when as many new cases come.")
