"""A thread, its timeline and its hash chains: everything readable hangs here."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q

from crossdesk.access.sight import Sight


class Bound(models.Model):
    """A row that names the seats that may read it."""

    sight: ClassVar[Sight]
    seats = ArrayField(models.IntegerField(), default=list)

    class Meta:
        abstract = True


class ThreadBound(Bound):
    sight = Sight.THREAD

    class Meta:
        abstract = True


class PartyBound(Bound):
    sight = Sight.PARTY

    class Meta:
        abstract = True


class DeskBound(Bound):
    sight = Sight.DESK

    class Meta:
        abstract = True


class Thread(ThreadBound):
    """Its seats are everybody who may read anything on it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    length = models.IntegerField(default=0, help_text="How many entries it has; the next entry's sequence is one more.")

    def __str__(self) -> str:
        return f"{self.kind} thread {self.id}"


class Entry(ThreadBound):
    """One thing that happened. Its own row is metadata and holds no words; those stand in its body."""

    append_only = True

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="entries")
    seq = models.IntegerField()
    audience = models.CharField(max_length=10)
    of = models.BigIntegerField(default=0, help_text="The desk of an internal audience, the leg of a leg's.")
    position = models.IntegerField(help_text="In the chain of its thread and audience, from 1.")
    kind = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by_person = models.BigIntegerField(null=True)
    by_party = models.BigIntegerField(null=True)
    by_desk = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    body_digest = models.BinaryField(max_length=32)
    own = models.BinaryField(max_length=32, help_text="Stands for it in a chain whose reader may not read it.")
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "seq"], name="one_entry_per_sequence"),
            models.UniqueConstraint(fields=["thread", "audience", "of", "position"], name="one_entry_per_link"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.happened_at:%Y-%m-%d %H:%M}"


class EntryBody(ThreadBound):
    """The words of an entry and who said them: what an erasure may blank."""

    append_only = True

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="body")
    salt = models.BinaryField(max_length=16)
    author = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    erased = models.BooleanField(default=False)
    tsv = models.GeneratedField(
        expression=SearchVector("words", config="english"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        indexes = [GinIndex(fields=["seats", "tsv"], name="body_search")]

    def __str__(self) -> str:
        return self.words[:60]


class ChainHead(models.Model):
    """Where the chain of one thread and audience stands; locked with its thread."""

    sight = Sight.THREAD

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="heads")
    audience = models.CharField(max_length=10)
    of = models.BigIntegerField(default=0)
    seats = ArrayField(models.IntegerField(), default=list)
    length = models.IntegerField(default=0)
    digest = models.BinaryField(max_length=32)
    waiting = models.BooleanField(default=True, help_text="It moved since it was last anchored.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "audience", "of"], name="one_head_per_chain")]
        indexes = [models.Index("id", name="heads_to_anchor", condition=Q(waiting=True))]

    def __str__(self) -> str:
        return f"{self.audience} chain of {self.thread_id}, {self.length} long"


class Sending(models.Model):
    """One pressing of a form's button. The same form with the same words, sent again, is answered as the first was."""

    sight = Sight.MACHINERY

    key = models.CharField(max_length=64, primary_key=True, help_text="Digest of the form's token and what it said.")
    person = models.BigIntegerField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True, help_text="Where the first sending led.")

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="sending_of_person")]

    def __str__(self) -> str:
        return f"sending {self.key[:8]}"


from crossdesk.threads.anchors import (  # noqa: E402 - models of this app, in the file of their capability
    Anchor,
    AnchoredHead,
    AnchorKey,
    AnchorSecret,
)

__all__ = [
    "Anchor",
    "AnchorKey",
    "AnchorSecret",
    "AnchoredHead",
    "ChainHead",
    "Entry",
    "EntryBody",
    "Sending",
    "Thread",
]
