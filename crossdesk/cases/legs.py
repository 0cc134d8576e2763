"""A leg: the part of a case that another desk works on. It is that desk's work item; there is no second case for it."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from crossdesk.cases.lifecycle import SETTLED, LegStage
from crossdesk.desks.models import Desk, Terms
from crossdesk.threads.models import ThreadBound
from crossdesk.threads.recording import Audience


class Leg(ThreadBound):
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="legs")
    ticket = models.UUIDField(
        db_default=RandomUUID(),
        unique=True,
        editable=False,
        help_text="What machines of the engaged party know it by: a number would tell how many there are.",
    )
    number = models.SmallIntegerField()
    from_desk = models.ForeignKey(Desk, models.PROTECT, related_name="legs_sent")
    to_desk = models.ForeignKey(Desk, models.PROTECT, related_name="legs_received")
    onward_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="onward", help_text="The sender's own leg; none for the owner."
    )
    stage = models.CharField(max_length=12, choices=LegStage.choices, default=LegStage.DRAFT)
    ask = models.TextField(help_text="What the other desk is asked to do.")
    outside_because = models.TextField(help_text="Why the matter lies outside the sender's own boundary.")
    priority = models.SmallIntegerField(null=True, help_text="The receiving desk's own judgement.")
    their_reference = models.CharField(max_length=60, blank=True)
    acknowledge_by = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    terms = models.ForeignKey(Terms, models.PROTECT, null=True, related_name="+", help_text="In force when engaged.")
    terms_now = models.ForeignKey(
        Terms, models.PROTECT, null=True, related_name="+", help_text="The version of that agreement it goes by now."
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True, help_text="Accepted: their number, or a person's word.")
    understood_at = models.DateTimeField(null=True, help_text="Their state moved.")
    resolved_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    undeliverable = models.BooleanField(default=False)
    silent = models.BooleanField(default=False)
    redirect_to = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    redirect_words = models.CharField(
        max_length=200, blank=True, help_text="The right desk, when it is not in the directory."
    )

    class Meta:
        ordering = ("number",)
        indexes = [
            models.Index(fields=["their_reference"], name="leg_by_their_reference"),
            models.Index(fields=["terms_now"], name="open_leg_by_terms", condition=Q(settled_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_leg_per_number"),
            models.UniqueConstraint(
                fields=["case", "from_desk", "to_desk"], condition=Q(settled_at=None), name="one_open_leg_between_two"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=sorted(SETTLED), settled_at__isnull=False)
                | ~Q(stage__in=sorted(SETTLED)) & Q(settled_at=None),
                name="settled_legs_have_a_time",
            ),
            models.CheckConstraint(condition=~Q(from_desk=models.F("to_desk")), name="no_leg_to_itself"),
        ]

    def __str__(self) -> str:
        return f"leg {self.number} to {self.to_desk}"

    @property
    def settled(self) -> bool:
        return self.settled_at is not None

    def audience(self) -> Audience:
        ends = (self.from_desk.seat_id, self.to_desk.seat_id)
        return Audience("leg", tuple(self.case.seat_for(seat) for seat in ends), self.pk)
