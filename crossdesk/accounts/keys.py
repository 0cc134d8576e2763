"""Keys of machines. A key is its party's: it sees what the party's people and the party's own desks see together, does
what its scopes say, and opens nothing once it is revoked, expired, or its party is closed. Of the secret only a digest
is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db.models import Case, QuerySet, Value, When

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.accounts.models import Key
from crossdesk.accounts.scopes import Scope
from crossdesk.desks.models import Desk
from crossdesk.kit.caseref import ALPHABET
from crossdesk.parties.models import Party
from crossdesk.parties.policy import ActsFor, require
from crossdesk.threads.viewer import Viewer, verbs

PREFIX = "cdk"
"""Recognisable, so that scanners of repositories and logs find a key that leaked."""
LONGEST = timedelta(days=730)
USUAL = timedelta(days=365)
NOTED_EVERY = timedelta(minutes=1)


class NotOpened(NotAllowed):
    """A token that opens nothing."""


UNKNOWN = "This token is not known here: take the whole of it, as it was shown once when the key was made."


def make(
    party: Party,
    *,
    name: str,
    scopes: frozenset[Scope],
    by: ActsFor,
    at: datetime,
    lasting: timedelta = USUAL,
) -> tuple[Key, str]:
    """The key, and its token: shown once, and known to nobody afterwards."""
    require(why_not_keep_keys(by, party))
    return make_unasked(party, name=name, scopes=scopes, by=f"{by.name}, {by.party_name}", at=at, lasting=lasting)


def make_unasked(
    party: Party, *, name: str, scopes: frozenset[Scope], by: str, at: datetime, lasting: timedelta = USUAL
) -> tuple[Key, str]:
    """For whoever runs the installation: the command line asks for no role."""
    called = " ".join(name.split())[:80]
    if not called:
        raise Invalid("Give the key a name that says what uses it, such as “ServiceNow, production”.")
    if not scopes:
        raise Invalid("Tick at least one thing the key is for.")
    if not timedelta(days=1) <= lasting <= LONGEST:
        raise Invalid(f"A key lasts between 1 and {LONGEST.days} days; make the next one before it ends.")
    if party.closed_at is not None and party.closed_at <= at:
        raise Invalid(f"{party} is closed; a key of it would open nothing.")
    secret = secrets.token_urlsafe(32)
    with verbs():
        key = Key.objects.create(
            party=party,
            name=called,
            public_id="".join(secrets.choice(ALPHABET) for _ in range(12)),
            digest=digest_of(secret),
            scopes=sorted(scopes),
            created_by=by[:160],
            created_at=at,
            expires_at=at + lasting,
            seats=[party.seat_id],
        )
    return key, f"{PREFIX}_{key.public_id}_{secret}"


def revoke(key: Key, *, by: ActsFor, at: datetime) -> None:
    require(why_not_keep_keys(by, key.party))
    revoke_unasked(key, by=f"{by.name}, {by.party_name}", at=at)


def revoke_unasked(key: Key, *, by: str, at: datetime) -> None:
    """From the next request on it opens nothing. The first word stands: revoking again changes nothing."""
    with verbs():
        Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at, revoked_by=by[:160])
        key.refresh_from_db(fields=["revoked_at", "revoked_by"])


def open_key(token: str, at: datetime) -> Key:
    """Why a token opens nothing is told only to whoever holds its secret."""
    prefix, _, rest = token.partition("_")
    public_id, _, secret = rest.partition("_")
    return open_by_secret(public_id if prefix == PREFIX else "", secret, at)


def open_by_secret(public_id: str, secret: str, at: datetime) -> Key:
    with verbs():
        written = public_id.isascii() and public_id.isalnum()
        key = Key.objects.select_related("party").filter(public_id=public_id).first() if written else None
        # Compared even where there is no such key, so that how long it takes tells nothing.
        fits = hmac.compare_digest(bytes(key.digest) if key else bytes(32), digest_of(secret))
        if key is None or not fits:
            raise NotOpened(UNKNOWN)
        use(key, at)
    return key


def use(key: Key, at: datetime) -> None:
    """Within `verbs()`, by whoever has proved to hold it."""
    if because := why_shut(key, at):
        raise NotOpened(because)
    if key.last_used_at is None or at - key.last_used_at >= NOTED_EVERY:
        Key.objects.filter(pk=key.pk).update(last_used_at=at)
        key.last_used_at = at


def why_shut(key: Key, at: datetime) -> str | None:
    if key.revoked_at is not None:
        return "This key was revoked; a party administrator makes a new one on the party's page of the directory."
    if key.expires_at <= at:
        return "This key has expired; a party administrator makes a new one on the party's page of the directory."
    if key.party.closed_at is not None and key.party.closed_at <= at:
        return f"{key.party} is closed, so its keys open nothing."
    return None


def viewer_of(key: Key, at: datetime) -> Viewer:
    return machine_of(key.party, key.name)


def machine_of(party: Party, name: str) -> Viewer:
    """The party's seat and those of the desks it owns; nothing lent, and no list of named people."""
    with verbs():
        desks = list(Desk.objects.filter(owner=party).order_by("pk"))
    seat = party.seat_id
    return Viewer(
        name=name,
        party=party.pk,
        party_name=str(party),
        party_seat=seat,
        seats=tuple(sorted({seat, *(desk.seat_id for desk in desks)})),
        desks=tuple(desk.pk for desk in desks),
        desk_names={desk.pk: desk.name for desk in desks},
        desk_seats={desk.pk: desk.seat_id for desk in desks},
        roles=frozenset({Role.SERVICE_USER, Role.AGENT} if desks else {Role.SERVICE_USER}),
    )


def keys_of(party: Party, at: datetime) -> QuerySet[Key]:
    """Those that open something first, each kind newest first. Read as a viewer: only the party's own are seen."""
    shut = Case(When(revoked_at=None, expires_at__gt=at, then=Value(0)), default=Value(1))
    return Key.objects.filter(party=party).order_by(shut, "-created_at", "-pk")


def why_not_keep_keys(by: ActsFor, party: Party) -> str | None:
    if by.party != party.pk:
        return f"Only {party} itself makes and revokes its keys."
    if Role.ADMINISTRATOR not in by.roles:
        return f"Only a party administrator of {party} makes and revokes its keys; ask one of them."
    return None


def digest_of(secret: str) -> bytes:
    """A plain hash is enough: 256 random bits are not guessed, however quick the guessing is."""
    return hashlib.sha256(secret.encode()).digest()
