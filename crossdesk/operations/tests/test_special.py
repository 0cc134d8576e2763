"""Special operations: who declares them, what they widen and for how long, and that nobody sees more by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, Role, WrongStage
from crossdesk.cases import leg_work
from crossdesk.cases.engaging import Engagement, engage, engage_onward
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, somebody
from crossdesk.cases.widened import opened_for
from crossdesk.majors.declaring import close, restore, stand_down
from crossdesk.majors.operating import enter_for
from crossdesk.notices.tests.conftest import Incident, it
from crossdesk.operations import entering
from crossdesk.operations.entering import BY_ITSELF, Declaration, end, end_due, enter_for_breach
from crossdesk.operations.models import Period
from crossdesk.operations.questions import history, live
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import ANYBODY, Viewer, verbs, viewing

__all__ = ["it"]
HOUR = timedelta(hours=1)
SAID = Declaration(
    "Registrations through the DIP", (), "Ewan Rees, with the DIP operator", "No message passes.", NOON + 4 * HOUR
)
BREACH = replace(SAID, systems=("dip",), scope="What left the DIP", why="Names were read by a stranger.")
WHAT = Engagement(ask="Please look at the loads.", outside_because="The load is your service desk's.")


def entered(it: Incident, said: Declaration = SAID) -> Period:
    return enter_for(it.major, said, by=it.ewan, at=NOON)


def engaged(it: Incident) -> Leg:
    """Pennine Grid's help desk works on the case under the incident."""
    return Leg.objects.select_related("case__owner", "to_desk__owner", "from_desk").get(
        case=it.case, to_desk=it.here.pennine_help
    )


@pytest.fixture
def leg(it: Incident) -> Leg:
    with verbs():
        if not Leg.objects.filter(case=it.case, to_desk=it.here.pennine_help).exists():
            case = Case.objects.get(pk=it.case.pk)
            engage(case, it.here.pennine_help, WHAT, by=it.here.nia, at=NOON)
        leg = engaged(it)
    leg_work.acknowledge(leg, by=it.here.gwen, at=NOON)
    return leg


def onward(it: Incident, leg: Leg, after: timedelta) -> Leg:
    return engage_onward(leg, it.here.pennine_service, WHAT, by=it.here.gwen, at=NOON + after)


def test_before_it_the_service_desk_faces_inward(it: Incident, leg: Leg) -> None:
    with pytest.raises(NotAllowed, match="faces inward"):
        onward(it, leg, HOUR)


def test_inside_it_a_desk_on_a_case_in_scope_engages_it_directly_and_the_entry_says_by_what(
    it: Incident, leg: Leg
) -> None:
    period = entered(it)
    made = onward(it, leg, HOUR)
    with verbs():
        assert Entry.objects.get(kind="leg.engage", facts__leg=made.pk).facts["special"] == period.reference


@pytest.mark.parametrize("after", [timedelta(minutes=-1), 4 * HOUR, 5 * HOUR])
def test_outside_its_period_nothing_is_widened(it: Incident, leg: Leg, after: timedelta) -> None:
    entered(it)
    with pytest.raises(NotAllowed, match="faces inward"):
        onward(it, leg, after)


def test_ended_early_by_a_person_nothing_is_widened_from_that_moment(it: Incident, leg: Leg) -> None:
    period = entered(it)
    end(period, why="The loads run again.", by=it.ewan, at=NOON + HOUR)
    with pytest.raises(NotAllowed, match="faces inward"):
        onward(it, leg, HOUR)


def test_a_case_out_of_scope_is_not_widened(it: Incident) -> None:
    entered(it)
    other = it.here.case("Another matter")
    with verbs():
        assert opened_for(it.here.pennine_help, it.case, NOON + HOUR) == {
            "ldso-service-desk": Period.objects.get().reference
        }
        assert opened_for(it.here.pennine_help, other, NOON + HOUR) == {}


def test_a_breach_reaches_the_cases_of_its_systems(it: Incident) -> None:
    enter_for_breach(BREACH, by=it.ewan, at=NOON)
    with verbs():
        case = Case.objects.get(pk=it.case.pk)
        for system, opened in (("dip", ["ldso-service-desk"]), ("css", [])):
            case.system = system
            assert list(opened_for(it.here.pennine_help, case, NOON + HOUR)) == opened


def test_nobody_sees_more_by_it(it: Incident, leg: Leg) -> None:
    def seen(viewer: Viewer) -> set[object]:
        with viewing(viewer):
            rows = (Case.objects, Leg.objects, Entry.objects.exclude(kind__startswith="operations."))
            return {each.pk for manager in rows for each in manager.all()}

    viewers = (it.here.priya, it.here.hal, ANYBODY)
    before = [seen(viewer) for viewer in viewers]
    entered(it)
    assert [seen(viewer) for viewer in viewers] == before
    made = onward(it, leg, HOUR)
    for viewer in (it.here.priya, it.here.hal, it.here.nia):
        with viewing(viewer):
            assert not Leg.objects.filter(pk=made.pk).exists()
    assert seen(it.here.hal) == before[1]


