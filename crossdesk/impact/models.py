"""The impact register of a case and everything linked to it, and the thresholds it crossed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crossdesk.access.sight import Sight
from crossdesk.cases.models import Case
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry, Thread, ThreadBound


class Affected(ThreadBound):
    """A party, system or market process that the case affects: claimed, and then confirmed or denied by that party."""

    class Kind(models.TextChoices):
        PARTY = "party", "Party"
        SYSTEM = "system", "System"
        PROCESS = "process", "Market process"

    class Says(models.TextChoices):
        CLAIMED = "claimed", "Claimed"
        CONFIRMED = "confirmed", "Confirmed"
        DENIED = "denied", "Denied"

    case = models.ForeignKey(Case, models.PROTECT, related_name="affected")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=40, help_text="The party's number, or the key of a system or a market process.")
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="Whose word counts.")
    says = models.CharField(max_length=9, choices=Says.choices, default=Says.CLAIMED)
    meters = models.IntegerField(default=0, help_text="Meters it counts as affected, where no list was given.")
    since = models.DateTimeField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "key", "party"], name="one_word_per_party_and_thing"),
            models.CheckConstraint(condition=~Q(kind="party") | Q(party__isnull=False), name="a_party_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.says}"


class Applies(ThreadBound):
    """A row of Appendix B that triage says applies to a case, beside the one it was raised under."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="applies")
    scenario = models.CharField(max_length=60)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "scenario"], name="one_row_applies_once")]

    def __str__(self) -> str:
        return self.scenario


class Answer(ThreadBound):
    """What triage answered to a question that no count can answer, and why."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="impact_answers")
    phrase = models.CharField(max_length=60, help_text="A key of market/phrases.toml.")
    holds = models.BooleanField()
    why = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "phrase"], name="one_answer_per_phrase")]

    def __str__(self) -> str:
        return f"{self.phrase}: {'yes' if self.holds else 'no'}"


class Crossing(ThreadBound):
    """A threshold that was crossed, once: by which row, when, and by what. The earliest of its column wins."""

    class Column(models.TextChoices):
        CROSS_PARTY = "cross-party", "Cross-party"
        MAJOR = "major", "Major incident"

    case = models.ForeignKey(Case, models.PROTECT, related_name="crossings")
    column = models.CharField(max_length=11, choices=Column.choices)
    scenario = models.CharField(max_length=60)
    at = models.DateTimeField()
    because = models.CharField(max_length=300)
    tipped_by = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    proposed = models.JSONField(default=list, help_text="Desks to engage: {desk, name, because}.")

    class Meta:
        ordering = ("at", "pk")
        constraints = [models.UniqueConstraint(fields=["case", "column", "scenario"], name="crossed_once")]

    def __str__(self) -> str:
        return f"{self.column} threshold of {self.scenario}"


class Tally(ThreadBound):
    """As of the last count: how many distinct MPANs and meters the case's raiser gave, and all linked gave.

    The raiser sees its own share and the total; only the owning desk, which sees every row, sees whose they are.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="tally")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    own = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    own_meters = models.IntegerField(default=0)
    total_meters = models.IntegerField(default=0)
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.own} of {self.total}"


class LastCount(models.Model):
    """How many distinct identifiers exactly these lists hold: where counting for this thread goes on from."""

    sight = Sight.MACHINERY

    # Whoever counts locks this row; a key, checked at the end, would wait for one that holds the thread and waits here.
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=20)
    lists = ArrayField(models.BigIntegerField(), default=list)
    total = models.IntegerField(default=0)
    shares = models.JSONField(default=dict, help_text="By the number of the party that gave them.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "kind"], name="one_last_count")]

    def __str__(self) -> str:
        return f"{self.total} {self.kind}s on {len(self.lists)} lists"
