"""What was last found of each desk and party: kept, so that a page and a war room show it without asking again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from crossdesk.desks.models import Desk
from crossdesk.parties.models import Party
from crossdesk.threads.models import PartyBound


class Reading(models.TextChoices):
    HERE = "here", "works here"
    PROVEN = "proven", "proven"
    UNCONFIRMED = "unconfirmed", "contact not confirmed"
    UNPROVEN = "unproven", "not proven lately"
    NEVER = "never", "never tried"
    SILENT = "silent", "silent"
    SHUT = "shut", "its line does not answer"
    BOUNCED = "bounced", "bounced"
    NONE = "none", "no way to reach it"


class Reach(PartyBound):
    """For its party and the central desks: how an organisation fares tells its competitors something."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="reaches")
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="reaches", help_text="None: its contacts.")
    reading = models.CharField(max_length=11, choices=Reading.choices)
    since = models.DateTimeField(null=True, help_text="Of the last answer, the silence or the bounce.")
    path = models.CharField(max_length=320, blank=True)
    why = models.CharField(max_length=500, blank=True)
    fallback = models.CharField(max_length=500, blank=True)
    measured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(desk=None), name="one_reading_per_party"),
            models.UniqueConstraint(fields=["desk"], name="one_reading_per_desk"),
        ]

    def __str__(self) -> str:
        return f"{self.desk or self.party}: {self.reading}"
