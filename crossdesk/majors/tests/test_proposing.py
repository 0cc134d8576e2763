"""From the list that tips it to the candidate: nobody has to notice."""

from __future__ import annotations

import pytest

from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.impact.crossing import look_again
from crossdesk.impact.tests.test_register import given, of_row_one
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident
from crossdesk.threads.viewer import verbs


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def case(here: Cast) -> Case:
    return of_row_one(here)


@pytest.mark.parametrize(("count", "candidates"), [(500, 0), (501, 1)])
def test_the_five_hundred_and_first_mpan_proposes_a_candidate(
    here: Cast, case: Case, count: int, candidates: int
) -> None:
    given(case, range(count), here.priya)
    look_again(case.pk, NOON)
    with verbs():
        assert MajorIncident.objects.count() == candidates


def test_it_is_a_candidate_of_the_central_desk_and_says_what_tipped_it(here: Cast, case: Case) -> None:
    given(case, range(612), here.priya)
    look_again(case.pk, NOON)
    look_again(case.pk, NOON)
    with verbs():
        incident = MajorIncident.objects.get()
        assert (incident.state, incident.lead_id) == (State.CANDIDATE, here.elexon_desk.pk)
        assert incident.because == "612 MPANs; the threshold is more than 500 MPANs"
