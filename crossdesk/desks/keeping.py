"""The directory's own rows: parties with their market roles, and desks with what nobody publishes. In `verbs()`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crossdesk.access import Invalid
from crossdesk.clocks.models import Calendar
from crossdesk.desks.founding import open_desk
from crossdesk.desks.models import Desk
from crossdesk.desks.policy import why_not_keep_desk, why_not_keep_market
from crossdesk.parties.founding import found_party
from crossdesk.parties.models import MarketRole, Party
from crossdesk.parties.policy import ActsFor, require
from crossdesk.rulebook import Rulebook

MPID, DIP_ID, DISTRIBUTOR = re.compile(r"[A-Z0-9]{4}"), re.compile(r"[0-9]{1,10}"), re.compile(r"[0-9]{2}")


@dataclass(frozen=True)
class Held:
    """A market role with the identifiers that go with it."""

    role: str
    mpid: str = ""
    dip_id: str = ""
    distributor_id: str = ""


@dataclass(frozen=True)
class DeskSaid:
    name: str
    home: str
    address: str = ""
    telephone: str = ""
    hours: str = ""
    triage_minutes: str = ""
    answer_minutes: str = ""


def add_party(name: str, short: str, held: Sequence[Held], *, by: ActsFor, book: Rulebook) -> Party:
    require(why_not_keep_market(by))
    called, brief = " ".join(name.split())[:120], " ".join(short.split())[:40]
    if not called:
        raise Invalid("Give the party's name.")
    if Party.objects.filter(name__iexact=called).exists():
        raise Invalid(f"{called} is in the directory already.")
    checked = [_checked(each, book) for each in held]
    if not checked:
        raise Invalid("Tick at least one market role.")
    party = found_party(called, short=brief or called[:40])
    _hold(party, checked)
    return party


def set_market_roles(party: Party, held: Sequence[Held], *, by: ActsFor, book: Rulebook) -> None:
    require(why_not_keep_market(by))
    checked = [_checked(each, book) for each in held]
    if not checked:
        raise Invalid("Tick at least one market role.")
    party.market_roles.all().delete()
    _hold(party, checked)


def add_desk(
    rule_key: str, owner: Party, provider: Party | None, said: DeskSaid, *, by: ActsFor, book: Rulebook
) -> Desk:
    require(why_not_keep_market(by))
    rule = book.desks.get(rule_key)
    if rule is None:
        raise Invalid("Choose which desk of the rules it is.")
    if not book.is_role(rule.owner_role, "central-provider") and rule.owner_role not in owner.role_keys:
        raise Invalid(f"{owner} does not hold the market role that owns such a desk: {rule.owner_role}.")
    if Desk.objects.filter(rule=rule_key, owner=owner).exists():
        raise Invalid(f"{owner} has this desk already.")
    fields = _fields(said, None)
    return open_desk(fields.pop("name"), rule=rule_key, owner=owner, provider=provider, kind=rule.kind, **fields)


def keep_desk(desk: Desk, said: DeskSaid, *, by: ActsFor) -> None:
    require(why_not_keep_desk(by, desk))
    fields = _fields(said, desk)
    Calendar.objects.filter(desks=desk, name=desk.name).update(name=fields["name"])
    for field, value in fields.items():
        setattr(desk, field, value)
    desk.save()


def _fields(said: DeskSaid, desk: Desk | None) -> dict[str, Any]:
    name = " ".join(said.name.split())[:120]
    if not name:
        raise Invalid("Give the desk's name.")
    if Desk.objects.filter(name__iexact=name).exclude(pk=desk.pk if desk else 0).exists():
        raise Invalid(f"Another desk is called {name}.")
    if said.home not in Desk.Home.values:
        raise Invalid("Say whether the desk works here or keeps its own tool.")
    address = said.address.strip().lower()
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid(f"“{said.address}” is not an e-mail address; a shared mailbox is enough.") from None
    return {
        "name": name,
        "home": said.home,
        "address": address,
        "telephone": said.telephone.strip()[:40],
        "hours": " ".join(said.hours.split())[:160],
        "triage_within": _minutes(said.triage_minutes),
        "answer_within": _minutes(said.answer_minutes),
    }


def _minutes(text: str) -> timedelta | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or not 0 < int(text) <= 60 * 24 * 30:
        raise Invalid("Give how soon in whole minutes, at most thirty days, or leave it empty.")
    return timedelta(minutes=int(text))


def _checked(held: Held, book: Rulebook) -> Held:
    if held.role not in book.roles:
        raise Invalid("Choose market roles from the list.")
    name = book.roles[held.role].name
    given = Held(held.role, held.mpid.strip().upper(), held.dip_id.strip(), held.distributor_id.strip())
    for value, shape, words in (
        (given.mpid, MPID, "an MPID is four letters or digits"),
        (given.dip_id, DIP_ID, "a DIP id is a number of at most ten digits"),
        (given.distributor_id, DISTRIBUTOR, "a distributor number is the two digits its MPANs begin with"),
    ):
        if value and not shape.fullmatch(value):
            raise Invalid(f"“{value}” for {name} cannot be: {words}.")
    return given


def _hold(party: Party, held: Sequence[Held]) -> None:
    for each in held:
        MarketRole.objects.create(
            party=party, role=each.role, mpid=each.mpid, dip_id=each.dip_id, distributor_id=each.distributor_id
        )
