"""A case, the standing of a case for each seat that follows it, and how cases belong together."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crossdesk.access.sight import Sight
from crossdesk.cases.lifecycle import Outcome, Stage
from crossdesk.desks.models import Desk, ResolverGroup
from crossdesk.parties.models import Party, Seat
from crossdesk.threads.models import Entry, Thread, ThreadBound
from crossdesk.threads.recording import Audience

if TYPE_CHECKING:
    from crossdesk.cases.legs import Leg


class Case(ThreadBound):
    """Its row holds only what every one of its readers may see; the rest is in entries with audiences."""

    class Kind(models.TextChoices):
        INCIDENT = "incident"
        REQUEST = "request"
        ENQUIRY = "enquiry"

    class LegsShown(models.TextChoices):
        """Who, besides its two desks and the owner, sees the desk and the stage of a leg; never more of it."""

        ENGAGED = "engaged", "The raiser sees the desks that the owner engaged"
        RAISER = "raiser", "The raiser sees every leg"
        EVERYONE = "everyone", "Everyone on the case sees every leg"

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="case")
    reference = models.CharField(max_length=16, unique=True)
    journey = models.UUIDField(default=uuid.uuid4, db_index=True, help_text="Shared by the cases it was carried on as.")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.INCIDENT)
    summary = models.CharField(max_length=200)
    query_type = models.CharField(max_length=80)
    system = models.CharField(max_length=20, blank=True)
    scenario = models.CharField(max_length=60, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.RAISED)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    priority = models.SmallIntegerField(null=True, help_text="1 to 4; nothing before triage has judged it.")
    raiser = models.ForeignKey(Party, models.PROTECT, related_name="cases_raised")
    owner = models.ForeignKey(Desk, models.PROTECT, related_name="cases_owned")
    raised_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True, help_text="When this round began; the times after it are its own.")
    triaged_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    bounces = models.SmallIntegerField(default=0, help_text="Along the journey; the second opens joint triage.")
    legs_shown = models.CharField(
        max_length=8, choices=LegsShown.choices, default=LegsShown.ENGAGED, db_default="engaged"
    )
    edition = models.CharField(max_length=64, blank=True, help_text="Digest of the rules that judged it.")
    followed_by = ArrayField(
        models.IntegerField(), default=list, db_default=[], help_text="Seats of the raiser's delegations it is under."
    )
    lists = models.JSONField(
        default=dict, db_default={}, help_text="Restricted: the list's seat, by the party's or desk's it stands for."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=Stage.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(stage=Stage.CLOSED) & Q(outcome="", closed_at=None),
                name="closed_has_an_outcome",
            ),
            models.CheckConstraint(condition=Q(priority=None) | Q(priority__range=(1, 4)), name="priority_is_1_to_4"),
        ]
        indexes = [
            models.Index(fields=["raiser", "-raised_at"], name="case_by_raiser"),
            models.Index(fields=["raiser", "thread"], name="case_open_by_raiser", condition=~Q(stage=Stage.CLOSED)),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def restricted(self) -> bool:
        return bool(self.lists)

    def seat_for(self, seat: int) -> int:
        """On a restricted case a list of named people stands in; a side that has none is an error, never a reader."""
        return self.lists[str(seat)] if self.lists else seat

    # Audiences, as they stand at this moment
    def internal(self, desk: Desk) -> Audience:
        return Audience("internal", (self.seat_for(desk.seat_id),), desk.pk)

    def to_raiser(self) -> Audience:
        sides = (self.seat_for(self.raiser.seat_id), self.seat_for(self.owner.seat_id))
        return Audience("raiser", (*sides, *self.followed_by))

    def to_everyone(self) -> Audience:
        return Audience("everyone", tuple(self.seats))

    @property
    def open_legs(self) -> list[Leg]:
        return [leg for leg in self.legs.all() if not leg.settled]

    @property
    def round_began(self) -> datetime:
        return self.reopened_at or self.raised_at

    @property
    def carried(self) -> bool:
        return self.links_down.filter(kind=CaseLink.Kind.CARRIED).exists()

    @property
    def is_open(self) -> bool:
        return self.stage not in {Stage.RESOLVED, Stage.CLOSED}


class CaseLink(ThreadBound):
    """A child follows its parent; a carried-on case is the same journey at the next desk."""

    class Kind(models.TextChoices):
        CHILD = "child"
        DUPLICATE = "duplicate"
        CARRIED = "carried", "carried on as"
        RELATED = "related"

    parent = models.ForeignKey(Case, models.PROTECT, related_name="links_down")
    child = models.ForeignKey(Case, models.PROTECT, related_name="links_up")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "child"], name="one_link_per_pair"),
            models.UniqueConstraint(fields=["parent"], condition=Q(kind="carried"), name="carried_on_once"),
            models.CheckConstraint(condition=~Q(parent=models.F("child")), name="no_link_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.child} {self.kind} of {self.parent}"


class Hold(ThreadBound):
    """A reason why a case must stay open, or is not resolved yet, put there by something above it."""

    class Keeps(models.TextChoices):
        CLOSING = "closing", "from being closed"
        RESOLVING = "resolving", "from being resolved"

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    why = models.CharField(max_length=300)
    put_by = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="+", help_text="What holds it.")
    keeps = models.CharField(
        max_length=9, choices=Keeps.choices, default=Keeps.CLOSING, db_default="closing", help_text="What from."
    )
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+", help_text="Whose turn it is.")
    who = models.CharField(max_length=120, blank=True, db_default="")
    what = models.CharField(max_length=160, blank=True, db_default="", help_text="The next action while it holds.")
    by = models.DateTimeField(null=True)
    persons = ArrayField(models.BigIntegerField(), default=list, db_default=[], help_text="Who has a step in hand.")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.why


class Standing(models.Model):
    """How a case stands for one seat: what its list shows, in the order the list wants, from one index."""

    sight = Sight.THREAD

    class Part(models.TextChoices):
        RAISED = "raised", "raised it"
        OWNS = "owns", "owns it"
        ENGAGED = "engaged", "is engaged"
        FOLLOWS = "follows", "follows it"

    class Ball(models.TextChoices):
        US = "us", "ours"
        THEM = "them", "theirs"
        NOBODY = "nobody", "nobody yet"

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="standings")
    case = models.ForeignKey(Case, models.PROTECT, related_name="standings")
    leg = models.BigIntegerField(default=0)
    part = models.CharField(max_length=8, choices=Part.choices)
    is_open = models.BooleanField()
    stage = models.CharField(max_length=12)
    priority = models.SmallIntegerField(default=5, help_text="5 until judged, so that it sorts after 4.")
    ball = models.CharField(max_length=6, choices=Ball.choices)
    next_who = models.CharField(max_length=120, blank=True)
    next_what = models.CharField(max_length=160, blank=True)
    next_by = models.DateTimeField(null=True)
    person = models.BigIntegerField(null=True, help_text="Who of this desk has it in hand.")
    group = models.BigIntegerField(null=True)
    persons = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], help_text="Who has a step of a request in hand."
    )
    legs = models.JSONField(default=list, help_text="Desk and stage of the legs this seat may know of.")
    changed_at = models.DateTimeField()

    # What a queue is narrowed by stands here as well: joined to the case, a filter would read every case of the desk.
    raiser = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    system = models.CharField(max_length=20, blank=True)
    scenario = models.CharField(max_length=60, blank=True)
    bounces = models.SmallIntegerField(default=0)
    trouble = models.BooleanField(default=False, help_text="A leg of it is silent or undeliverable.")
    clock_since = models.DateTimeField(null=True, help_text="Of the clock of this seat's that is due first.")
    clock_due = models.DateTimeField(null=True)
    clock_paused = models.BooleanField(default=False, db_default=False, help_text="Its clocks wait, all of them.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seat", "leg"], name="one_standing_per_seat_and_leg")]
        indexes = [
            models.Index("seat", "raiser", "priority", "next_by", name="standing_raiser", condition=Q(is_open=True)),
            models.Index("seat", "system", "priority", "next_by", name="standing_system", condition=Q(is_open=True)),
            models.Index("seat", "person", name="standing_person", condition=Q(is_open=True, person__isnull=False)),
            models.Index("seat", name="standing_steps", condition=Q(is_open=True) & ~Q(persons=[])),
            models.Index("seat", name="standing_trouble", condition=Q(is_open=True, trouble=True)),
            models.Index("seat", name="standing_bounced", condition=Q(is_open=True, bounces__gte=2)),
            models.Index("seat", name="standing_legs", condition=Q(is_open=True) & ~Q(legs=[])),
            models.Index("seat", name="standing_offers", condition=Q(is_open=True, person=None, group__isnull=False)),
            models.Index("seat", "priority", "next_by", "id", name="standing_open", condition=Q(is_open=True)),
            models.Index("seat", "ball", "priority", "next_by", name="standing_ball", condition=Q(is_open=True)),
            models.Index("seat", "stage", "priority", "next_by", name="standing_stage", condition=Q(is_open=True)),
            models.Index("seat", "next_by", name="standing_due", condition=Q(is_open=True)),
            models.Index(
                "seat", "clock_due", name="standing_clock", condition=Q(is_open=True, clock_due__isnull=False)
            ),
            models.Index("seat", name="standing_paused", condition=Q(is_open=True, clock_paused=True)),
            models.Index(fields=["seat", "-changed_at"], name="standing_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} for seat {self.seat_id}"


class Assignment(ThreadBound):
    """An offer of work to a group of the same desk. Until it is accepted, the desk holds the ball."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    leg = models.ForeignKey("cases.Leg", models.PROTECT, null=True, related_name="assignments")
    desk = models.ForeignKey(Desk, models.PROTECT)
    group = models.ForeignKey(ResolverGroup, models.PROTECT)
    offered_at = models.DateTimeField()
    accept_by = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.BigIntegerField(null=True)
    accepted_name = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "desk", "leg"],
                condition=Q(ended_at=None),
                name="one_live_assignment_per_work",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} to {self.group}"


