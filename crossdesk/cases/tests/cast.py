"""The known cast of every story: Elexon's desk, a supplier, its competitor, a distributor and its help desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crossdesk.access import Role
from crossdesk.cases import writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.desks.founding import give_place, open_desk, open_group
from crossdesk.desks.models import Desk, ResolverGroup
from crossdesk.desks.seats import acting_for
from crossdesk.parties.founding import found_party, join
from crossdesk.parties.models import Contact, MarketRole, Membership, Party, Person
from crossdesk.threads.viewer import Viewer, verbs

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@dataclass
class Cast:
    elexon: Party
    sycamore: Party
    harrier: Party
    pennine: Party
    elexon_desk: Desk
    pennine_help: Desk
    pennine_service: Desk
    dip_team: ResolverGroup
    nia: Viewer
    tom: Viewer
    priya: Viewer
    hal: Viewer
    gwen: Viewer

    def case(self, summary: str = "IF-036 confirmations missing after the overnight load") -> Case:
        report = Report(summary=summary, query_type="missing-mpan-data", impact="Appointments cannot be confirmed.")
        return raise_case(report, raiser=self.sycamore, to=self.elexon_desk, by=self.priya, at=NOON)


def cast() -> Cast:
    """Two competing suppliers, Elexon, and a distributor whose help desk works here and whose service desk does not."""
    with verbs():
        elexon = found_party("Elexon", roles=["elexon"], central=True)
        sycamore = found_party("Sycamore Energy", roles=["supplier"])
        harrier = found_party("Harrier Energy", roles=["supplier"])
        pennine = found_party("Pennine Grid", roles=["ldso"])
        MarketRole.objects.filter(party=pennine).update(mpid="PENG", distributor_id="16")
        desk = open_desk(
            "Elexon Service Desk",
            rule="elexon",
            owner=elexon,
            kind="service",
            home=Desk.Home.HOSTED,
            triage_within=timedelta(minutes=30),
        )
        help_desk = open_desk(
            "Pennine Grid help desk",
            rule="ldso-help-desk",
            owner=pennine,
            kind="help",
            home=Desk.Home.HOSTED,
            answer_within=timedelta(hours=2),
        )
        service = open_desk(
            "Pennine Grid service desk",
            rule="ldso-service-desk",
            owner=pennine,
            kind="service",
            home=Desk.Home.ELSEWHERE,
            address="service@pennine.example",
        )
        nia, nia_there = _person("Nia Bevan", elexon, Role.AGENT)
        tom, tom_there = _person("Tom Okafor", elexon, Role.AGENT, Role.RESOLVER)
        gwen, gwen_there = _person("Gwen Price", pennine, Role.AGENT)
        priya, _ = _person("Priya Nair", sycamore, Role.SERVICE_USER)
        hal, _ = _person("Hal Reed", harrier, Role.SERVICE_USER)
        for place, membership in ((desk, nia_there), (desk, tom_there), (help_desk, gwen_there)):
            give_place(place, membership)
        team = open_group(desk, "DIP operations", tom_there)
    seen = {person.name.split()[0].lower(): as_viewer(person) for person in (nia, tom, priya, hal, gwen)}
    return Cast(elexon, sycamore, harrier, pennine, desk, help_desk, service, team, **seen)


def as_viewer(person: Person) -> Viewer:
    with verbs():
        chosen = acting_for(person, None, NOON).chosen
    assert chosen is not None
    return chosen


def somebody(name: str, party: Party, *roles: Role, desk: Desk | None = None) -> Viewer:
    """One more person than the cast has."""
    with verbs():
        person, membership = _person(name, party, *roles)
        if desk:
            give_place(desk, membership)
    return as_viewer(person)


def data_service() -> Party:
    """An organisation that works for suppliers, and has no sight of them by itself."""
    with verbs():
        return found_party("Castell Data", roles=["sds"])


def nominated(here: Cast) -> Contact:
    """Sycamore's shared mailbox."""
    with verbs():
        return Contact.objects.create(
            party=here.sycamore, name="Team", address="team@sycamore.example", nominated_by="Priya Nair",
            nominated_at=NOON, recorded_by="Priya Nair", seats=[here.sycamore.seat_id],
        )  # fmt: skip


def write_to_each(here: Cast, case: Case, leg: Leg) -> None:
    """A word to each audience there is, from both desks."""
    writing.write(case, to="internal", words="internal note", by=here.nia, at=NOON)
    writing.write(case, to="raiser", words="to the raiser", by=here.nia, at=NOON)
    writing.write(case, to=f"leg:{leg.pk}", words="to the leg", by=here.nia, at=NOON)
    writing.write(case, to="internal", words="their own note", by=here.gwen, at=NOON)
    writing.write(case, to="everyone", words="to everyone", by=here.nia, at=NOON)


def seen_at(viewer: Viewer, moment: timedelta = timedelta()) -> Viewer:
    """The same person, with the seats that are theirs so long after noon."""
    assert viewer.person is not None
    with verbs():
        chosen = acting_for(Person.objects.get(pk=viewer.person), viewer.party, NOON + moment).chosen
    assert chosen is not None
    return chosen


def _person(name: str, party: Party, *roles: Role) -> tuple[Person, Membership]:
    person = Person.objects.create_user(
        f"{name.split(maxsplit=1)[0].lower()}@{party.short_name.split()[0].lower()}.example", name
    )
    return person, join(person, party, *roles, since=NOON - timedelta(days=30))