def test_every_party_reads_that_they_hold_and_a_stranger_does_not(it: Incident) -> None:
    entered(it)
    for viewer in (it.here.priya, it.here.hal, it.here.gwen, it.here.nia):
        with viewing(viewer):
            assert [each.scope for each in live(NOON)] == [SAID.scope]
            assert Entry.objects.filter(kind="operations.enter").count() == 1
    with viewing(ANYBODY):
        assert not Period.objects.exists()


@pytest.mark.parametrize("who", ["nia", "gwen", "priya", "hal"])
def test_only_a_manager_of_the_desk_the_rules_name_declares_or_ends_them(it: Incident, who: str) -> None:
    with pytest.raises(NotAllowed, match="Elexon Service Desk can declare"):
        enter_for_breach(BREACH, by=getattr(it.here, who), at=NOON)
    period = entered(it)
    with pytest.raises(NotAllowed, match="can end"):
        end(period, why="Enough.", by=getattr(it.here, who), at=NOON)


def test_a_manager_of_another_desk_does_not(it: Incident) -> None:
    other = somebody("Olga Ray", it.here.pennine, Role.SERVICE_MANAGER, desk=it.here.pennine_help)
    with pytest.raises(NotAllowed):
        enter_for(it.major, SAID, by=other, at=NOON)


@pytest.mark.parametrize(
    ("said", "because"),
    [
        (replace(BREACH, scope=" "), "what they are for"),
        (replace(BREACH, why=""), "why"),
        (replace(BREACH, authority=""), "whose authority"),
        (replace(BREACH, systems=()), "at least one"),
        (replace(BREACH, systems=("moon",)), "from the list"),
        (replace(BREACH, ends_at=NOON), "lies ahead"),
        (replace(BREACH, ends_at=NOON + 73 * HOUR), "within 72 hours"),
        (replace(BREACH, scope="MPAN 1200000000006"), "Leave out 1200000000006"),
        (replace(BREACH, why="It began at  sycamore   Energy."), "Leave out Sycamore Energy"),
    ],
)
def test_what_is_not_declared(it: Incident, said: Declaration, because: str) -> None:
    with pytest.raises(Invalid, match=because):
        enter_for_breach(said, by=it.ewan, at=NOON)
    with verbs():
        assert not Period.objects.exists()


def test_an_incident_has_one_period_at_a_time_and_has_to_be_declared(it: Incident) -> None:
    entered(it)
    with pytest.raises(Moved, match="already"):
        entered(it)
    restore(it.major, why="Messages pass.", by=it.ewan, at=NOON + 4 * HOUR)
    later = replace(SAID, ends_at=NOON + 9 * HOUR)
    enter_for(it.major, later, by=it.ewan, at=NOON + 4 * HOUR)  # the first ran out by then
    stand_down(it.major, why="All quiet.", by=it.ewan, at=NOON + 5 * HOUR)
    with pytest.raises(WrongStage, match="stood down"):
        enter_for(it.major, later, by=it.ewan, at=NOON + 5 * HOUR)


def test_time_ends_it_and_the_worker_writes_it_down_once(it: Incident) -> None:
    period = entered(it)
    assert end_due(NOON + 3 * HOUR) == 0
    with verbs():
        assert live(NOON + 4 * HOUR) == []  # before anybody wrote it down
    assert [end_due(NOON + 5 * HOUR) for _ in range(2)] == [1, 0]
    with verbs():
        period.refresh_from_db()
        assert (period.ended_at, period.ended_why, period.ended_by) == (SAID.ends_at, BY_ITSELF, "")
        assert Entry.objects.get(kind=entering.END).happened_at == SAID.ends_at
        assert [each.pk for each in history(NOON + 5 * HOUR)[0]] == [period.pk]
    with pytest.raises(WrongStage, match="nothing to end"):
        end(period, why="Enough.", by=it.ewan, at=NOON + 5 * HOUR)


def test_it_ends_with_its_incident(it: Incident) -> None:
    period = entered(it, replace(SAID, ends_at=NOON + 60 * HOUR))
    restore(it.major, why="Messages pass.", by=it.ewan, at=NOON + HOUR)
    stand_down(it.major, why="All quiet.", by=it.ewan, at=NOON + 2 * HOUR)
    close(it.major, why="Done.", without="They had a week.", by=it.ewan, at=NOON + 3 * HOUR)
    with verbs():
        period.refresh_from_db()
        assert (period.ended_at, period.ended_why) == (NOON + 3 * HOUR, "The major incident was closed.")
