"""A known error: what goes wrong, how to get by, when it is fixed, and what it goes by so that cases find it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import CombinedSearchVector, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q

from crossdesk.desks.models import Desk
from crossdesk.known_errors.lifecycle import State
from crossdesk.parties.models import Party
from crossdesk.threads.models import Thread, ThreadBound
from crossdesk.threads.recording import Audience

EVERYBODY = 0
"""Stands among the seats of what every party reads; nobody holds it."""


class KnownError(ThreadBound):
    """Its row holds what all its readers may see. Who else reads it stands in rows of the desk's own."""

    public_when = f"seats @> '{{{EVERYBODY}}}' and (select viewer_seats()) <> '{{}}'"

    class To(models.TextChoices):
        DESK = "desk", "Our desk alone"
        PARTIES = "parties", "Parties we name"
        EVERYONE = "everyone", "Everyone"

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="known_error")
    reference = models.CharField(max_length=16, unique=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="known_errors")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    to = models.CharField(max_length=8, choices=To.choices, default=To.DESK)
    title = models.CharField(max_length=200)
    symptoms = models.TextField(blank=True)
    workaround = models.TextField(blank=True)
    systems = ArrayField(models.TextField(), default=list)
    interfaces = ArrayField(models.TextField(), default=list)
    codes = ArrayField(models.TextField(), default=list, help_text="Event and error codes.")
    words = models.CharField(max_length=600, blank=True, help_text="Words it goes by that its title does not say.")
    fix_due = models.DateTimeField(null=True)
    fix_waits_for = models.CharField(max_length=200, blank=True, help_text="The change or release of somebody else.")
    edition = models.SmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    fixed_at = models.DateTimeField(null=True)
    fixed_how = models.CharField(max_length=600, blank=True)
    changed_at = models.DateTimeField()
    tsv = models.GeneratedField(
        expression=CombinedSearchVector(
            SearchVector("title", "words", config="english", weight="A"),
            "||",
            SearchVector("symptoms", "workaround", config="english", weight="C"),
            config="english",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ("-changed_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN]) | Q(published_at__isnull=False),
                name="a_published_known_error_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.FIXED, fixed_at__isnull=False) | ~Q(state=State.FIXED),
                name="a_fixed_known_error_has_its_time",
            ),
        ]
        indexes = [
            GinIndex(
                fields=["seats", "codes", "interfaces", "tsv"],
                name="known_error_found",
                condition=Q(state__in=[State.PUBLISHED, State.FIXED]),
            ),
            models.Index(fields=["desk", "-changed_at"], name="known_error_of_desk"),
        ]

    def __str__(self) -> str:
        return self.reference

    def internal(self) -> Audience:
        """Its timeline is the desk's: a reader who is struck off keeps no entry, because there was none of theirs."""
        return Audience("internal", (self.desk.seat_id,), self.desk_id)

    def read_by(self, seat: int) -> bool:
        return EVERYBODY in self.seats or seat in self.seats


class Reader(ThreadBound):
    """A party it is published to, known to the desk alone: no reader learns who else reads."""

    known_error = models.ForeignKey(KnownError, models.CASCADE, related_name="readers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["known_error", "party"], name="one_reader_per_party")]

    def __str__(self) -> str:
        return f"{self.party} reads {self.known_error_id}"


class Sign(ThreadBound):
    """A reference it is known by, such as a batch or a transaction: the desk's, because it may be another party's."""

    known_error = models.ForeignKey(KnownError, models.CASCADE, related_name="signs")
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["value", "known_error"], name="one_sign_per_value")]

    def __str__(self) -> str:
        return self.value


class Answered(ThreadBound):
    """Somebody was about to raise a case, read the known error, and raised none. Once a day for each person."""

    known_error = models.ForeignKey(KnownError, models.CASCADE, related_name="answered")
    person = models.BigIntegerField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["known_error", "person", "day"], name="answered_once_a_day_each")
        ]

    def __str__(self) -> str:
        return f"answered on {self.day}"
