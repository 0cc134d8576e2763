"""Calendars, which are the operator's rows, and the clocks that run by them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from crossdesk.access.sight import Sight
from crossdesk.clocks.opening import Hours
from crossdesk.clocks.reckoning import Target
from crossdesk.clocks.timetable import Timetable, read
from crossdesk.threads.models import DeskBound, Thread, ThreadBound
from crossdesk.threads.recording import Audience


class Calendar(models.Model):
    """When somebody works. Applying the rules never touches it: nobody publishes opening hours but their owner."""

    sight = Sight.PUBLIC

    name = models.CharField(max_length=120, unique=True)
    zone = models.CharField(max_length=40, default="Europe/London")
    version = models.SmallIntegerField(default=0, help_text="The newest; 0 until somebody says any hours.")
    spells = models.JSONField(default=list, help_text="What counts from when, as clocks read it: `timetable.written`.")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Timetable:
        return read(self.spells, self.zone)


class CalendarVersion(DeskBound):
    """Who kept which hours, when, and from when they count: for the people of the desk."""

    append_only = True

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    week = models.CharField(max_length=400, help_text="As people write it: Mon-Fri 09:00-17:00; Sat 10:00-24:00")
    region = models.CharField(max_length=20, blank=True, help_text="Whose bank holidays are kept; none where empty.")
    closures = models.JSONField(default=dict, help_text="Names by ISO day.")
    since = models.DateTimeField()
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=160)
    person = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("calendar", "-number")
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="one_calendar_per_version")]

    def __str__(self) -> str:
        return f"{self.calendar}, version {self.number}"


class Clock(ThreadBound):
    """One promise about one case or leg. Its columns only repeat what its entries say; only `next_at` wakes it."""

    class Measure(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", "Acknowledge"
        RESPOND = "respond", "Respond"
        UPDATE = "update", "Next update"
        RESOLVE = "resolve", "Resolve"
        PUBLISH = "publish", "Publish the review"
        FULFIL = "fulfil", "Do a step of a request"
        ACTION = "action", "Do an action"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        MET = "met", "Met"
        STOPPED = "stopped", "Stopped"

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="clocks")
    leg = models.BigIntegerField(default=0, help_text="0 for the whole case.")
    task = models.BigIntegerField(
        default=0,
        db_default=0,
        help_text="The step of a request, or the action of a joint record; 0 for the whole work.",
    )
    desk = models.BigIntegerField(help_text="Whose promise it is.")
    measure = models.CharField(max_length=11, choices=Measure.choices)
    minutes = models.IntegerField()
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, help_text="Around the clock where there is none.")
    calendar_version = models.SmallIntegerField(default=0, help_text="Of its calendar, when it was last worked out.")
    rule = models.CharField(max_length=200, help_text="Which rule or agreement promised it, as the page tells it.")
    terms = models.BigIntegerField(default=0, help_text="Whose agreement's version promised it; 0 where none did.")
    source = models.CharField(max_length=200)
    published = models.BooleanField(default=False)
    steps = ArrayField(models.SmallIntegerField(), default=list, help_text="Percent of the target at which it acts.")
    passed = models.SmallIntegerField(default=0, help_text="The last of its steps that acted.")
    audience = models.CharField(max_length=10)
    of = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    resumes_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    excused_at = models.DateTimeField(null=True, help_text="Its breach was excused, for a reason its entry tells.")
    ended_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=300, blank=True, help_text="Why it is paused, or why it was stopped unmet.")

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["next_at"], name="clock_next", condition=Q(next_at__isnull=False)),
            models.Index(fields=["thread"], name="clock_by_thread"),
            models.Index(
                fields=["calendar", "calendar_version"],
                name="clock_by_calendar",
                condition=Q(ended_at=None, calendar__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="a_target_is_a_minute_or_more"),
            models.CheckConstraint(
                condition=Q(state__in=["met", "stopped"], ended_at__isnull=False, next_at=None)
                | Q(state__in=["running", "paused"], ended_at=None),
                name="an_ended_clock_has_its_end_and_wakes_nobody",
            ),
            models.UniqueConstraint(
                fields=["thread", "leg", "task", "desk", "measure"],
                condition=Q(ended_at=None),
                name="one_live_clock_per_promise",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(due_at__gte=F("started_at")), name="due_after_it_started"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.Measure(self.measure).label.lower()} clock"

    @property
    def live(self) -> bool:
        return self.ended_at is None

    @property
    def target(self) -> Target:
        return Target(timedelta(minutes=self.minutes), self.calendar.hours if self.calendar else Hours())

    def readers(self) -> Audience:
        return Audience(self.audience, tuple(self.seats), self.of)

    def late(self, at: datetime) -> bool:
        return self.breached_at is not None or (self.live and self.due_at is not None and self.due_at < at)
