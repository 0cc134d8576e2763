"""What makes a case a request: which item of the catalogue it is, whose word it needs, and the steps of the work.

No words stand here: answers, reasons and results are the bodies of entries, where an erasure finds them.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from crossdesk.access import Role
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Assignment, Case
from crossdesk.desks.models import Desk
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry, ThreadBound


class Request(ThreadBound):
    """Read by whoever the form was written to: the asking party, the desk, and a partner whose word it needs."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="request")
    item = models.CharField(max_length=60, help_text="Its row in market/requests.toml.")
    name = models.CharField(max_length=120, help_text="As the catalogue called it on that day.")
    form = models.CharField(max_length=16, help_text="The edition of the form that was filled in.")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+", help_text="Whose body holds the answers.")
    asked_by = models.BigIntegerField(
        null=True, help_text="The person, who may not approve it where four eyes are wanted; none where a key asked."
    )
    approved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(refused_at=None), name="approved_or_refused_not_both"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(approved_at__isnull=False), name="done_only_when_approved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.case_id}"


class Approval(ThreadBound):
    """One person's word of one party or desk. A refused one stays; whoever reopens the case is asked anew."""

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        NO_OBJECTION = "silent", "Nobody objected"
        REFUSED = "refused", "Refused"

    request = models.ForeignKey(Request, models.PROTECT, related_name="approvals")
    key = models.CharField(max_length=80, help_text="Its row in market/requests.toml.")
    number = models.SmallIntegerField(default=1, help_text="Of the people this row asks for.")
    round = models.SmallIntegerField(default=1)
    order = models.SmallIntegerField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=24, choices=[(role.value, role.label) for role in Role])
    four_eyes = models.BooleanField(default=True)
    delegates = models.BooleanField(default=False)
    because = models.CharField(max_length=200)
    asked_at = models.DateTimeField(null=True, help_text="Nothing before its turn.")
    object_by = models.DateTimeField(null=True, help_text="From then on silence is consent.")
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    person = models.BigIntegerField(null=True)
    name = models.CharField(max_length=120, blank=True)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+", help_text="Whose body says why.")

    class Meta:
        ordering = ("order", "pk")
        constraints = [
            models.UniqueConstraint(fields=["request", "key", "number", "round"], name="one_approval_per_place"),
            models.UniqueConstraint(
                fields=["request", "key", "round", "person"],
                condition=Q(person__isnull=False),
                name="one_word_per_person",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | ~Q(decision="") & Q(decided_at__isnull=False),
                name="decided_with_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["object_by"], name="approvals_to_lapse", condition=Q(decision="")),
            models.Index(fields=["party"], name="approvals_waiting", condition=Q(decision="", asked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"approval of {self.whose}"

    @property
    def whose(self) -> str:
        return f"a {Role(self.role).label} of {self.desk or self.party}"

    @property
    def waiting(self) -> bool:
        return self.asked_at is not None and not self.decision

    @property
    def silent(self) -> bool:
        return self.decision == self.Decision.NO_OBJECTION

    @property
    def objecting(self) -> bool:
        return self.object_by is not None


class Task(ThreadBound):
    """A step of the work: of the desk that owns the case, of whoever asked, or of another desk as its leg."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=80, help_text="Its row in market/requests.toml.")
    name = models.CharField(max_length=120)
    order = models.SmallIntegerField()
    desk = models.ForeignKey(
        Desk, models.PROTECT, null=True, related_name="+", help_text="Nobody's: who asked does it."
    )
    system = models.CharField(max_length=20, blank=True)
    proof = models.CharField(max_length=12, blank=True, help_text="Read off the records; nobody ticks it.")
    found = models.CharField(max_length=200, blank=True, help_text="What the last look at the records found.")
    ready_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    person = models.BigIntegerField(
        null=True, help_text="Whose hands it is in; steps side by side have each their own."
    )
    person_name = models.CharField(max_length=120, blank=True)
    leg = models.ForeignKey(Leg, models.PROTECT, null=True, related_name="+")
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=160, blank=True, help_text="Whose hand it is in.")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+", help_text="Whose body says the rest.")

    class Meta:
        ordering = ("order", "pk")
        constraints = [
            models.UniqueConstraint(fields=["request", "key"], name="one_task_per_step"),
            models.UniqueConstraint(fields=["leg"], condition=Q(leg__isnull=False), name="one_task_per_leg"),
            models.CheckConstraint(condition=Q(done_at=None) | Q(ready_at__isnull=False), name="done_only_when_ready"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def open(self) -> bool:
        return self.ready_at is not None and self.done_at is None

    def late(self, at: datetime) -> bool:
        return self.open and self.due_at is not None and self.due_at < at
