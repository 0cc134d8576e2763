"""Where a party's tool wants to be told what happens, and each thing it is told."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crossdesk.access.sight import Sight
from crossdesk.parties.models import Party
from crossdesk.threads.models import PartyBound


class Subscription(PartyBound):
    sight = Sight.PARTY

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    face = models.CharField(max_length=8, help_text="How it is told: cloud for CloudEvents, v4 or v5 for TMF621's hub.")
    scope = models.CharField(max_length=24, blank=True, help_text="Told while the party has a live key for this.")
    name = models.CharField(max_length=80, blank=True)
    callback = models.CharField(max_length=500)
    query = models.CharField(max_length=500, blank=True, help_text="Of TMF621's hub: which events, which fields.")
    kinds = ArrayField(models.CharField(max_length=60), default=list, help_text="Which events; none for all of them.")
    made_by = models.CharField(max_length=160, help_text="The name of the key, or of the person.")
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "face", "callback", "query"],
                condition=Q(ended_at=None),
                name="one_live_subscription_per_address",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.callback


class Event(PartyBound):
    """One thing to tell one subscriber. It holds no words: what it is about is read when it leaves, with the party's
    eyes."""

    sight = Sight.PARTY

    class State(models.TextChoices):
        WAITING = "waiting", "to be told"
        TOLD = "told", "taken by their server"
        DEAD = "dead", "not taken"

    event_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=60)
    about = models.UUIDField(help_text="The case, or the ticket of an engaged party's leg.")
    leg = models.IntegerField(default=0, help_text="The number of the leg it is about, where it is about one.")
    entry = models.BigIntegerField(null=True, help_text="The entry it follows from; none for a trial.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.CharField(max_length=500, blank=True)
    happened_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subscription", "id"], name="events_waiting", condition=Q(state="waiting")),
            models.Index(fields=["subscription", "-id"], name="events_of_subscription"),
            models.Index("happened_at", name="events_by_age", condition=~Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.about}"


class Attempt(PartyBound):
    """One time that it was said, and what their server answered."""

    sight = Sight.PARTY

    event = models.ForeignKey(Event, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    took_ms = models.IntegerField()
    status = models.IntegerField(null=True, help_text="None where it was not taken.")
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.at}: {self.status or self.answer}"
