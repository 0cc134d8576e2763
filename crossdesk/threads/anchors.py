"""Anchors: once a day a signed root over every chain head that moved. Rows are final; docs/proof.md says the format."""

from __future__ import annotations

from django.db import models

from crossdesk.access.sight import Sight
from crossdesk.proof.links import Statement, instant
from crossdesk.threads.models import ChainHead


class AnchorKey(models.Model):
    """A public key that signs anchors. The newest is in force; each but the first is vouched for by the one before."""

    sight = Sight.PUBLIC
    append_only = True

    fingerprint = models.CharField(max_length=64, unique=True)
    public = models.BinaryField(max_length=32)
    since = models.DateTimeField()
    endorsed_by = models.CharField(max_length=64, blank=True)
    endorsement = models.BinaryField(max_length=64, default=b"")

    def __str__(self) -> str:
        return self.fingerprint


class Anchor(models.Model):
    """What everybody may know of a day: its root, its signature, and how many levels its tree has."""

    sight = Sight.PUBLIC
    append_only = True

    number = models.IntegerField(primary_key=True)
    day = models.DateField(unique=True, help_text="In London.")
    at = models.DateTimeField()
    depth = models.SmallIntegerField()
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32, help_text="The digest of the statement before; zeros for the first.")
    key = models.ForeignKey(AnchorKey, models.PROTECT, related_name="anchors")
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"anchor {self.number} of {self.day}"

    @property
    def statement(self) -> Statement:
        return Statement(
            self.number,
            self.day.isoformat(),
            instant(self.at),
            self.depth,
            bytes(self.root).hex(),
            bytes(self.previous).hex(),
            self.key.fingerprint,
        )


class AnchorSecret(models.Model):
    """What blinds the leaves of one anchor, and the roots of its blocks, from which paths are made quickly."""

    sight = Sight.MACHINERY
    append_only = True

    anchor = models.OneToOneField(Anchor, models.PROTECT, primary_key=True, related_name="secret")
    secret = models.BinaryField(max_length=32)
    blocks = models.BinaryField()

    def __str__(self) -> str:
        return f"the secret of anchor {self.anchor_id}"


class AnchoredHead(models.Model):
    """One leaf that holds a chain head; the other places of the tree are padding and need no row."""

    sight = Sight.MACHINERY
    append_only = True

    # Written by one statement from the rows they name; checking a million keys again would double the time.
    pk = models.CompositePrimaryKey("anchor_id", "slot")
    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="leaves", db_constraint=False, db_index=False)
    slot = models.BigIntegerField(help_text="Its place in the tree, drawn by lot.")
    head = models.ForeignKey(ChainHead, models.PROTECT, related_name="anchored", db_constraint=False, db_index=False)
    length = models.IntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["head", "length"], name="anchored_of_head")]

    def __str__(self) -> str:
        return f"head {self.head_id} at {self.length}"
