"""How people prove who they are: the providers their organisations sign them in by, and letters about signing in,
and the keys of machines."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crossdesk.access.sight import Sight
from crossdesk.parties.models import Party


class IdentityProvider(models.Model):
    """Where a party signs its own people in. It speaks for that party's memberships and for nothing else."""

    sight = Sight.MACHINERY

    class Protocol(models.TextChoices):
        OIDC = "oidc", "OpenID Connect"
        SAML = "saml", "SAML 2.0"

    party = models.OneToOneField(Party, models.PROTECT, primary_key=True, related_name="identity_provider")
    protocol = models.CharField(max_length=4, choices=Protocol.choices)
    issuer = models.CharField(max_length=500, help_text="The issuer's address, or the entity id in the metadata.")
    client_id = models.CharField(max_length=190, blank=True)
    sealed_secret = models.TextField(blank=True)
    metadata = models.TextField(blank=True, help_text="SAML: the provider's own description, as XML.")
    invites = models.BooleanField(default=False, help_text="Whom it vouches for becomes a service user by that.")
    switched_on = models.BooleanField(default=True)
    kept_by = models.CharField(max_length=160)
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_protocol_display()} of {self.party}"


class AnsweredDomain(models.Model):
    """A part after the @ for which one provider answers, and no other."""

    sight = Sight.MACHINERY

    domain = models.CharField(max_length=190, primary_key=True)
    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="domains")

    def __str__(self) -> str:
        return self.domain


class AccountLetter(models.Model):
    """A letter to one person about signing in, or about their party's machines. It is worded when it leaves, so that no
    link to a password is ever kept."""

    sight = Sight.MACHINERY

    class Kind(models.TextChoices):
        INVITATION = "invitation", "an invitation"
        PASSWORD = "new_password", "a link to a new password"
        WEBHOOK = "webhook", "a webhook that is told nothing more"

    class State(models.TextChoices):
        WAITING = "waiting", "on its way"
        SENT = "sent", "sent"
        DEAD = "dead", "cannot be delivered"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    to_address = models.EmailField(max_length=254)
    party = models.ForeignKey(Party, models.PROTECT, null=True, help_text="Whose invitation or machine it is.")
    asked_by = models.CharField(max_length=160, blank=True)
    about = models.CharField(max_length=500, blank=True, help_text="What it tells of, in the letter's own words.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("next_try_at", name="account_letters_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_address}"


class Key(models.Model):
    """What a machine of a party proves itself with. The secret is nowhere: only its digest is kept."""

    sight = Sight.PARTY

    party = models.ForeignKey(Party, models.PROTECT, related_name="keys")
    name = models.CharField(
        max_length=80, help_text="What uses it. Two of one name are normal while one follows another."
    )
    public_id = models.CharField(max_length=20, unique=True)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=24))
    created_by = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=160, blank=True)
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    seats = ArrayField(models.IntegerField(), default=list)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"

    def live(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class KeyBucket(models.Model):
    """How many requests a key may still make at once; it fills again with time."""

    sight = Sight.MACHINERY

    key = models.OneToOneField(Key, models.CASCADE, primary_key=True, related_name="bucket")
    left = models.FloatField()
    filled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.left:.1f} left of {self.key}"


class AccessToken(models.Model):
    """What a key's secret was exchanged for: it opens what the key opens, or less, for a short time."""

    sight = Sight.MACHINERY

    digest = models.BinaryField(max_length=32, primary_key=True)
    key = models.ForeignKey(Key, models.CASCADE, related_name="access_tokens")
    scopes = ArrayField(models.CharField(max_length=24))
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"An access token of {self.key}"


class Answered(models.Model):
    """What one request of a key, sent with a token of its own, has made; the same request sent again is answered by it.

    Only what was made stands here, never the words of the answer: those stay where their readers are known.
    """

    sight = Sight.MACHINERY

    key = models.ForeignKey(Key, models.CASCADE, related_name="answered")
    token = models.CharField(max_length=255)
    asked = models.BinaryField(max_length=32, help_text="Digest of the address and the body.")
    status = models.SmallIntegerField()
    made = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "token"], name="answered_once_per_token")]
        indexes = [models.Index(fields=["key", "at"], name="answered_by_age")]

    def __str__(self) -> str:
        return f"An answer to {self.key}"
