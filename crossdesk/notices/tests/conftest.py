"""An incident that was declared: two competing suppliers on it, Pennine's desks engaged, one MPAN list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from crossdesk.access import Role
from crossdesk.cases import references, triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import PostOffice
from crossdesk.impact.register import claim_party
from crossdesk.kit.mpan import check_digit
from crossdesk.majors.declaring import Proposal, declare, propose
from crossdesk.majors.models import MajorIncident
from crossdesk.notices.models import Briefing
from crossdesk.notices.publishing import leave_due
from crossdesk.notices.releasing import send
from crossdesk.notices.sheet import Said, Sheet
from crossdesk.notices.writing import draft
from crossdesk.parties.models import Contact, Party
from crossdesk.threads.viewer import Viewer, verbs

LATER = NOON + timedelta(minutes=5)
NEXT = NOON + timedelta(hours=1)
MPAN = f"169900000001{check_digit('169900000001')}"
LINES = (
    Said("happened", "Registrations did not load on Tuesday night.", "public"),
    Said("affected", "About six hundred metering points in one area.", "affected"),
    Said("doing", "The load is run again from record 48,112.", "resolvers"),
    Said("you", "Hold appointments in that area until Wednesday.", "affected"),
    Said("doing", "Ring the director of the distributor before noon."),
)


@dataclass
class Incident:
    here: Cast
    case: Case
    major: MajorIncident
    ewan: Viewer
    """A major incident manager at the lead desk."""

    def draft(
        self, *audiences: str, lines: Sequence[Said] = LINES, title: str = "Registration data is late"
    ) -> Briefing:
        sheet = Sheet(title, lines, audiences or ("affected",), NEXT)
        return draft(self.major, sheet, by=self.here.nia, at=NOON)

    def out(self, *audiences: str, lines: Sequence[Said] = LINES, at: datetime = NOON) -> Briefing:
        briefing = self.draft(*audiences, lines=lines)
        send(briefing, by=self.here.nia, at=at)
        assert leave_due(at + timedelta(minutes=1)) == 1
        return fresh(briefing)


@pytest.fixture
def it(db: None) -> Incident:
    return declared()


def declared() -> Incident:
    here = cast()
    case = here.case()
    references.add_list(case, [f"{MPAN}\n".encode()], "mpan", by=here.priya, at=NOON)
    triage.take(case, by=here.nia, at=NOON)
    claim_party(case, here.harrier, by=here.nia, at=NOON, why="They wrote to us.")
    engage(case, here.pennine_service, Engagement("Please look.", "Ours is sound."), by=here.nia, at=NOON)
    ewan = replace(here.nia, name="Ewan Price", person=987_654, roles=frozenset({Role.MAJOR_INCIDENT_MANAGER}))
    proposal = Proposal("Registration data missing", "612 MPANs", "missing-mpan-data", system="dip")
    major = propose(proposal, lead=here.elexon_desk, cases=[case], at=NOON)
    declare(major, why="More than 500 MPANs.", by=ewan, at=NOON)
    return Incident(here, case, major, ewan)


def fresh(briefing: Briefing) -> Briefing:
    with verbs():
        return Briefing.objects.select_related("incident__lead").get(pk=briefing.pk)


def contact(party: Party, address: str, telephone: str = "") -> Contact:
    with verbs():
        return Contact.objects.create(
            party=party,
            name="Operations",
            address=address,
            telephone=telephone,
            nominated_by="their contract manager",
            nominated_at=NOON,
            recorded_by="Nia Bevan",
            seats=[party.seat_id],
        )


@pytest.fixture
def office(it: Incident, office: PostOffice) -> PostOffice:
    """After the letter of the engagement has left."""
    assert post() == 1
    office.letters.clear()
    office.envelopes.clear()
    return office


def post(at: timedelta = timedelta(minutes=10)) -> int:
    return send_due(lambda: NOON + at)
