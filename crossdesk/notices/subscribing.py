"""Who wants to hear of a system, and who wants to hear no more: one signed link ends it, without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crossdesk import rulebook
from crossdesk.access import Invalid, NotAllowed
from crossdesk.desks.models import Desk
from crossdesk.notices.models import NamedReader, Quiet, Recipient, Subscription
from crossdesk.parties.models import Contact, Party, Person
from crossdesk.threads.viewer import Viewer, verbs

SALT = "crossdesk.unsubscribe"
SUBSCRIBED = "crossdesk.unsubscribe.subscription"
Told = Recipient | Subscription
"""What a link stands for: a letter of an update, or the subscription that a letter about a system goes to."""


@dataclass(frozen=True)
class Ended:
    """What the link is about and what pressing it does, or did."""

    address: str
    what: str
    already: bool


def subscribe(system: str, address: str, *, by: Viewer, at: datetime) -> Subscription:
    """Oneself, or a nominated contact of one's own party: nobody else's address can be given."""
    row = rulebook.current().systems.get(system)
    if row is None:
        raise Invalid("Choose a system of the list.")
    wanted = address.strip().lower()
    with verbs():
        party = Party.objects.get(pk=by.party)
        name = _who_is(wanted, party, by)
        if Subscription.objects.filter(system=system, address__iexact=wanted, until=None).exists():
            raise Invalid(f"{wanted} hears of {row.name} already.")
        return Subscription.objects.create(
            system=system, party=party, name=name[:160], address=wanted, since=at, seats=[party.seat_id]
        )


def end(subscription: Subscription, *, by: Viewer, at: datetime) -> None:
    with verbs():
        subscription.refresh_from_db()
        if subscription.party_id != by.party:
            raise NotAllowed(f"Only {subscription.party} ends this.")
        _end(subscription, f"by {by.name}", at)


def _who_is(address: str, party: Party, by: Viewer) -> str:
    me = Person.objects.filter(pk=by.person or 0, email__iexact=address).first()
    if me:
        return f"{me.name}, {party}"
    contact = Contact.objects.filter(party=party, address__iexact=address, ended_at=None).first()
    if contact is None:
        raise Invalid(f"Give your own address, or that of a nominated contact of {party}.")
    return f"{contact.name}, {party}"


def _end(subscription: Subscription, how: str, at: datetime) -> None:
    if subscription.until is None:
        subscription.until, subscription.ended_how = at, how[:160]
        subscription.save(update_fields=["until", "ended_how"])


# The link in every letter


def link_for(told: Told) -> str:
    token = signing.dumps(told.pk, salt=SUBSCRIBED if isinstance(told, Subscription) else SALT)
    return f"{settings.SITE_URL}/unsubscribe/{token}/"


def opened(token: str) -> Told | None:
    """Whose letter it stood in; none where we did not make it. It never grows old: letters are kept for years."""
    with verbs():
        if (number := _signed(token, SUBSCRIBED)) is not None:
            return Subscription.objects.filter(pk=number).first()
        if (number := _signed(token, SALT)) is not None:
            return Recipient.objects.select_related("subscription", "briefing__incident").filter(pk=number).first()
    return None


def _signed(token: str, salt: str) -> int | None:
    try:
        return int(signing.loads(token, salt=salt))
    except signing.BadSignature:
        return None


def about(told: Told) -> Ended:
    with verbs():
        return _about(told)


def unsubscribe(token: str, *, at: datetime) -> Ended | None:
    """Once and again is the same."""
    told = opened(token)
    if told is None:
        return None
    with verbs():
        before = _about(told)
        if subscription := _subscription(told):
            _end(subscription, "by the link in a letter", at)
        elif isinstance(told, Recipient) and not before.already:
            Quiet.objects.get_or_create(
                incident=told.briefing.incident,
                address=told.address.lower(),
                defaults={"at": at, "seats": told.seats},
            )
        return before


def _about(told: Told) -> Ended:
    if isinstance(told, Recipient) and told.subscription is None:
        incident = told.briefing.incident
        quiet = Quiet.objects.filter(incident=incident, address__iexact=told.address)
        return Ended(told.address, f"updates of {incident.reference}", quiet.exists())
    subscription = _subscription(told)
    assert subscription is not None
    row = rulebook.current().systems.get(subscription.system)
    what = f"news of {row.name if row else subscription.system}"
    return Ended(told.address, what, subscription.until is not None)


def _subscription(told: Told) -> Subscription | None:
    return told if isinstance(told, Subscription) else told.subscription


# Executives and regulators


@dataclass(frozen=True)
class Named:
    kind: str
    name: str
    organisation: str
    address: str
    telephone: str = ""


def keep_reader(desk: Desk, who: Named, *, by: Viewer, at: datetime) -> NamedReader:
    if not by.works_at(desk.pk):
        raise NotAllowed(f"Only {desk} keeps the executives and regulators it tells.")
    address = who.address.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(f"“{who.address}” is not an e-mail address.") from None
    if who.kind not in NamedReader.Kind.values or not who.name.strip() or not who.organisation.strip():
        raise Invalid("Give the name and the organisation, and say whether it is an executive or a regulator.")
    with verbs():
        if NamedReader.objects.filter(desk=desk, address__iexact=address, until=None).exists():
            raise Invalid(f"{address} is told already.")
        return NamedReader.objects.create(
            desk=desk,
            kind=who.kind,
            name=who.name.strip()[:120],
            organisation=who.organisation.strip()[:120],
            address=address,
            telephone=who.telephone.strip()[:40],
            since=at,
            recorded_by=f"{by.name}, {by.party_name}"[:160],
            seats=[desk.seat_id],
        )


def end_reader(reader: NamedReader, *, by: Viewer, at: datetime) -> None:
    with verbs():
        if not by.works_at(reader.desk_id):
            raise NotAllowed(f"Only {reader.desk} keeps the executives and regulators it tells.")
        NamedReader.objects.filter(pk=reader.pk, until=None).update(until=at)
