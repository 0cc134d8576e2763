"""Organisations, the people who act for them, whom they nominated, and the seats that see."""

from __future__ import annotations

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
    theme = models.CharField(max_length=5, blank=True, choices=[("light", "Light"), ("dark", "Dark")])

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
