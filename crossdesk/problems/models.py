"""A problem: the cause behind cases that recur, analysed by the parties concerned, until what fixes it is in place.

Parties that compete read one problem. No row that several of them read names one of them or a case.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.joint.models import ActionRow, AnswerRow, ClaimRow, DraftRow, OwnerRow, PartRow, SectionRow
from crossdesk.known_errors.models import KnownError
from crossdesk.majors.models import MajorIncident
from crossdesk.problems.lifecycle import State
from crossdesk.threads.models import Thread, ThreadBound
from crossdesk.threads.recording import Audience


class Problem(ThreadBound):
    """Its readers are the desk that owns it and the parties it involved."""

    class Began(models.TextChoices):
        CASES = "cases", "From cases"
        MAJOR = "major", "From a major incident"
        TREND = "trend", "From cases that recurred"

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="problem")
    reference = models.CharField(max_length=16, unique=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="problems")
    began = models.CharField(max_length=6, choices=Began.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    title = models.CharField(max_length=200)
    seen = models.TextField(blank=True, help_text="What is seen to go wrong, in the owner's words.")
    root_cause = models.TextField(blank=True)
    workaround = models.TextField(blank=True)
    fix = models.TextField(blank=True, help_text="What will keep it from happening again.")
    fix_by = models.CharField(max_length=120, blank=True, help_text="Under which name others read who fixes it.")
    fix_due = models.DateTimeField(null=True)
    fix_waits_for = models.CharField(max_length=200, blank=True, help_text="The change or release of somebody else.")
    system = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=60, blank=True, help_text="The error code it is recognised by when it recurs.")
    edition = models.SmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-changed_at",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[State.FIXED, State.CLOSED]) | Q(fixed_at__isnull=False),
                name="a_fixed_problem_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.FIX_AWAITED) | Q(fix_due__isnull=False) & ~Q(fix=""),
                name="an_awaited_fix_has_a_plan",
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "-changed_at"], name="problem_of_desk"),
            models.Index(fields=["desk", "system", "code"], name="problem_recognised", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.reference

    def readers(self) -> Audience:
        return Audience("problem", tuple(self.seats))

    def internal(self) -> Audience:
        return Audience("internal", (self.desk.seat_id,), self.desk_id)


class Behind(ThreadBound):
    """What only the owner's desk knows of its problem: the incident it came from, its known error, who owes the fix."""

    problem = models.OneToOneField(Problem, models.PROTECT, primary_key=True, related_name="behind")
    incident = models.ForeignKey(MajorIncident, models.PROTECT, null=True, related_name="problems")
    known_error = models.OneToOneField(KnownError, models.PROTECT, null=True, related_name="behind")

    def __str__(self) -> str:
        return f"behind {self.problem_id}"


class CaseOf(ThreadBound):
    """A case of this problem, known to the desk alone: its raiser learns by it of no other."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="cases")
    case = models.ForeignKey(Case, models.PROTECT, related_name="problems")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)
        constraints = [models.UniqueConstraint(fields=["problem", "case"], name="one_place_per_case")]

    def __str__(self) -> str:
        return f"{self.case_id} of {self.problem_id}"


class Part(PartRow):
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="parts")

    class Meta:
        ordering = ("party__name",)
        constraints = [
            models.UniqueConstraint(fields=["problem", "party"], name="one_problem_part_per_party"),
            models.UniqueConstraint(fields=["problem", "alias"], name="one_problem_party_per_alias"),
        ]


class Draft(DraftRow):
    part = models.OneToOneField(Part, models.PROTECT, primary_key=True, related_name="draft")


class Section(SectionRow):
    """A signed section: every reader of the problem reads it from then on."""

    part = models.OneToOneField(Part, models.PROTECT, primary_key=True, related_name="section")
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="sections")

    class Meta:
        ordering = ("who",)


class Cause(ClaimRow):
    """What one party says is the cause; the others agree or say what is so instead."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="causes")
    part = models.ForeignKey(Part, models.PROTECT, related_name="causes")

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["problem", "number"], name="one_cause_per_number")]

    def __str__(self) -> str:
        return f"cause {self.number}"


class Answer(AnswerRow):
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="answers")
    part = models.ForeignKey(Part, models.PROTECT, related_name="answers")

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["cause", "part"], name="one_answer_per_cause_and_party"),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(words=""), name="a_disputed_cause_says_why"),
        ]


class Action(ActionRow):
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="actions")
    part = models.ForeignKey(Part, models.PROTECT, related_name="actions")

    class Meta:
        ordering = ("due_at", "number")
        constraints = [models.UniqueConstraint(fields=["problem", "number"], name="one_problem_action_per_number")]


class Owner(OwnerRow):
    action = models.OneToOneField(Action, models.PROTECT, primary_key=True, related_name="owner")


class Why(ThreadBound):
    """One rung of the five whys: the answer to "why?" asked of the rung above."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="whys")
    number = models.SmallIntegerField()
    words = models.CharField(max_length=600)
    at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["problem", "number"], name="one_why_per_rung"),
            models.CheckConstraint(condition=Q(number__range=(1, 7)), name="whys_end"),
        ]

    def __str__(self) -> str:
        return self.words


class Line(ThreadBound):
    """A line of the problem's timeline. Those that follow from a case are the desk's alone."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="lines")
    happened_at = models.DateTimeField()
    words = models.CharField(max_length=600)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("happened_at", "pk")
        constraints = [models.UniqueConstraint(fields=["problem", "case", "words"], name="one_line_per_step_of_a_case")]

    def __str__(self) -> str:
        return self.words


class Sighting(ThreadBound):
    """An error code that a case of this desk names, so that recurrences are counted from an index."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    system = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=60)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="When the case was raised.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "desk", "code"], name="one_sighting_per_case_and_code")]
        indexes = [models.Index(fields=["desk", "system", "code", "at"], name="sighting_counted")]

    def __str__(self) -> str:
        return f"{self.code} in {self.case_id}"


class Proposal(ThreadBound):
    """What recurs at a desk, proposed as a problem: one row for each recurrence, brought up to date as it goes on."""

    class State(models.TextChoices):
        OPEN = "open", "Proposed"
        TAKEN_UP = "taken_up", "Taken up"
        DISMISSED = "dismissed", "Dismissed"

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="recurrence")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    system = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=60)
    rule = models.CharField(max_length=60)
    cases = models.IntegerField(help_text="Within the window when it was last counted.")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True, help_text="Why it was dismissed.")
    problem = models.ForeignKey(Problem, models.PROTECT, null=True, related_name="proposals")

    class Meta:
        ordering = ("-last_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "system", "code"], condition=Q(state="open"), name="one_open_proposal_per_recurrence"
            ),
            models.CheckConstraint(condition=~Q(state="dismissed") | ~Q(why=""), name="a_dismissal_says_why"),
        ]
        indexes = [models.Index(fields=["desk", "system", "code", "settled_at"], name="proposal_settled")]

    def __str__(self) -> str:
        return f"{self.code} at {self.desk_id}"

    def internal(self) -> Audience:
        return Audience("internal", (self.desk.seat_id,), self.desk_id)
