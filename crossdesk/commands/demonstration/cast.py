"""The organisations, desks and people of the demonstration, brought into an empty database."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password

from crossdesk.access import Role
from crossdesk.commands.central import found_centre
from crossdesk.commands.demonstration import lending
from crossdesk.commands.demonstration.ago import length
from crossdesk.desks.founding import give_place, open_desk, open_group
from crossdesk.desks.models import Desk, GroupMember, ResolverGroup
from crossdesk.desks.seats import acting_for
from crossdesk.parties.contacts import Nomination, nominate
from crossdesk.parties.founding import found_party, join
from crossdesk.parties.models import MarketRole, Party, Person
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.editions import digest
from crossdesk.threads.viewer import Viewer

if TYPE_CHECKING:
    from crossdesk.commands.demonstration.their_tool import TheirTool

PASSWORD = "demonstration-only"  # noqa: S105 - told to everybody who looks around; these people exist nowhere else
MEMBERS_SINCE = timedelta(days=400)
AREA_DESKS = {"ldso-help-desk": "help desk", "ldso-service-desk": "service desk", "erds": "ERDS desk"}
INDEPENDENTS = frozenset({"24", "25", "27", "29", "33", "38"})
"""Enough of them to show that an MPAN may lead to an independent operator; the rest only lengthen the directory."""


@dataclass
class Here:
    """Everybody by the key or the name that the stories use."""

    rules: Rulebook
    edition: str
    people: dict[str, Viewer] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    groups: dict[str, ResolverGroup] = field(default_factory=dict)
    tool: TheirTool | None = None
    """At the other end of a line; played only while the stories are."""

    def acting(self, key: str, at: datetime) -> Viewer:
        """With the seats that are theirs at that moment: a story may have named them on a case meanwhile."""
        known = self.people[key]
        return _acting(Person.objects.get(pk=known.person or 0), known.party, at)


def table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def shown_people() -> Iterator[tuple[str, str, str]]:
    """Name, address and what they see, of those whose desk is worth looking at."""
    for row in table("parties.toml")["person"]:
        if "sees" in row:
            yield row["name"], address_of(row["name"], row["party"]), row["sees"]


def address_of(name: str, party: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@{_host(party)}"


def settle(rules: Rulebook, at: datetime) -> Here:
    told = table("parties.toml")
    _centre(rules)
    for row in told["party"]:
        _party(row)
    _operators(rules)
    for row in told["desk"]:
        _desk(row)
    here = Here(rules, digest(rules), desks={desk.name: desk for desk in Desk.objects.all()})
    password = make_password(PASSWORD)
    people = {row["key"]: _person(row, here, password, at) for row in told["person"]}
    for row in told["person"]:
        party = Party.objects.get(name=row["party"])
        here.people[row["key"]] = _acting(people[row["key"]], party.pk, at)
    for row in told["contact"]:
        _contact(row, here.people["nia"], at - MEMBERS_SINCE)
    for row in told["delegation"]:
        lending.delegate(row, here.people, at)
    for row in told["grant"]:
        lending.grant(row, here.people, at)
    here.groups = {group.name: group for group in ResolverGroup.objects.all()}
    return here


def _acting(person: Person, party: int, at: datetime) -> Viewer:
    chosen = acting_for(person, party, at).chosen
    assert chosen is not None
    return chosen


def _centre(rules: Rulebook) -> None:
    desk = found_centre(rules)
    desk.hours, desk.triage_within = "Every day, at all hours", timedelta(minutes=30)
    desk.save()
    Desk.objects.filter(rule="switching").update(home=Desk.Home.HOSTED, triage_within=timedelta(hours=1))
    for other in Desk.objects.filter(home=Desk.Home.ELSEWHERE):
        other.address = f"{other.rule}@{_host(other.owner.name)}"
        other.save()


def _party(row: dict[str, Any]) -> None:
    party = found_party(
        row["name"],
        short=row.get("short", row["name"].split()[0]),
        demonstration=True,
        parent=Party.objects.get(name=row["parent"]) if "parent" in row else None,
    )
    for role in row["roles"]:
        distributor = row.get("distributor", "")
        MarketRole.objects.create(
            party=party, role=role, mpid=row["mpid"], dip_id=row["dip_id"], distributor_id=distributor
        )


def _operators(rules: Rulebook) -> None:
    """One party per operator with a role for each of its areas. Their desks keep their own tools."""
    for row in rules.distributors.values():
        if row.independent and row.key not in INDEPENDENTS:
            continue
        party = Party.objects.filter(name=row.name).first()
        if party is None:
            party = found_party(row.name, demonstration=True)
            for rule, words in AREA_DESKS.items():
                _elsewhere(party, rule, f"{row.name} {words}")
        roles = ("ldso", "idno" if row.independent else "dno", "registration-service", "erds")
        for role in roles:
            MarketRole.objects.create(party=party, role=role, mpid=row.mpid, distributor_id=row.key)


def _elsewhere(party: Party, rule: str, name: str) -> None:
    kind = "help" if rule == "ldso-help-desk" else "service"
    open_desk(name, rule=rule, owner=party, kind=kind, address=f"{rule}@{_host(party.name)}")


def _desk(row: dict[str, Any]) -> None:
    owner = Party.objects.get(name=row["owner"])
    hosted = row.get("hosted", False)
    answer = row.get("answer_within")
    open_desk(
        row["name"],
        rule=row["rule"],
        owner=owner,
        kind="help" if row["rule"] == "ldso-help-desk" else "service",
        home=Desk.Home.HOSTED if hosted else Desk.Home.ELSEWHERE,
        address=f"{row['rule']}@{_host(owner.name)}",
        hours=row.get("hours", ""),
        answer_within=length(answer) if answer else None,
    )


def _person(row: dict[str, Any], here: Here, password: str, at: datetime) -> Person:
    person = Person.objects.create(email=address_of(row["name"], row["party"]), name=row["name"], password=password)
    party = Party.objects.get(name=row["party"])
    membership = join(person, party, *(Role(role) for role in row["roles"]), since=at - MEMBERS_SINCE)
    for name in row.get("also", ()):
        join(person, Party.objects.get(name=name), Role.SERVICE_USER, since=at - MEMBERS_SINCE)
    for name in row.get("desks", ()):
        give_place(here.desks[name], membership)
        for group in row.get("groups", ()):
            known = ResolverGroup.objects.filter(desk=here.desks[name], name=group).first()
            found = known or open_group(here.desks[name], group)
            GroupMember.objects.create(group=found, membership=membership, seats=[here.desks[name].seat_id])
    return person


def _contact(row: dict[str, Any], by: Viewer, at: datetime) -> None:
    party = Party.objects.get(name=row["party"])
    said = Nomination(row["name"], row["address"], nominated_by=row["nominated_by"], nominated_at=at)
    nominate(party, said, by=by, at=at)


def _host(party: str) -> str:
    words = "".join(sign if sign.isalnum() else " " for sign in party.lower()).split()
    return f"{'-'.join(words)}.example"
