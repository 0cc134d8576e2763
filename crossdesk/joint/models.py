"""The rows of what parties that compete write together: a part each, signed sections, claims answered, actions.

Each package that has such a record derives its own tables and adds the record they hang on. No row that several
parties read names one of them: it carries the name that party chose to be read under.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from crossdesk.parties.models import Party
from crossdesk.threads.models import PartyBound, ThreadBound
from crossdesk.threads.recording import Audience

OPEN = Q(done_at=None, withdrawn_at=None)
"""Of actions: those that somebody still owes."""


class PartRow(ThreadBound):
    """A party's place in the record, known to the party and the desk that leads alone."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    alias = models.CharField(max_length=60, help_text="How others read it while it does not show its name.")
    named = models.BooleanField(default=False, help_text="Its name stands beside its section and its facts.")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=120, blank=True)
    off_at = models.DateTimeField(null=True, help_text="Taken off the record: it reads what it read, and nothing new.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.party.name if self.named else self.alias

    def between(self) -> Audience:
        """The party and the lead desk."""
        return Audience("part", tuple(self.seats), self.pk)

    def alone(self) -> Audience:
        """The party, and not even the lead desk."""
        return Audience("section", (self.party.seat_id,), self.pk)


class DraftRow(PartyBound):
    """What a party writes before it signs: its own people read it, not even those it lends its sight to."""

    words = models.TextField(blank=True)
    edition = models.SmallIntegerField(default=0)
    written_at = models.DateTimeField(null=True)
    written_by = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.words[:60]


class SectionRow(ThreadBound):
    who = models.CharField(max_length=120)
    words = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"Section of {self.who}"


class ClaimRow(ThreadBound):
    """Something one party states; everybody on the record reads it and answers for itself."""

    number = models.SmallIntegerField()
    who = models.CharField(max_length=120)
    words = models.CharField(max_length=600)
    happened_at = models.DateTimeField(null=True)
    stated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class AnswerRow(ThreadBound):
    """One party agrees with a claim or disputes it, and may think again."""

    who = models.CharField(max_length=120)
    agrees = models.BooleanField()
    words = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.who} {'agrees' if self.agrees else 'disputes'}"


class ActionRow(ThreadBound):
    """What is to be done so that it does not happen again. Who owes it stands in a row of its own."""

    number = models.SmallIntegerField()
    what = models.CharField(max_length=300)
    who = models.CharField(max_length=120)
    given_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=300, blank=True, help_text="What came of it, or why it was withdrawn.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.what

    @property
    def open(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None

    def late(self, at: datetime) -> bool:
        return self.open and self.due_at < at


class OwnerRow(ThreadBound):
    """The person of that party who carries an action: for the party, the lead desk, and whom the party is named to."""

    name = models.CharField(max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
