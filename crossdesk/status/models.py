"""What the status page stands on: which state a system was in and for how long, what is planned, who has a calendar.

The public's spells are rows of their own. They begin with the first word to the public, so that not even a time tells
it what narrower readers knew before.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from crossdesk.access.sight import Sight
from crossdesk.desks.models import Desk
from crossdesk.parties.models import Party, Person, Seat
from crossdesk.threads.models import Thread, ThreadBound


class State(models.TextChoices):
    MAJOR = "major", "Major incident"
    DEGRADED = "degraded", "Degraded"
    RECOVERED = "recovered", "Works again, being reconciled"
    OVER = "over", "Over"


class Spell(models.Model):
    """How long a published incident was in one state. The one without an end is how things are now."""

    incident = models.CharField(max_length=16, help_text="Its reference.")
    system = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=9, choices=State.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("since", "pk")

    def __str__(self) -> str:
        return f"{self.incident}: {self.get_state_display().lower()}"


class PublicSpell(Spell):
    """Of an incident that the public was told of."""

    sight = Sight.PUBLIC

    class Meta(Spell.Meta):
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=Q(until=None), name="one_public_state_now")
        ]
        indexes = [
            models.Index(fields=["until"], name="public_spells_until"),
            models.Index(fields=["-since", "-incident"], name="public_spells_over", condition=Q(state="over")),
            models.Index(fields=["incident"], name="public_spells_of_one"),
        ]


class ToldSpell(ThreadBound, Spell):
    """Of an incident that somebody was told of; for those who read its updates."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="+", help_text="The bulletin's.")

    class Meta(Spell.Meta):
        constraints = [models.UniqueConstraint(fields=["incident"], condition=Q(until=None), name="one_told_state_now")]
        indexes = [
            models.Index(fields=["until"], name="told_spells_until"),
            models.Index(fields=["-since", "-incident"], name="told_spells_over", condition=Q(state="over")),
            models.Index(fields=["incident"], name="told_spells_of_one"),
        ]


class Maintenance(ThreadBound):
    """Work on a system that its desk says beforehand. Until a second person agreed, only the desk knows of it."""

    public_when = "public and announced_at is not null"

    class Stage(models.TextChoices):
        PLANNED = "planned", "Planned"
        RUNNING = "running", "In progress"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="maintenance")
    reference = models.CharField(max_length=16, unique=True)
    system = models.CharField(max_length=20)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    title = models.CharField(max_length=140)
    words = models.TextField(help_text="What does not work meanwhile, and what its users should do.")
    public = models.BooleanField(default=False, help_text="Else it is for the parties of the market.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.PLANNED)
    announced_at = models.DateTimeField(null=True)
    asked_by = models.BigIntegerField(null=True, help_text="The person who waits for another to agree.")
    wants_start = models.DateTimeField(null=True, help_text="The new times that wait for agreement.")
    wants_end = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=300, blank=True)
    revision = models.SmallIntegerField(default=0, help_text="Calendars take the highest they have seen.")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("starts_at",)
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="maintenance_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(stage="running") | Q(began_at__isnull=False, announced_at__isnull=False),
                name="what_runs_was_announced",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="maintenance_ahead", condition=Q(stage__in=["planned", "running"])),
            models.Index(fields=["ended_at"], name="maintenance_past"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def waits(self) -> bool:
        return self.asked_by is not None


class CalendarKey(models.Model):
    """A private calendar's address, kept as a digest. It opens what its person may see, while they may."""

    sight = Sight.PERSON

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "party"], condition=Q(until=None), name="one_calendar_per_party")
        ]

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"
