"""The forms of the war room. Their fields carry the names of the verb's parameters; the verb says what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.kit.time import london, now
from crossdesk.majors.models import Action, MajorIncident, OnIt, RoleHeld
from crossdesk.majors.presence import present
from crossdesk.majors.room import Invited, Situation, colleagues
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer
from crossdesk.web.acts import OneForm
from crossdesk.web.console.forms import CaseField, Moment, words


@dataclass(frozen=True)
class About:
    """What a form is about: the incident, the role or the action if it is one of those, and who asks."""

    incident: MajorIncident
    viewer: Viewer
    role: RoleHeld | None = None
    action: Action | None = None

    @property
    def noun(self) -> MajorIncident | RoleHeld | Action:
        return self.role or self.action or self.incident

    @property
    def at_lead(self) -> bool:
        return self.viewer.works_at(self.incident.lead_id)


class RoomForm(OneForm):
    def among(self, name: str, rows: QuerySet[Any]) -> None:
        choice = self.fields[name]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = rows


class Seen(RoomForm):
    """Remembers what its reader had seen, so that a colleague who was faster is noticed."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class Declare(Seen):
    why = words("Why it is declared", "Everybody on it reads that first.")


class Reject(Seen):
    why = words("Why it is no major incident", "The next one like it is judged by that.")


class Restore(RoomForm):
    why = words("What works again")
    happened_at = Moment(label="Since when", behind=True, required=False, help_text="Empty: since now.")


class StandDown(Seen):
    why = words("Why the emergency is over", "And what is still to do: the cases stay held until it is closed.")


class DeclareAgain(Seen):
    why = words("What came back")


class Resend(RoomForm):
    why = words("What was sent again, and how many", "Each party reconciles by that.")


class Close(Seen):
    why = words("How it ended", "The review begins with that.")
    without = words("Why without those who have not agreed", "Only where a party's agreement is missing.")


class Agree(RoomForm):
    party = forms.ModelChoiceField(Party.objects.none(), label="Whose records", empty_label=None)
    words = words("What was compared, and what is left")

    def prepare(self) -> None:
        self.among("party", speaking(self.about, agreed_at=None))


class ObjectTo(RoomForm):
    party = forms.ModelChoiceField(Party.objects.none(), label="Which party objects", empty_label=None)
    why = words("What is not reconciled", "Only the leading desk and the party itself read it.")

    def prepare(self) -> None:
        self.among("party", speaking(self.about))


class AnswerObjection(Seen):
    party = forms.ModelChoiceField(Party.objects.none(), label="Whose objection", empty_label=None)
    why = words(
        "Why it may close although they object", "It stays beside the objection; the party reads it, and nobody else."
    )

    def prepare(self) -> None:
        standing = OnIt.objects.filter(incident=self.about.incident, objected_at__isnull=False)
        objecting = standing.filter(answered_at=None, agreed_at=None).values("party")
        self.among("party", Party.objects.filter(pk__in=objecting).order_by("name"))


class PutUnder(RoomForm):
    case = CaseField(label="The case", help_text="Its reference, like CP-7K3M-9Q4X.", required=False)


class TakeOut(RoomForm):
    case = forms.ModelChoiceField(Case.objects.none(), label="The case", empty_label=None)
    why = words("Why it does not belong to it")

    def prepare(self) -> None:
        self.among("case", Case.objects.filter(majors__incident=self.about.incident, majors__until=None))


class BringIn(RoomForm):
    desk = forms.ModelChoiceField(
        Desk.objects.none(), label="A desk that works here", required=False, empty_label="None, but a whole party",
        help_text="Only the people of that desk then read the room.",
    )  # fmt: skip
    party = forms.ModelChoiceField(
        Party.objects.none(), label="Or all people of a party", required=False, empty_label="None, but a desk"
    )

    def prepare(self) -> None:
        self.among("desk", Desk.objects.filter(home=Desk.Home.HOSTED).exclude(pk=self.about.incident.lead_id))
        self.among("party", Party.objects.filter(closed_at=None).order_by("name"))


