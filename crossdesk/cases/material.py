"""What is given with a case: files as proof, and lists of references with their members."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from crossdesk.access.sight import Sight
from crossdesk.cases.models import Case
from crossdesk.threads.models import Entry, ThreadBound


class Evidence(ThreadBound):
    """A file given as proof. Its bytes stand in chunks under the same seats."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="evidence")
    key = models.CharField(
        max_length=60, blank=True, help_text="Which required evidence it is, of market/evidence.toml."
    )
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    erased = models.BooleanField(default=False, help_text="Its bytes are gone; size and digest stay.")

    def __str__(self) -> str:
        return self.name


class EvidenceChunk(ThreadBound):
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="chunks")
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "number"], name="one_chunk_per_number")]

    def __str__(self) -> str:
        return f"chunk {self.number}"


class ReferenceSet(ThreadBound):
    """One list of references as it was given: who may read it, its digest and its tally. Members are rows beside it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reference_sets")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="reference_sets")
    kind = models.CharField(max_length=20, help_text="mpan, transaction, sender-reference, correlation, error-code …")
    source = models.CharField(max_length=160, blank=True)
    digest = models.BinaryField(max_length=32)
    lines = models.IntegerField(default=0)
    distinct = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    areas = models.JSONField(default=dict, help_text="How many of its MPANs each distributor has.")
    retracted_at = models.DateTimeField(null=True, help_text="Taken back: it counts for nothing from then on.")
    bad_lines = models.JSONField(default=list, help_text="The first bad lines: [line, value, what it should be].")

    def __str__(self) -> str:
        return f"{self.distinct} {self.kind}"


class Member(models.Model):
    """One reference of a list. Compact, loaded by COPY, and read only through the functions that leave an entry."""

    sight = Sight.MACHINERY

    set = models.ForeignKey(ReferenceSet, models.PROTECT, related_name="+", db_index=False)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["value", "set"], name="one_member_per_list")]
        # A list is loaded in one go, so its members lie together and a few pages of index find them.
        indexes = [BrinIndex(fields=["set"], name="member_by_list", pages_per_range=16)]

    def __str__(self) -> str:
        return f"a member of list {self.set_id}"


class BadLine(models.Model):
    """One line of a list that was no reference, and why. Loaded by COPY and read only beside its list."""

    sight = Sight.MACHINERY

    set = models.ForeignKey(ReferenceSet, models.PROTECT, related_name="+", db_index=False)
    line = models.IntegerField()
    value = models.CharField(max_length=60)
    fault = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["set", "line"], name="bad_line_of_a_list")]

    def __str__(self) -> str:
        return f"line {self.line} {self.fault}"
