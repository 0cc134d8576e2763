"""Service desks and help desks, their people and their resolver groups."""

from __future__ import annotations

from django.db import models

from crossdesk.access.sight import Sight
from crossdesk.clocks.models import Calendar
from crossdesk.parties.models import Membership, Party, Seat
from crossdesk.threads.models import DeskBound


class Desk(models.Model):
    """One desk of one owner. Names and coverage come from the rules; hours, address and promises are the operator's."""

    sight = Sight.PUBLIC

    class Kind(models.TextChoices):
        SERVICE = "service", "service desk"
        HELP = "help", "help desk"

    class Home(models.TextChoices):
        HOSTED = "hosted", "works here"
        ELSEWHERE = "elsewhere", "keeps its own tool"

    rule = models.CharField(max_length=60, help_text="Its row in market/desks.toml.")
    name = models.CharField(max_length=120, unique=True)
    owner = models.ForeignKey(Party, models.PROTECT, related_name="desks")
    provider = models.ForeignKey(Party, models.PROTECT, related_name="desks_provided")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    home = models.CharField(max_length=10, choices=Home.choices, default=Home.ELSEWHERE)
    seat = models.OneToOneField(Seat, models.PROTECT, related_name="desk")
    address = models.EmailField(blank=True, help_text="The nominated mailbox; a shared one is enough.")
    telephone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=160, blank=True)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="desks")
    triage_within = models.DurationField(null=True, blank=True, help_text="The operator's own; nobody published one.")
    answer_within = models.DurationField(null=True, blank=True, help_text="How soon an engaged desk acknowledges.")

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["rule", "owner"], name="one_desk_per_rule_and_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def hosted(self) -> bool:
        return self.home == self.Home.HOSTED

    @property
    def central(self) -> bool:
        return self.owner.central


class DeskMember(DeskBound):
    """A membership that works at a desk; the desk may belong to another party than the person's."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="members")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="desk_places")
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "membership"], name="one_place_per_desk")]

    def __str__(self) -> str:
        return f"{self.membership} at {self.desk}"


class ResolverGroup(DeskBound):
    """A group of a desk that investigates and resolves; work outside the desk is a leg, never a group."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="groups")
    name = models.CharField(max_length=80)
    members = models.ManyToManyField(Membership, through="GroupMember")

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="one_group_per_name")]

    def __str__(self) -> str:
        return self.name


class GroupMember(DeskBound):
    group = models.ForeignKey(ResolverGroup, models.PROTECT)
    membership = models.ForeignKey(Membership, models.PROTECT)

    def __str__(self) -> str:
        return f"{self.membership} in {self.group}"


from crossdesk.desks.agreed import Agreement, Terms  # noqa: E402 - models of this app, in the file of their capability

__all__ = ["Agreement", "Desk", "DeskMember", "GroupMember", "ResolverGroup", "Terms"]