class Offer(RoomForm):
    role = forms.ChoiceField(label="Role", choices=RoleHeld.Role.choices)
    person = forms.ChoiceField(label="To", required=False, help_text="Who works at the lead desk or is in the room.")
    name = forms.CharField(label="Or to a team that is reached by telephone", required=False, max_length=120)
    party = forms.ModelChoiceField(Party.objects.none(), label="Its party", required=False, empty_label="Choose")

    def prepare(self) -> None:
        about = self.about
        known = {(person, party.pk): (party, name) for person, party, name in colleagues(about.incident, about.viewer)}
        for each in present(about.incident, now()):
            known.setdefault((each.person, each.party_id), (each.party, each.name))
        self.known = {f"{person}-{party}": (person, *who) for (person, party), who in known.items()}
        choices = [(key, f"{name}, {party}") for key, (_, party, name) in self.known.items()]
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *choices]
        self.among("party", parties_on(about.incident))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        return {"role": given["role"], "to": self._invited(given)}

    def _invited(self, given: dict[str, Any]) -> Invited:
        if given["person"]:
            person, party, name = self.known[given["person"]]
            return Invited(name, party, person)
        if given["name"].strip() and given["party"]:
            return Invited(given["name"], given["party"])
        raise forms.ValidationError("Choose a person, or give the name of a team and its party.")


class Refuse(RoomForm):
    why = words("Why", "It is then offered to somebody who can.")


class Give(RoomForm):
    what = forms.CharField(label="What is to be done", required=False, max_length=300)
    party = forms.ModelChoiceField(Party.objects.none(), label="Party", empty_label=None)
    owner = forms.CharField(label="Who of that party", required=False, max_length=120)
    due_at = Moment(label="Due by", error_messages={"required": "Say by when it is due."})

    def prepare(self) -> None:
        self.among("party", parties_on(self.about.incident))
        self.fields["due_at"].initial = london(now() + timedelta(minutes=30)).replace(second=0, microsecond=0)


class Finish(RoomForm):
    result = forms.CharField(label="What came of it", required=False, max_length=300)


class Describe(RoomForm):
    conditions = words("Conditions", "One a line: what is the case.")
    doing = words("Actions", "One a line: what is being done.")
    needs = words("Needs", "One a line: what is needed, and of whom.")
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        now_is = self.about.incident
        self.initial = {
            "conditions": now_is.conditions,
            "doing": now_is.doing,
            "needs": now_is.needs,
            "edition": now_is.situation,
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        told = Situation(*(_lines(given.get(name, "")) for name in ("conditions", "doing", "needs")))
        return {"now_is": told, "edition": given.get("edition")}


class Words(RoomForm):
    NOTE, DECISION, INTERNAL = "note", "decision", "internal"

    words = words("Words")
    kind = forms.ChoiceField(label="As", required=False)
    happened_at = Moment(label="When it happened", behind=True, required=False, help_text="Empty: just now.")

    def prepare(self) -> None:
        lead = self.about.incident.lead
        choices = [
            (self.NOTE, "A note to everyone in the room"),
            (self.DECISION, "A decision, to everyone in the room"),
        ]
        if self.about.at_lead:
            choices.append((self.INTERNAL, f"An internal note of {lead}"))
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class Reach(RoomForm):
    party = forms.ModelChoiceField(Party.objects.none(), label="Party", empty_label=None)
    reached = forms.ChoiceField(label="Reached", choices=OnIt.Reached.choices, initial=OnIt.Reached.YES)
    how = forms.CharField(label="By which contact, or by which fallback", required=False, max_length=200)

    def prepare(self) -> None:
        on_it = OnIt.objects.filter(incident=self.about.incident).values("party")
        self.among("party", Party.objects.filter(pk__in=on_it).order_by("name"))


class Bridge(RoomForm):
    where = forms.CharField(
        label="Where the call is", required=False, max_length=300,
        help_text="A link, or a number to dial and its code. Everyone in the room reads it. Empty: there is no call.",
    )  # fmt: skip

    def prepare(self) -> None:
        self.initial = {"where": self.about.incident.bridge}


class Propose(forms.Form):
    """From the page of a case."""

    title = forms.CharField(label="Title", required=False, max_length=200, help_text="Everybody on it reads it.")
    because = words("Why it may be a major incident", "A manager of the lead desk declares or rejects it by that.")


def speaking(about: About, **which: Any) -> QuerySet[Party]:
    """A party speaks for itself; the lead desk records the word of any that is on it."""
    on_it = OnIt.objects.filter(incident=about.incident, **which).values("party")
    parties = Party.objects.filter(pk__in=on_it) if about.at_lead else Party.objects.filter(pk=about.viewer.party)
    return parties.order_by("name")


def parties_on(incident: MajorIncident) -> QuerySet[Party]:
    """The lead desk's own, those on the incident and those in the room, as far as the viewer may see them."""
    on_it = OnIt.objects.filter(incident=incident).values("party")
    here = present(incident, now()).values("party")
    lead = Party.objects.filter(pk=incident.lead.owner_id)
    return (lead | Party.objects.filter(pk__in=on_it) | Party.objects.filter(pk__in=here)).order_by("name")


def _lines(written: str) -> str:
    return "\n".join(line.strip() for line in written.splitlines() if line.strip())
