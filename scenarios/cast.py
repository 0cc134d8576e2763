"""Who is on stage: invented organisations, their desks and people. Known to the story by address and name only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from crossdesk.access import Role
from crossdesk.cases.raising import Report, raise_case
from crossdesk.desks.founding import give_place, open_desk
from crossdesk.desks.models import Desk
from crossdesk.desks.seats import acting_for
from crossdesk.parties.founding import found_party, join
from crossdesk.parties.models import Contact, MarketRole, Membership, Party, Person
from crossdesk.threads.viewer import verbs

PASSWORD = "correct horse battery"
PRIYA, HAL = "priya@sycamore.example", "hal@harrier.example"
NIA, AMIR, FREYA = "nia@elexon.example", "amir@elexon.example", "freya@fenland.example"
EWAN = "ewan@elexon.example"
DARA, IDRIS, UNA = "dara@dcc.example", "idris@dcc.example", "una@quarry-hill.example"
HARRIER_OPERATIONS, QUARRY_OPERATIONS = "operations@harrier.example", "operations@quarry-hill.example"
SUPPLIER_OPERATIONS, PENNINE_HELP = "operations@sycamore.example", "mpas@pennine.example"


@dataclass(frozen=True)
class Others:
    """Cases that have nothing to do with the story, so that every list has something to leave out."""

    harriers: str
    fenlands: str


def set_the_stage(at: datetime) -> Others:
    """A supplier and its competitor, Elexon, a distributor with its own tool and another that works here."""
    with verbs():
        elexon = found_party("Elexon", roles=["elexon"], central=True)
        sycamore = found_party("Sycamore Energy", roles=["supplier"])
        harrier = found_party("Harrier Energy", roles=["supplier"])
        desk = open_desk(
            "Elexon Service Desk",
            rule="elexon",
            owner=elexon,
            kind="service",
            home=Desk.Home.HOSTED,
            triage_within=timedelta(minutes=30),
        )
        _help_desk("Pennine Grid", "16", home=Desk.Home.ELSEWHERE, address=PENNINE_HELP)
        fenland = _help_desk("Fenland Networks", "10", home=Desk.Home.HOSTED)
        give_place(desk, _person(NIA, "Nia Bevan", elexon, Role.AGENT, at=at))
        ewan = _person(EWAN, "Ewan Price", elexon, Role.MAJOR_INCIDENT_MANAGER, Role.SERVICE_MANAGER, at=at)
        give_place(desk, ewan)
        give_place(desk, _person(AMIR, "Amir Said", elexon, Role.AUDITOR, at=at))
        give_place(fenland, _person(FREYA, "Freya Lund", fenland.owner, Role.AGENT, at=at))
        _person(PRIYA, "Priya Nair", sycamore, Role.SERVICE_USER, at=at)
        hal = _person(HAL, "Hal Reed", harrier, Role.SERVICE_USER, at=at)
        _nominate(sycamore, SUPPLIER_OPERATIONS, at)
        _nominate(harrier, HARRIER_OPERATIONS, at)
    return Others(
        _raised(hal, desk, "Load shapes of 21 November differ", at), _raised(hal, fenland, "Flicker at a site", at)
    )


def set_the_switching_stage(at: datetime) -> None:
    """The DCC with the desk of central switching, Elexon beside it, a distributor and three suppliers."""
    with verbs():
        dcc = found_party("DCC", roles=["dcc", "css"], central=True)
        elexon = found_party("Elexon", roles=["elexon"], central=True)
        switching = _central_desk("Switching Service Desk", "switching", dcc, triage_within=timedelta(hours=1))
        give_place(switching, _person(DARA, "Dara Finch", dcc, Role.MAJOR_INCIDENT_MANAGER, Role.AGENT, at=at))
        give_place(switching, _person(IDRIS, "Idris Cole", dcc, Role.SERVICE_MANAGER, at=at))
        give_place(
            _central_desk("Elexon Service Desk", "elexon", elexon), _person(NIA, "Nia Bevan", elexon, Role.AGENT, at=at)
        )
        _help_desk("Pennine Grid", "16", home=Desk.Home.ELSEWHERE, address=PENNINE_HELP)
        suppliers = (
            ("Quarry Hill Energy", UNA, "Una Voss", QUARRY_OPERATIONS),
            ("Sycamore Energy", PRIYA, "Priya Nair", SUPPLIER_OPERATIONS),
            ("Harrier Energy", HAL, "Hal Reed", HARRIER_OPERATIONS),
        )
        for name, email, person, operations in suppliers:
            party = found_party(name, roles=["supplier"])
            _person(email, person, party, Role.SERVICE_USER, at=at)
            _nominate(party, operations, at)


def _central_desk(name: str, rule: str, owner: Party, triage_within: timedelta | None = None) -> Desk:
    home = Desk.Home.HOSTED
    return open_desk(name, rule=rule, owner=owner, kind="service", home=home, triage_within=triage_within)


def _help_desk(name: str, distributor: str, *, home: str, address: str = "") -> Desk:
    ldso = found_party(name, roles=["ldso"])
    MarketRole.objects.filter(party=ldso).update(distributor_id=distributor)
    return open_desk(
        f"{name} help desk",
        rule="ldso-help-desk",
        owner=ldso,
        kind="help",
        home=home,
        address=address,
        answer_within=timedelta(hours=2),
    )


def _person(email: str, name: str, party: Party, *roles: Role, at: datetime) -> Membership:
    person = Person.objects.create_user(email, name)
    person.password = make_password(PASSWORD)
    person.save()
    return join(person, party, *roles, since=at - timedelta(days=30))


def _nominate(party: Party, address: str, at: datetime) -> None:
    Contact.objects.create(
        party=party,
        name="Operations",
        address=address,
        nominated_by="their contract manager",
        nominated_at=at,
        recorded_by="Nia Bevan",
        seats=[party.seat_id],
    )


def _raised(by: Membership, to: Desk, summary: str, at: datetime) -> str:
    with verbs():
        viewer = acting_for(by.person, None, at).chosen
    assert viewer is not None
    report = Report(summary=summary, query_type="lss-issue", impact="Bills wait.")
    return raise_case(report, raiser=by.party, to=to, by=viewer, at=at).reference
