from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from crossdesk.access import Role
from crossdesk.cases import triage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.majors import declaring, reconciling, room
from crossdesk.majors.declaring import Proposal, propose
from crossdesk.majors.models import MajorIncident
from crossdesk.reviews import publishing
from crossdesk.reviews.models import Part, Review
from crossdesk.threads.viewer import Viewer, verbs

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOON + 2 * HOUR
PROPOSAL = Proposal("Registration data missing", "612 MPANs, more than 500", "missing-mpan-data")


@dataclass(frozen=True)
class Past:
    """An incident that was stood down: Sycamore and its competitor Harrier were hit, Pennine was in the war room."""

    here: Cast
    case: Case
    major: MajorIncident
    ewan: Viewer
    """A major incident manager at the lead desk."""

    @property
    def review(self) -> Review:
        with verbs():
            return Review.objects.select_related("lead__owner", "lead__seat").get(incident=self.major.pk)

    def part(self, viewer: Viewer) -> Part:
        with verbs():
            return Part.objects.select_related("party", "review").get(review=self.major.review, party=viewer.party)


def stood_down(here: Cast) -> Past:
    ewan = somebody("Ewan Price", here.elexon, Role.MAJOR_INCIDENT_MANAGER, desk=here.elexon_desk)
    case = here.case()
    triage.take(case, by=here.nia, at=NOON + timedelta(minutes=4))
    major = propose(PROPOSAL, lead=here.elexon_desk, cases=[case], at=NOON + timedelta(minutes=10))
    declaring.declare(major, why="In every area.", by=ewan, at=NOON + timedelta(minutes=20))
    room.bring_in(major, here.pennine, [here.pennine_help.seat], by=ewan, at=NOON + timedelta(minutes=25))
    room.reached(major, here.harrier, "yes", "by mail", by=ewan, at=NOON + timedelta(minutes=30))
    declaring.restore(major, why="Loads run again.", by=ewan, at=LATER, happened_at=NOON + HOUR)
    declaring.stand_down(major, why="612 are still to be sent.", by=ewan, at=LATER)
    return Past(here, case, major, ewan)


def closed(it: Past, at: timedelta = DAY) -> None:
    for party in (it.here.sycamore, it.here.harrier, it.here.pennine):
        reconciling.agree(it.major, party, words="All compared.", by=it.ewan, at=NOON + at)
    declaring.close(it.major, why="Reconciled.", by=it.ewan, at=NOON + at)


def circulated(it: Past) -> Review:
    review = it.review
    publishing.circulate(review, why="Please write your sections by Friday.", by=it.ewan, at=LATER)
    return review


@pytest.fixture
def it(db: None) -> Past:
    return stood_down(cast())
