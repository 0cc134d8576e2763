"""A party administrator keeps the party's people. Called inside `verbs()`: nothing here is read for strangers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from crossdesk.access import Invalid, Role
from crossdesk.parties.founding import join
from crossdesk.parties.models import Membership, Party, Person
from crossdesk.parties.policy import ActsFor, require, why_not_administer
from crossdesk.parties.signalling import seats_changed


def people_of(party: Party, *, by: ActsFor, at: datetime) -> list[Membership]:
    """A person's name stands in no row a viewer may read, so it is answered only to the party's administrators."""
    require(why_not_administer(by, party))
    return list(_live(party, at).select_related("person").order_by("person__name"))


def invite(
    party: Party, *, email: str, name: str, roles: Iterable[str], by: ActsFor, at: datetime
) -> tuple[Membership, bool]:
    """The membership, and whether the person is new here and so still has to choose a password."""
    require(why_not_administer(by, party))
    return _invited(party, email, name, _roles(roles), at)


def invite_first(party: Party, *, email: str, name: str, at: datetime) -> tuple[Membership, bool]:
    """The one who invites everybody else; asked for by whoever has just added the party."""
    if _live(party, at).exists():
        raise Invalid(f"{party} has people already; they invite the others.")
    return _invited(party, email, name, [Role.ADMINISTRATOR, Role.SERVICE_USER], at)


def _invited(party: Party, email: str, name: str, given: list[Role], at: datetime) -> tuple[Membership, bool]:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(f"“{email}” is not an e-mail address; nobody was invited.") from None
    person = Person.objects.filter(email__iexact=address).first()
    new = person is None
    if person is None:
        if not name.strip():
            raise Invalid("Give the person's name as well; nobody was invited.")
        person = Person.objects.create_user(address, " ".join(name.split())[:120])
    elif Membership.objects.filter(person=person, party=party, until=None).exists():
        raise Invalid(f"{address} already acts for {party}; change the roles instead.")
    return join(person, party, *given, since=at), new


def set_roles(membership: Membership, roles: Iterable[str], *, by: ActsFor, at: datetime) -> None:
    require(why_not_administer(by, membership.party))
    given = _roles(roles)
    if Role.ADMINISTRATOR not in given:
        _another_administrator(membership, at)
    membership.roles = [role.value for role in given]
    membership.save(update_fields=["roles"])


def end(membership: Membership, *, by: ActsFor, at: datetime) -> None:
    """From the next request on the person sees nothing of the party's."""
    require(why_not_administer(by, membership.party))
    _another_administrator(membership, at)
    membership.until = at
    membership.save(update_fields=["until"])
    seats_changed()


def ask_second_factor(party: Party, on: bool, *, by: ActsFor) -> None:
    """From the next request on, whoever signed in with a password alone acts for the party no more."""
    require(why_not_administer(by, party))
    party.second_factor = on
    party.save(update_fields=["second_factor"])
    seats_changed()


def memberships_of(person: Person, at: datetime) -> QuerySet[Membership]:
    live = Membership.objects.filter(Q(until=None) | Q(until__gt=at), person=person, since__lte=at)
    return live.select_related("party").order_by("party__name")


def rename(person: Person, name: str) -> None:
    called = " ".join(name.split())[:120]
    if not called:
        raise Invalid("Give the name that others are to read.")
    person.name = called
    person.save(update_fields=["name"])


def act_first_for(person: Person, party: int | None, *, at: datetime) -> None:
    """Whom one acts for after signing in; without a choice, the first by name."""
    if party is not None and not memberships_of(person, at).filter(party=party).exists():
        raise Invalid("You do not act for that organisation.")
    person.default_party_id = party
    person.save(update_fields=["default_party"])


def administrators(party: Party, at: datetime) -> QuerySet[Person]:
    live = _live(party, at).filter(roles__contains=[Role.ADMINISTRATOR.value])
    return Person.objects.filter(pk__in=live.values("person"), is_active=True)


def _roles(given: Iterable[str]) -> list[Role]:
    roles = sorted({Role(each) for each in given if each in list(Role)})
    if not roles:
        raise Invalid("Tick at least one role.")
    return roles


def _live(party: Party, at: datetime) -> QuerySet[Membership]:
    return Membership.objects.filter(Q(until=None) | Q(until__gt=at), party=party)


def _another_administrator(membership: Membership, at: datetime) -> None:
    if Role.ADMINISTRATOR not in membership.roles:
        return
    others = _live(membership.party, at).exclude(pk=membership.pk).filter(roles__contains=[Role.ADMINISTRATOR.value])
    if not others.exists():
        raise Invalid(f"This is the last party administrator of {membership.party}; make somebody else one first.")
