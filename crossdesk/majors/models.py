"""A major incident: the cases under it, the parties on it, who has which role, and who owes what by when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.majors.lifecycle import State
from crossdesk.parties.models import Party
from crossdesk.threads.models import Thread, ThreadBound
from crossdesk.threads.recording import Audience


class MajorIncident(ThreadBound):
    """Its row holds only what everybody in the war room may see; whoever is only told reads briefings."""

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="major")
    reference = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CANDIDATE)
    scenario = models.CharField(max_length=60, blank=True)
    system = models.CharField(max_length=20, blank=True)
    priority = models.SmallIntegerField(default=1)
    lead = models.ForeignKey(Desk, models.PROTECT, related_name="majors_led")
    bridge = models.CharField(max_length=300, blank=True, help_text="Where the call is: a link, or a number to dial.")
    began_at = models.DateTimeField(null=True, help_text="When the fault began, as far as is known.")
    proposed_at = models.DateTimeField()
    because = models.CharField(max_length=300, help_text="What tipped it, or who proposed it and why.")
    declared_at = models.DateTimeField(null=True)
    declared_by = models.CharField(max_length=200, blank=True)
    restored_at = models.DateTimeField(null=True)
    stood_down_at = models.DateTimeField(null=True)
    resent_at = models.DateTimeField(null=True)
    reconciled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    conditions = models.TextField(blank=True, help_text="One a line: what is the case.")
    doing = models.TextField(blank=True, help_text="One a line: what is being done.")
    needs = models.TextField(blank=True, help_text="One a line: what is needed, and of whom.")
    situation = models.SmallIntegerField(default=0, help_text="Which writing of the situation this is.")
    next_update_by = models.DateTimeField(null=True)
    last_update_at = models.DateTimeField(null=True, help_text="When the newest update left.")
    edition = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-proposed_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["candidate", "rejected"]) | Q(declared_at__isnull=False),
                name="declared_before_anything_else",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "reviewed"]) | Q(closed_at__isnull=False), name="closed_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def room(self) -> Audience:
        """Everybody in the war room."""
        return Audience("room", tuple(self.seats))

    def internal(self) -> Audience:
        return Audience("internal", (self.lead.seat_id,), self.lead_id)

    @property
    def is_live(self) -> bool:
        return self.state in {State.DECLARED, State.STOOD_DOWN}


class UnderIt(ThreadBound):
    """A case under a major incident. A hold keeps it open until the incident is closed or the case is taken out."""

    incident = models.ForeignKey(MajorIncident, models.PROTECT, related_name="under")
    case = models.ForeignKey(Case, models.PROTECT, related_name="majors")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(until=None), name="one_live_major_per_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case} under {self.incident}"


class OnIt(ThreadBound):
    """A party that takes part or is told, whether it was reached, and whether it agrees that all is reconciled."""

    class Reached(models.TextChoices):
        NOT_YET = "not_yet", "not yet"
        YES = "yes", "yes"
        BY_PHONE = "by_phone", "by phone"
        NO = "no", "cannot be reached"

    incident = models.ForeignKey(MajorIncident, models.PROTECT, related_name="parties")
    party = models.ForeignKey(Party, models.PROTECT, related_name="majors")
    in_room = models.BooleanField(default=False)
    reached = models.CharField(max_length=8, choices=Reached.choices, default=Reached.NOT_YET)
    reached_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=200, blank=True, help_text="By which contact, or by which fallback.")
    agreed_at = models.DateTimeField(null=True)
    agreed_words = models.CharField(max_length=300, blank=True)
    objected_at = models.DateTimeField(null=True)
    objected_why = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, help_text="Why the incident may close although the party objects.")

    class Meta:
        ordering = ("party__name",)
        constraints = [
            models.UniqueConstraint(fields=["incident", "party"], name="one_place_per_party"),
            models.CheckConstraint(
                condition=Q(objected_at=None, objected_why="") | Q(objected_at__isnull=False) & ~Q(objected_why=""),
                name="objection_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False, objected_at__isnull=False) & ~Q(answer=""),
                name="answer_has_its_objection_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} on {self.incident}"

    @property
    def objecting(self) -> bool:
        """An objection stands: nobody answered it, and the party has not agreed since."""
        return bool(self.objected_at) and self.answered_at is None and self.agreed_at is None


class RoleHeld(ThreadBound):
    """A role in the war room: offered, accepted, handed over. A liaison speaks for one party."""

    class Role(models.TextChoices):
        MANAGER = "manager", "Incident manager"
        DEPUTY = "deputy", "Deputy"
        COMMUNICATIONS = "communications", "Communications lead"
        SCRIBE = "scribe", "Scribe"
        LIAISON = "liaison", "Liaison"

    incident = models.ForeignKey(MajorIncident, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=14, choices=Role.choices)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    person = models.BigIntegerField(null=True, help_text="None for a team that is reached by telephone.")
    name = models.CharField(max_length=120)
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "role", "party"],
                condition=Q(ended_at=None, accepted_at__isnull=False, role="liaison"),
                name="one_liaison_per_party",
            ),
            models.UniqueConstraint(
                fields=["incident", "role"],
                condition=Q(ended_at=None, accepted_at__isnull=False) & ~Q(role="liaison"),
                name="one_holder_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.Role(self.role).label.lower()}"


class Action(ThreadBound):
    """Somebody of a party owes something by a time."""

    incident = models.ForeignKey(MajorIncident, models.PROTECT, related_name="actions")
    number = models.SmallIntegerField()
    what = models.CharField(max_length=300)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    owner = models.CharField(max_length=120)
    given_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("due_at", "number")
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="one_action_per_number")]

    def __str__(self) -> str:
        return self.what


class Share(ThreadBound):
    """Distinct MPANs over all cases under it as last counted: the total for the room, and each party's own."""

    incident = models.ForeignKey(MajorIncident, models.PROTECT, related_name="shares")
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="None for the total.")
    mpans = models.IntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ("-mpans", "party__name")
        constraints = [
            models.UniqueConstraint(fields=["incident", "party"], nulls_distinct=False, name="one_share_per_party")
        ]

    def __str__(self) -> str:
        return f"{self.mpans} of {self.party or 'everybody'}"


class InRoom(ThreadBound):
    """Somebody has the war room open: their page says so again and again, and a page that fell silent has left."""

    incident = models.ForeignKey(MajorIncident, models.PROTECT, related_name="present")
    person = models.BigIntegerField()
    name = models.CharField(max_length=120)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("since",)
        constraints = [models.UniqueConstraint(fields=["incident", "person", "party"], name="once_in_the_room")]

    def __str__(self) -> str:
        return f"{self.name} in {self.incident}"
