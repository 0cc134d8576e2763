from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from crossdesk.access import Role
from crossdesk.cases import triage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.majors.declaring import Proposal, propose
from crossdesk.majors.models import MajorIncident
from crossdesk.threads.viewer import Viewer

PROPOSAL = Proposal("Registration data missing, Pennine Grid areas", "612 MPANs, more than 500", "missing-mpan-data")


@dataclass(frozen=True)
class Incident:
    here: Cast
    case: Case
    major: MajorIncident
    ewan: Viewer
    """A major incident manager at the lead desk."""


@pytest.fixture
def it(db: None) -> Incident:
    here = cast()
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    ewan = replace(here.nia, name="Ewan Price", roles=frozenset({Role.MAJOR_INCIDENT_MANAGER}))
    return Incident(here, case, propose(PROPOSAL, lead=here.elexon_desk, cases=[case], at=NOON), ewan)
