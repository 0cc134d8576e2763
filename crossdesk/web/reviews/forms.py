"""The forms of a review. Their fields carry the names of the verb's parameters; the verb says what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms

from crossdesk.kit.time import london, now
from crossdesk.reviews.account import Account
from crossdesk.reviews.measuring import MOMENTS
from crossdesk.reviews.models import Action, Draft, Event, Fact, Part, Review
from crossdesk.threads.viewer import Viewer
from crossdesk.web.acts import OneForm
from crossdesk.web.console.forms import Moment, words

DATE = timedelta(days=14)


@dataclass(frozen=True)
class About:
    """What a form is about: the review, or a fact, an action or a line of the timeline in it, and who asks."""

    review: Review
    viewer: Viewer
    fact: Fact | None = None
    action: Action | None = None
    event: Event | None = None
    draft: Draft | None = None

    @property
    def noun(self) -> Review | Fact | Action | Event:
        return self.fact or self.action or self.event or self.review

    @property
    def words(self) -> str:
        """What it is about, beside the heading."""
        return self.fact.words if self.fact else str(self.action or self.event or "")


class Seen(OneForm):
    """Remembers what its reader had seen, so that a colleague who was faster is noticed."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PartField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """By the party's own name, which the desk that leads knows of all of them."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.party)


class Circulate(Seen):
    why = words("What you ask of the parties, and by when", "Every party of the incident reads the review from now on.")


class DrawBack(Seen):
    why = words("What has to be mended first", "Who has read it reads it still; sections wait as they are.")


class Publish(Seen):
    why = words("What was learnt, in a sentence", "Every party reads that first. Nobody changes the review afterwards.")
    without = words("Why without those who have not signed", "Only where a party's signature is missing.")


class Describe(OneForm):
    title = forms.CharField(label="Title", required=False, max_length=200, help_text="Every party reads it.")
    account = words("What happened and why", "Without names of those affected and without identifiers.")
    lessons = words("What was learnt")
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        now_is = self.about.review
        self.initial = {
            "title": now_is.title,
            "account": now_is.account,
            "lessons": now_is.lessons,
            "edition": now_is.edition,
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        told = Account(*(given.get(name, "") for name in ("title", "account", "lessons")))
        return {"what": told, "edition": given.get("edition")}


class SayWhen(OneForm):
    moment = forms.ChoiceField(
        label="The moment", choices=[(key, words[0].upper() + words[1:]) for key, words in MOMENTS.items()]
    )
    when = Moment(label="When it was", error_messages={"required": "Say when it was."})
    why = words("How this is known", "Every reader of the review reads it.")


class WordEvent(OneForm):
    words = words("What every reader may know of it")
    left_out = forms.BooleanField(label="Leave this line out of the review", required=False)

    def prepare(self) -> None:
        event = self.about.event
        self.initial = {"words": event.words, "left_out": event.left_out} if event else {}


class Write(OneForm):
    words = words(
        "Our section", "Your own people read it until it is signed. Identifiers and names of others stay out."
    )
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        draft = self.about.draft
        self.initial = {"words": draft.words, "edition": draft.edition} if draft else {}


class Sign(OneForm):
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.initial = {"edition": self.about.draft.edition} if self.about.draft else {}


class Unsign(OneForm):
    why = words("Why the signature is taken back", "The desk that leads reads it.")


class Name(OneForm):
    named = forms.TypedChoiceField(
        label="The other parties read our section, facts and actions",
        choices=[("no", "without our name"), ("yes", "under our name")],
        coerce=lambda given: given == "yes",
    )

    def prepare(self) -> None:
        mine = Part.objects.filter(review=self.about.review, party=self.about.viewer.party).first()
        self.initial = {"named": "yes" if mine and mine.named else "no"}


class State(OneForm):
    words = words("What was so", "One fact, in at most 600 signs. The other parties agree with it or dispute it.")
    happened_at = Moment(label="When it happened", required=False, help_text="Empty where it has no time.")


class Agree(OneForm):
    words = words("Anything to add")

    def clean(self) -> dict[str, Any]:
        return {"agrees": True, **(super().clean() or {})}


class Dispute(OneForm):
    words = words("What was so instead")

    def clean(self) -> dict[str, Any]:
        return {"agrees": False, **(super().clean() or {})}


class Withdraw(OneForm):
    why = words("Why it is withdrawn")


class Give(OneForm):
    what = forms.CharField(label="What is to be done", required=False, max_length=300)
    part = PartField(Part.objects.none(), label="Party", empty_label=None)
    owner = forms.CharField(
        label="Who of that party", required=False, max_length=120,
        help_text="Read by that party and the desk that leads, and by others only beside a party that shows its name.",
    )  # fmt: skip
    due_at = Moment(label="Due by", error_messages={"required": "Say by when it is due."})

    def prepare(self) -> None:
        field = self.fields["part"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Part.objects.filter(review=self.about.review).select_related("party")
        self.fields["due_at"].initial = london(now() + DATE).replace(hour=17, minute=0, second=0, microsecond=0)


class Reword(OneForm):
    what = forms.CharField(label="What is to be done", required=False, max_length=300)

    def prepare(self) -> None:
        self.initial = {"what": self.about.action.what} if self.about.action else {}


class Finish(OneForm):
    result = forms.CharField(
        label="What came of it", required=False, max_length=300, help_text="Every reader reads it."
    )


class OfTheAction(OneForm):
    why = words("Why", "The party that owes it reads that, and the desk that leads.")


class MoveAction(OfTheAction):
    due_at = Moment(label="Due by", error_messages={"required": "Say by when it is due."})

    def prepare(self) -> None:
        self.initial = {"due_at": self.about.action.due_at} if self.about.action else {}
