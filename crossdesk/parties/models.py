"""Organisations, the people who act for them, whom they nominated, and the seats that see."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from crossdesk.access import Role
from crossdesk.access.sight import Sight


class Seat(models.Model):
    """The principal that sees: a party, a desk, an accepted delegation, a restricted list of named people."""

    sight = Sight.PUBLIC
    public_when = "kind in ('party', 'desk')"
    """A delegation's seat and a list's are known only to those who hold them: even their number tells something."""

    class Kind(models.TextChoices):
        PARTY = "party"
        DESK = "desk"
        DELEGATION = "delegation"
        LIST = "list"

    id = models.AutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    label = models.CharField(max_length=160)

    def __str__(self) -> str:
        return self.label


class Party(models.Model):
    """An organisation of the market."""

    sight = Sight.PUBLIC

    name = models.CharField(max_length=120, unique=True)
    short_name = models.CharField(max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    seat = models.OneToOneField(Seat, models.PROTECT, related_name="party")
    central = models.BooleanField(default=False, help_text="A central provider of the market.")
    demonstration = models.BooleanField(default=False)
    second_factor = models.BooleanField(default=False, help_text="Its people sign in with more than a password.")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return self.name

    @property
    def role_keys(self) -> list[str]:
        return [held.role for held in self.market_roles.all()]


class MarketRole(models.Model):
    """A market role a party holds, with the identifiers that go with it."""

    sight = Sight.PUBLIC

    party = models.ForeignKey(Party, models.PROTECT, related_name="market_roles")
    role = models.CharField(max_length=40, help_text="A key of market/roles.toml.")
    mpid = models.CharField(max_length=4, blank=True)
    dip_id = models.CharField(max_length=10, blank=True)
    distributor_id = models.CharField(max_length=2, blank=True)

    def __str__(self) -> str:
        return f"{self.party.short_name} as {self.role} {self.mpid}".strip()


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, name: str, password: str | None = None) -> Person:
        person = Person(email=email.strip().lower(), name=name)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who signs in. Nothing here is shown to other parties: an entry keeps its author's name itself."""

    sight = Sight.MACHINERY

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    single_keys = models.BooleanField(default=True)
    default_party = models.ForeignKey(Party, models.SET_NULL, null=True, blank=True, related_name="+")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_address")]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person acts for a party, with these roles, between these moments."""

    sight = Sight.PARTY

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    party = models.ForeignKey(Party, models.PROTECT, related_name="memberships")
    roles = ArrayField(
        models.CharField(max_length=24, choices=[(role.value, role.label) for role in Role]), default=list
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    seats = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "party"], condition=Q(until=None), name="one_live_membership")
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.party}"


class Contact(models.Model):
    """Where a party wants to be reached. A shared mailbox is enough (approach, section 7.1)."""

    sight = Sight.PARTY

    party = models.ForeignKey(Party, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=120)
    address = models.EmailField()
    telephone = models.CharField(max_length=40, blank=True)
    may_raise = models.BooleanField(default=True, help_text="Mail from this address may raise a case for the party.")
    nominated_by = models.CharField(max_length=160)
    nominated_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=160)
    confirmed_at = models.DateTimeField(null=True, help_text="When its party last said that it still holds.")
    confirmed_by = models.CharField(max_length=160, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    seats = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("address"), "party", condition=Q(ended_at=None), name="one_live_contact_per_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"

    @property
    def held_at(self) -> datetime:
        """When its party last stood behind it: its nomination counts."""
        return self.confirmed_at or self.nominated_at


class Delegation(models.Model):
    """One party lets another see its cases, and perhaps act on them. Each step is stamped; none is taken back."""

    sight = Sight.PARTY

    principal = models.ForeignKey(Party, models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(Party, models.PROTECT, related_name="delegations_held")
    seat = models.OneToOneField(Seat, models.PROTECT, null=True, related_name="delegation")
    query_types = ArrayField(models.CharField(max_length=80), default=list)
    systems = ArrayField(models.CharField(max_length=20), default=list, help_text="Both empty: every case.")
    may_act = models.BooleanField(default=False, help_text="Writes, answers, confirms and disputes for the principal.")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    offered_at = models.DateTimeField()
    offered_by = models.CharField(max_length=160)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=160, blank=True)
    declined_at = models.DateTimeField(null=True)
    declined_by = models.CharField(max_length=160, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=160, blank=True)
    filled_at = models.DateTimeField(null=True, help_text="When every case open at its acceptance had been given it.")
    seats = ArrayField(models.IntegerField(), default=list, help_text="Its two sides, and desks whose cases it reads.")

    class Meta:
        ordering = ("-offered_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=~Q(principal=models.F("delegate")), name="no_delegation_to_itself"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, seat=None) | Q(accepted_at__isnull=False, seat__isnull=False),
                name="accepted_delegations_have_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None), name="accepted_or_declined_not_both"
            ),
        ]
        indexes = [
            models.Index(fields=["accepted_at"], name="delegations_to_fill", condition=Q(filled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.principal}"

    @property
    def offered(self) -> bool:
        return not (self.accepted_at or self.declined_at or self.ended_at)

    def live(self, at: datetime) -> bool:
        begun = self.accepted_at is not None and self.accepted_at <= at and self.since <= at
        return begun and not _over(self.ended_at, at) and not _over(self.until, at)

    def covers(self, query_type: str, system: str) -> bool:
        every = not (self.query_types or self.systems)
        return every or query_type in self.query_types or system in self.systems


class ParentGrant(models.Model):
    """A child's cases may be seen by its parent's people. Whoever shares with the child may know that, so it is public
    and names no person."""

    sight = Sight.PUBLIC

    child = models.ForeignKey(Party, models.PROTECT, related_name="sight_granted")
    parent = models.ForeignKey(Party, models.PROTECT, related_name="sight_held")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(Party, models.PROTECT, related_name="+", help_text="The child, or the operator.")
    by_person = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-granted_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["child", "parent"], condition=Q(withdrawn_at=None, until=None), name="one_open_grant_per_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.parent} sees what {self.child} sees"

    def live(self, at: datetime) -> bool:
        return self.since <= at and not _over(self.withdrawn_at, at) and not _over(self.until, at)


class ListPlace(models.Model):
    """A person named on a restricted list: the list's seat stands where the seat of a party or a desk would."""

    sight = Sight.PARTY

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="places", help_text="The list's own.")
    stands_for = models.ForeignKey(Seat, models.PROTECT, related_name="+", help_text="The party's or the desk's.")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="named_places")
    name = models.CharField(max_length=120)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    seats = ArrayField(models.IntegerField(), default=list, help_text="Everybody named on the same case.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat", "membership"], condition=Q(until=None), name="named_once_per_list")
        ]

    def __str__(self) -> str:
        return self.name


def _over(end: datetime | None, at: datetime) -> bool:
    return end is not None and end <= at
