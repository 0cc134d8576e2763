"""The review of a major incident: an account, a section per party, facts, actions, and a timeline.

Parties that compete read one review. No row that several of them read names one of them: it carries the name that
party chose to be read under, and points at a row that only the party and the lead desk may read.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crossdesk.desks.models import Desk
from crossdesk.joint.models import ActionRow, AnswerRow, ClaimRow, DraftRow, OwnerRow, PartRow, SectionRow
from crossdesk.majors.models import MajorIncident
from crossdesk.reviews.lifecycle import State
from crossdesk.threads.models import Thread, ThreadBound
from crossdesk.threads.recording import Audience


class Review(ThreadBound):
    """Its readers are the lead desk, and from the moment it is given to them the parties of the incident."""

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="review")
    incident = models.OneToOneField(MajorIncident, models.PROTECT, related_name="review")
    reference = models.CharField(max_length=16, unique=True, help_text="The incident's, whose own row is the room's.")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFTING)
    lead = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    account = models.TextField(blank=True, help_text="What happened and why, in the lead desk's words.")
    lessons = models.TextField(blank=True)
    edition = models.SmallIntegerField(default=0, help_text="Which writing of the account this is.")
    began_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)
    reconciled_at = models.DateTimeField(null=True)
    corrected = ArrayField(models.CharField(max_length=20), default=list, help_text="Moments a person set; they stay.")
    opened_at = models.DateTimeField()
    publish_by = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-opened_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | ~Q(state="published") & Q(published_at__isnull=True),
                name="a_published_review_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def readers(self) -> Audience:
        return Audience("review", tuple(self.seats))

    def internal(self) -> Audience:
        return Audience("internal", (self.lead.seat_id,), self.lead_id)

    @property
    def writable(self) -> bool:
        return self.state in {State.DRAFTING, State.WITH_PARTIES}


class Part(PartRow):
    """A party's place in the review, known to the party and the lead desk alone."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="parts")

    class Meta:
        ordering = ("party__name",)
        constraints = [
            models.UniqueConstraint(fields=["review", "party"], name="one_part_per_party"),
            models.UniqueConstraint(fields=["review", "alias"], name="one_party_per_alias"),
        ]


class Draft(DraftRow):
    part = models.OneToOneField(Part, models.PROTECT, primary_key=True, related_name="draft")


class Section(SectionRow):
    """A signed section: the lead desk reads it at once, the other parties when the review is published."""

    part = models.OneToOneField(Part, models.PROTECT, primary_key=True, related_name="section")
    review = models.ForeignKey(Review, models.PROTECT, related_name="sections")

    class Meta:
        ordering = ("who",)


class Fact(ClaimRow):
    """Something one party states as it was; everybody on the review reads it and answers for itself."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="facts")
    part = models.ForeignKey(Part, models.PROTECT, related_name="facts")

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="one_fact_per_number")]

    def __str__(self) -> str:
        return f"fact {self.number}"


class Answer(AnswerRow):
    fact = models.ForeignKey(Fact, models.PROTECT, related_name="answers")
    part = models.ForeignKey(Part, models.PROTECT, related_name="answers")

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["fact", "part"], name="one_answer_per_party"),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(words=""), name="a_dispute_says_why"),
        ]


class Action(ActionRow):
    review = models.ForeignKey(Review, models.PROTECT, related_name="actions")
    part = models.ForeignKey(Part, models.PROTECT, related_name="actions")
    checked = models.BooleanField(default=True, help_text="Others may read its words: the guard found nothing in them.")
    carried = models.SmallIntegerField(null=True, help_text="Its number in the war room it was carried on from.")

    class Meta:
        ordering = ("due_at", "number")
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="one_review_action_per_number")]


class Owner(OwnerRow):
    action = models.OneToOneField(Action, models.PROTECT, primary_key=True, related_name="owner")


class Event(ThreadBound):
    """A line of the incident's timeline, taken from an entry: a sentence of the product's own, and the lead's words."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="events")
    entry = models.BigIntegerField(help_text="The entry it was taken from, which its reader may not be able to read.")
    title = models.CharField(max_length=200)
    words = models.CharField(max_length=600, blank=True, help_text="The lead desk's, for every reader of the review.")
    left_out = models.BooleanField(default=False)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("happened_at", "pk")
        constraints = [models.UniqueConstraint(fields=["review", "entry"], name="one_event_per_entry")]

    def __str__(self) -> str:
        return self.title

    @property
    def written_later(self) -> bool:
        return self.recorded_at - self.happened_at >= timedelta(minutes=1)
