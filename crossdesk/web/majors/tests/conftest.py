from __future__ import annotations

from dataclasses import dataclass

import pytest

from crossdesk.access import Role
from crossdesk.cases import triage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.impact.tests.test_register import given
from crossdesk.majors import counting, declaring, room
from crossdesk.majors.declaring import Proposal, propose
from crossdesk.majors.models import MajorIncident
from crossdesk.threads.viewer import Viewer


@dataclass(frozen=True)
class There:
    """A declared incident over Sycamore's case with 612 MPANs; Pennine's help desk is in its room."""

    here: Cast
    case: Case
    major: MajorIncident
    ewan: Viewer

    @property
    def address(self) -> str:
        return f"/majors/{self.major}/"


def declared(here: Cast) -> There:
    ewan = somebody("Ewan Price", here.elexon, Role.MAJOR_INCIDENT_MANAGER, desk=here.elexon_desk)
    case = here.case("Registration data missing")
    given(case, range(612), here.priya)
    triage.take(case, by=here.nia, at=NOON)
    proposal = Proposal("Registration data missing, Pennine areas", "612 MPANs", "missing-mpan-data")
    major = propose(proposal, lead=here.elexon_desk, cases=[case], at=NOON)
    counting.count_again(major, NOON)
    declaring.declare(major, why="In every area.", by=ewan, at=NOON)
    room.bring_in(major, here.pennine, [here.pennine_help.seat], by=ewan, at=NOON)
    return There(here, case, major, ewan)


@pytest.fixture
def there(here: Cast) -> There:
    return declared(here)
