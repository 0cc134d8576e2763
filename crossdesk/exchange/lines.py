"""The line to a desk that keeps its own tool: how it fares, and the credentials it is spoken to with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from crossdesk.access import Invalid
from crossdesk.desks.models import Agreement
from crossdesk.desks.signing import why_not_propose
from crossdesk.kit.sealed import seal, unseal
from crossdesk.parties.policy import ActsFor, require
from crossdesk.threads.models import PartyBound

LIVE_KEYS = 2
"""The one in use and the one to follow it, so that either side can change over without a gap."""
REST_AFTER, REST = 5, timedelta(minutes=2)
"""Failures in a row after which everything of a line waits: a peer that is down costs a few attempts, not thousands."""
TOLD_AGAIN_AFTER = timedelta(seconds=10)


class Line(PartyBound):
    """One per agreement that goes by a machine. What was agreed stands in its terms; here is how it goes."""

    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="line")
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, help_text="Last time their side answered as it should.")
    trouble = models.CharField(max_length=500, blank=True)
    trouble_since = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0, help_text="In a row.")
    resting_until = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(
        null=True, help_text="A credential was refused: nothing leaves until it is mended."
    )
    cursor = models.CharField(max_length=200, blank=True, help_text="How far their changes were read.")
    read_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True, help_text="When the last week was read again.")
    drift = models.IntegerField(default=0, help_text="What that found which had been missed.")

    class Meta:
        indexes = [models.Index(fields=["read_at"], name="lines_to_read")]

    def __str__(self) -> str:
        return f"the line of {self.agreement}"


class LineKey(PartyBound):
    """A credential their side gave us. Sealed when it is kept, and never shown again."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="keys")
    name = models.CharField(max_length=80)
    sealed = models.TextField()
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=160)
    refused_at = models.DateTimeField(null=True, help_text="Their side last refused it.")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes = [models.Index(fields=["line"], name="live_keys_of_a_line", condition=Q(retired_at=None))]

    def __str__(self) -> str:
        return self.name


def open_line(agreement: Agreement, at: datetime) -> Line:
    """The one line of an agreement, made where there is none yet."""
    return Line.objects.get_or_create(agreement=agreement, defaults={"opened_at": at, "seats": agreement.seats})[0]


def keep_key(line: Line, name: str, secret: str, *, by: ActsFor, at: datetime) -> LineKey:
    """The newest is used from now on, the one before it as long as this one is refused. A paused line goes on."""
    live = Line.objects.select_for_update(of=("self",), no_key=True).select_related(
        "agreement__promiser", "agreement__other"
    )
    line = live.get(pk=line.pk)
    require(why_not_propose(by, line.agreement))
    if not secret.strip() or not name.strip():
        raise Invalid("Give the credential and a name by which people tell it from the next one.")
    if line.keys.filter(retired_at=None).count() >= LIVE_KEYS:
        raise Invalid("Two credentials are live already; retire the older one first.")
    key = LineKey.objects.create(
        line=line,
        name=name.strip()[:80],
        sealed=seal(secret.strip(), (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)),
        kept_at=at,
        kept_by=f"{by.name}, {by.party_name}"[:160],
        seats=line.seats,
    )
    resume(line, at)
    return key


def retire_key(key: LineKey, *, by: ActsFor, at: datetime) -> None:
    require(why_not_propose(by, key.line.agreement))
    if key.retired_at:
        raise Invalid(f"{key.name} is retired already.")
    key.retired_at, key.retired_by = at, f"{by.name}, {by.party_name}"[:160]
    key.save(update_fields=["retired_at", "retired_by"])


def secrets_of(line: Line) -> list[tuple[int, str]]:
    """Key and secret, the newest first. One that none of our own keys opens is left out: it has to be entered again."""
    sealed = line.keys.filter(retired_at=None).order_by("-kept_at", "-pk").values_list("pk", "sealed")
    ours: Sequence[Any] = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    opened = [(pk, unseal(text, ours)) for pk, text in sealed]
    return [(pk, secret) for pk, secret in opened if secret is not None]


# How a line fares. Called by whoever spoke on it.


def answered(line: Line, at: datetime) -> None:
    """Not written for every message: all lanes of a busy line would wait for its one row."""
    if line.answered_at and not line.trouble and line.answered_at <= at < line.answered_at + TOLD_AGAIN_AFTER:
        return
    Line.objects.filter(pk=line.pk).update(
        answered_at=at, trouble="", trouble_since=None, failures=0, resting_until=None
    )


def failed(line: Line, because: str, at: datetime) -> None:
    now = Line.objects.select_for_update(no_key=True).get(pk=line.pk)
    now.failures += 1
    now.trouble, now.trouble_since = because[:500], now.trouble_since or at
    if now.failures >= REST_AFTER:
        now.resting_until = at + REST
    now.save(update_fields=["failures", "trouble", "trouble_since", "resting_until"])


def pause(line: Line, because: str, at: datetime) -> bool:
    """True for whoever paused it: they tell of it, once."""
    words = {"paused_at": at, "trouble": because[:500], "trouble_since": at}
    return bool(Line.objects.filter(pk=line.pk, paused_at=None).update(**words))


def resume(line: Line, at: datetime) -> None:
    """What waited is due again at once."""
    from crossdesk.exchange.models import OutboxItem

    Line.objects.filter(pk=line.pk).update(paused_at=None, resting_until=None, failures=0)
    waiting = OutboxItem.objects.filter(link__line=line.pk, state__in=OutboxItem.UNSENT)
    waiting.update(next_try_at=at)
