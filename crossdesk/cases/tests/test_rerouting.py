"""The next desk that the rules propose, and that nothing moves before it accepts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.cases import leg_work, triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.rerouting import next_desks
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.clocks.due import act_on_due
from crossdesk.desks.founding import open_desk
from crossdesk.desks.models import Desk
from crossdesk.impact.tests.test_register import given
from crossdesk.parties.founding import found_party
from crossdesk.threads.viewer import verbs, viewing

ASK = Engagement("Confirm.", "It runs there.")
LATE = NOON + timedelta(hours=3)
"""An hour after the help desk of the cast had to acknowledge."""


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def switching(here: Cast) -> Desk:
    with verbs():
        dcc = found_party("Smart DCC", roles=["dcc"], central=True)
        return open_desk("Switching Service Desk", rule="switching", owner=dcc, kind="service", home=Desk.Home.HOSTED)


def about(here: Cast, system: str = "") -> Case:
    report = Report(summary="Nothing comes back", query_type="missing-mpan-data", impact="All of it.", system=system)
    case = raise_case(report, raiser=here.sycamore, to=here.elexon_desk, by=here.priya, at=NOON)
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case


def proposed(here: Cast, case: Case) -> list[tuple[str, str]]:
    with viewing(here.nia):
        case = Case.objects.select_related("owner__owner").get(pk=case.pk)
        legs = Leg.objects.filter(case=case).select_related("to_desk__owner")
        return [(str(each.desk), each.rule.key) for each in next_desks(case, legs)]


def unheard(case: Case, here: Cast, to: Desk) -> Leg:
    leg = engage(case, to, ASK, by=here.nia, at=NOON)
    while act_on_due(LATE):
        pass
    return leg


def test_within_its_own_boundary_nothing_is_proposed(here: Cast, switching: Desk) -> None:
    assert proposed(here, about(here)) == proposed(here, about(here, "dip")) == []


def test_a_case_about_anothers_system_proposes_the_desk_it_lies_with(here: Cast, switching: Desk) -> None:
    case = about(here, "css")
    assert proposed(here, case) == [("Switching Service Desk", "switching-boundary")]
    with viewing(here.nia):
        [each] = next_desks(Case.objects.select_related("owner__owner").get(pk=case.pk), [])
    assert each.because.startswith("The case is about Central Switching Service. Central switching lies outside")


def test_engaged_it_is_proposed_no_more_and_the_case_stays_with_its_owner(here: Cast, switching: Desk) -> None:
    case = about(here, "css")
    leg = engage(case, switching, ASK, by=here.nia, at=NOON)
    assert proposed(here, case) == []
    with verbs():
        assert Case.objects.get(pk=case.pk).owner_id == here.elexon_desk.pk
        assert Leg.objects.get(pk=leg.pk).received_at is None


def test_of_a_desk_that_each_distributor_has_the_one_of_the_area_is_meant(here: Cast) -> None:
    case = about(here, "mprs")
    assert proposed(here, case) == []
    given(case, range(3), here.priya)  # all in area 16, which is Pennine Grid's
    assert proposed(here, case) == [("Pennine Grid help desk", "registration-boundary")]


def test_an_offer_whose_time_to_acknowledge_passed_proposes_the_next_desk_of_the_same_party(here: Cast) -> None:
    case = about(here)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    assert proposed(here, case) == []
    while act_on_due(LATE):
        pass
    assert proposed(here, case) == [("Pennine Grid service desk", "silent-help-desk")]
    leg_work.acknowledge(leg, by=here.gwen, at=LATE)
    assert proposed(here, case) == []


def test_another_distributors_desk_is_not_named(here: Cast) -> None:
    with verbs():
        other = found_party("Fenland Networks", roles=["ldso"])
        open_desk(
            "Fenland service desk", rule="ldso-service-desk", owner=other, kind="service",
            home=Desk.Home.ELSEWHERE, address="service@fenland.example",
        )  # fmt: skip
    case = about(here)
    unheard(case, here, here.pennine_help)
    assert [desk for desk, _ in proposed(here, case)] == ["Pennine Grid service desk"]


def test_what_cannot_be_reached_is_not_proposed(here: Cast) -> None:
    with verbs():
        Desk.objects.filter(pk=here.pennine_service.pk).update(address="")
    case = about(here)
    unheard(case, here, here.pennine_help)
    assert proposed(here, case) == []


@pytest.mark.parametrize(("bounces", "told"), [(1, []), (2, ["sent-on-twice"])])
def test_the_second_bounce_proposes_a_desk_that_sees_the_whole(
    here: Cast, switching: Desk, bounces: int, told: list[str]
) -> None:
    case = about(here)
    with verbs():
        Case.objects.filter(pk=case.pk).update(owner=switching, bounces=bounces)
        Leg.objects.filter(case=case).delete()
        case = Case.objects.select_related("owner__owner").get(pk=case.pk)
        assert [each.rule.key for each in next_desks(case, [])] == told


def test_a_closed_case_needs_no_desk(here: Cast, switching: Desk) -> None:
    case = about(here, "css")
    case.stage = "closed"
    with viewing(here.nia):
        assert next_desks(case, []) == []
