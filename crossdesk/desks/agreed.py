"""What one party promises another whose desks engage its desks: lasting under one reference, its terms in versions."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from crossdesk.clocks.models import Calendar
from crossdesk.desks.lifecycle import Stage
from crossdesk.desks.ways import Ways, read_ways
from crossdesk.parties.models import Party
from crossdesk.threads.models import PartyBound


class Agreement(PartyBound):
    """Read by the people of its two sides alone. A fresh one leaves alone what was engaged under the former one."""

    reference = models.CharField(max_length=16, unique=True)
    promiser = models.ForeignKey(Party, models.PROTECT, related_name="agreements_given")
    other = models.ForeignKey(Party, models.PROTECT, related_name="agreements_held")
    desk = models.ForeignKey(
        "desks.Desk", models.PROTECT, null=True, related_name="agreements", help_text="None: every desk of its party."
    )

    class Meta:
        ordering = ("-pk",)
        constraints = [models.CheckConstraint(condition=~Q(promiser=F("other")), name="no_agreement_with_itself")]

    def __str__(self) -> str:
        return f"Agreement {self.reference}"

    @property
    def sides(self) -> tuple[Party, Party]:
        return self.promiser, self.other

    @property
    def whose(self) -> str:
        return str(self.desk or self.promiser)


class Terms(PartyBound):
    """One version: proposed by a side, answered by the other. Each step is stamped; none is taken back."""

    class Hours(models.TextChoices):
        DESK = "desk", "the engaged desk's own opening hours"
        ALWAYS = "always", "around the clock"
        OTHER = "other", "the hours of another desk"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    targets = models.JSONField(default=dict, help_text="Minutes by priority and measure: {'P2': {'respond': 30}}.")
    acknowledge = models.IntegerField(null=True, help_text="Minutes, whatever the priority.")
    auto_close_days = models.SmallIntegerField(null=True, help_text="Then an undisputed answer counts as confirmed.")
    hours = models.CharField(max_length=6, choices=Hours.choices, default=Hours.DESK)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, help_text="Of the other desk.")
    ways = models.JSONField(default=dict, help_text="How cases are exchanged; read by desks/ways.py. Empty: by e-mail.")
    words = models.CharField(max_length=300, blank=True, help_text="What it is about, or what changes and why.")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=160)
    proposed_for = models.ForeignKey(Party, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=160, blank=True)
    said_by = models.CharField(max_length=160, blank=True, help_text="Who accepted for a party that never signs in.")
    said_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True, help_text="By the other side, or taken back by its own.")
    declined_by = models.CharField(max_length=160, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=160, blank=True)
    why = models.CharField(max_length=300, blank=True, help_text="Why it was declined or ended.")
    applied_at = models.DateTimeField(null=True, help_text="When every open leg of its agreement had gone over to it.")

    class Meta:
        ordering = ("agreement", "-number")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="one_set_of_terms_per_version"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(accepted_at=None, declined_at=None),
                name="one_proposal_waits_at_a_time",
            ),
            models.CheckConstraint(condition=Q(accepted_at=None) | Q(declined_at=None), name="accepted_or_declined"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(accepted_at__isnull=False), name="ended_once_accepted"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="terms_end_after_they_begin"
            ),
        ]
        indexes = [
            models.Index(
                fields=["since"], name="terms_to_apply", condition=Q(applied_at=None, accepted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}, version {self.number}"

    @property
    def stage(self) -> Stage:
        if self.declined_at:
            return Stage.DECLINED
        if self.ended_at:
            return Stage.ENDED
        return Stage.ACCEPTED if self.accepted_at else Stage.PROPOSED

    @property
    def exchange(self) -> Ways:
        return read_ways(self.ways)

    @property
    def waits(self) -> bool:
        return self.stage is Stage.PROPOSED

    @property
    def answering(self) -> Party:
        """The side that did not propose it."""
        promiser, other = self.agreement.sides
        return other if self.proposed_for_id == promiser.pk else promiser

    @property
    def begins(self) -> datetime | None:
        """None while it is not accepted, and where somebody ended it before its day."""
        begins = max(self.since, self.accepted_at) if self.accepted_at else None
        return None if begins and self.ended_at and self.ended_at <= begins else begins

    def begun(self, at: datetime) -> bool:
        return self.begins is not None and self.begins <= at

    def over(self, at: datetime) -> bool:
        return any(end is not None and end <= at for end in (self.until, self.ended_at))

    def minutes(self, priority: str, measure: str) -> int | None:
        found = self.targets.get(priority, {}).get(measure)
        return int(found) if found else None