class JointTriage(ThreadBound):
    """Opened by the second bounce of a journey: the desks concerned say whose it is, and the owner decides."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="joint_triages")
    desks = ArrayField(models.BigIntegerField(), help_text="The owner, and every desk that sent the matter on.")
    spoken = ArrayField(models.BigIntegerField(), default=list, help_text="The desks that gave their side.")
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_for = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(decided_at=None), name="one_open_joint_triage"),
        ]

    def __str__(self) -> str:
        return f"joint triage of {self.case_id}"

    def audience(self) -> Audience:
        """The desks concerned and nobody else: neither the raiser nor other desks on the case."""
        return Audience("joint", tuple(self.seats), self.pk)


class Question(ThreadBound):
    """What somebody must answer, by when. An open one makes its addressee the next to act."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="questions")
    leg = models.ForeignKey("cases.Leg", models.PROTECT, null=True, related_name="questions")
    asked_by = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    addressee = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"question due {self.due_at:%Y-%m-%d %H:%M}"


# The other models of this app, each in the file of its capability.
from crossdesk.cases.drafts import Draft  # noqa: E402, F401
from crossdesk.cases.known_links import KnownLink  # noqa: E402, F401
from crossdesk.cases.legs import Leg  # noqa: E402
from crossdesk.cases.material import BadLine, Evidence, EvidenceChunk, Member, ReferenceSet  # noqa: E402, F401
from crossdesk.cases.missing import Missing  # noqa: E402, F401
from crossdesk.cases.review_asks import ReviewAsk  # noqa: E402, F401
from crossdesk.cases.saved_views import SavedView  # noqa: E402, F401
