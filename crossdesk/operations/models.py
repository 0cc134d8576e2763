"""Special operations as they were declared: for what, on whose authority, from when to when.

Normal operations need no row; they are what holds where no period does.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from crossdesk.desks.models import Desk
from crossdesk.threads.models import Thread, ThreadBound


class Period(ThreadBound):
    """Every party of the market reads it, so it names no party that is affected and no identifier."""

    class Cause(models.TextChoices):
        MAJOR = "major", "Industry-wide major incident"
        BREACH = "breach", "Data breach"

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="special_period")
    reference = models.CharField(max_length=16, unique=True)
    cause = models.CharField(max_length=6, choices=Cause.choices)
    scope = models.CharField(max_length=300)
    systems = ArrayField(models.CharField(max_length=20), default=list)
    incident = models.CharField(max_length=16, blank=True, help_text="The major incident's reference.")
    held_by = models.ForeignKey(
        Thread, models.PROTECT, null=True, related_name="+", help_text="The cases that this thread holds are in scope."
    )
    authority = models.CharField(max_length=200)
    why = models.CharField(max_length=300)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    entered_by = models.CharField(max_length=200)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="When it really ended; by itself that is `ends_at`.")
    ended_by = models.CharField(max_length=200, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-begins_at",)
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="special_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__lte=F("ends_at")), name="special_never_outlasts_its_end"
            ),
            models.CheckConstraint(
                condition=Q(cause="major", held_by__isnull=False) | Q(cause="breach", held_by=None),
                name="special_has_its_cause",
            ),
            models.UniqueConstraint(
                fields=["held_by"], condition=Q(ended_at=None), name="one_special_period_per_incident"
            ),
        ]
        indexes = [models.Index("ends_at", name="special_going_on", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return self.reference

    def holds_at(self, at: datetime) -> bool:
        return self.ended_at is None and self.begins_at <= at < self.ends_at
