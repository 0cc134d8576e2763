"""A major incident from candidate to closed, and the cases that follow it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed, WrongStage
from crossdesk.cases import closing, triage
from crossdesk.cases.models import Case, Hold
from crossdesk.cases.tests.cast import NOON
from crossdesk.majors import declaring, reconciling
from crossdesk.majors.declaring import propose
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident
from crossdesk.majors.tests.conftest import PROPOSAL, Incident
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs, viewing

HOUR = timedelta(hours=1)


def declare(it: Incident) -> None:
    declaring.declare(it.major, why="Appointments lapse in every area.", by=it.ewan, at=NOON)


def holds(case: Case) -> int:
    with verbs():
        return Hold.objects.filter(case=case, lifted_at=None).count()


def resolved(it: Incident) -> None:
    triage.own(it.case, by=it.here.nia, at=NOON)
    closing.resolve(it.case, words="Loaded again.", by=it.here.nia, at=NOON)


def stood_down(it: Incident) -> None:
    declaring.restore(it.major, why="Loads run since 14:30.", by=it.ewan, at=NOON + HOUR)
    declaring.stand_down(it.major, why="Messages flow; 612 are still to be sent.", by=it.ewan, at=NOON + HOUR)


def test_a_candidate_holds_nothing(it: Incident) -> None:
    assert (it.major.state, holds(it.case)) == (State.CANDIDATE, 0)


def test_proposing_again_for_the_same_case_adds_no_second_candidate(it: Incident) -> None:
    assert propose(PROPOSAL, lead=it.here.elexon_desk, cases=[it.case], at=NOON).pk == it.major.pk


def test_only_a_manager_of_the_lead_desk_declares(it: Incident) -> None:
    with pytest.raises(NotAllowed, match="Only a major incident manager or service manager of Elexon Service Desk"):
        declaring.declare(it.major, why="It is everywhere.", by=it.here.nia, at=NOON)


def test_a_reason_is_asked_for(it: Incident) -> None:
    with pytest.raises(Invalid, match="Say why it is declared"):
        declaring.declare(it.major, why=" ", by=it.ewan, at=NOON)


def test_a_declared_incident_holds_its_cases_open(it: Incident) -> None:
    declare(it)
    resolved(it)
    with pytest.raises(NotAllowed, match="must stay open: MI-"):
        closing.confirm(it.case, by=it.here.priya, at=NOON)


def test_no_way_of_closing_passes_by_the_hold(it: Incident) -> None:
    declare(it)
    other = it.here.case("The same again")
    triage.take(other, by=it.here.nia, at=NOON)
    with pytest.raises(NotAllowed, match="must stay open: MI-"):
        closing.withdraw(it.case, by=it.here.priya, at=NOON, why="It went away.")
    with pytest.raises(NotAllowed, match="must stay open: MI-"):
        triage.mark_duplicate(it.case, of=other, by=it.here.nia, at=NOON)
    assert holds(it.case) == 1


def test_children_follow(it: Incident) -> None:
    child = it.here.case("The same in area 23")
    triage.take(child, by=it.here.nia, at=NOON)
    triage.link(child, parent=it.case, by=it.here.nia, at=NOON)
    declare(it)
    with viewing(it.here.priya):
        assert Entry.objects.filter(thread=child.pk, kind="case.major").exists()
    assert holds(child) == 1


def test_a_rejected_candidate_ends_there(it: Incident) -> None:
    declaring.reject(it.major, why="One supplier only.", by=it.ewan, at=NOON)
    with pytest.raises(WrongStage, match="is rejected, so you cannot declare it; nothing more can be done with it"):
        declare(it)


def test_standing_down_needs_restored_service(it: Incident) -> None:
    declare(it)
    with pytest.raises(WrongStage, match="say first that service is restored"):
        declaring.stand_down(it.major, why="All well.", by=it.ewan, at=NOON)


def test_standing_down_lifts_no_hold(it: Incident) -> None:
    declare(it)
    stood_down(it)
    assert holds(it.case) == 1


def test_closing_waits_for_every_party(it: Incident) -> None:
    declare(it)
    stood_down(it)
    with pytest.raises(WrongStage, match="Sycamore Energy has not agreed that its records are reconciled"):
        declaring.close(it.major, why="Done.", by=it.ewan, at=NOON + HOUR)


def test_each_party_agrees_for_itself_and_then_it_closes(it: Incident) -> None:
    declare(it)
    stood_down(it)
    with verbs():
        it.major.refresh_from_db()
    reconciling.agree(it.major, it.here.sycamore, words="All 612 compared.", by=it.ewan, at=NOON + HOUR)
    assert it.major.reconciled_at == NOON + HOUR
    declaring.close(it.major, why="Reconciled.", by=it.ewan, at=NOON + 2 * HOUR)
    assert (it.major.state, holds(it.case)) == (State.CLOSED, 0)


def test_closing_without_a_party_needs_the_reason(it: Incident) -> None:
    declare(it)
    stood_down(it)
    declaring.close(it.major, why="Done.", without="Sycamore ceased to trade.", by=it.ewan, at=NOON + HOUR)
    with verbs():
        entry = Entry.objects.get(thread=it.major.pk, kind="major.without")
    assert entry.audience == "internal"
    assert entry.facts["without"] == ["Sycamore Energy"]


def test_a_case_is_under_one_incident_at_a_time(it: Incident) -> None:
    other = propose(PROPOSAL, lead=it.here.elexon_desk, cases=[it.here.case("Another")], at=NOON)
    with pytest.raises(Invalid, match="is already under MI-"):
        declaring.put_under(other, it.case, by=it.ewan, at=NOON)


def test_a_case_taken_out_may_close(it: Incident) -> None:
    declaring.put_under(it.major, it.here.case("The same in area 23"), by=it.ewan, at=NOON)
    declare(it)
    declaring.take_out(it.major, it.case, why="Another cause.", by=it.ewan, at=NOON)
    assert holds(it.case) == 0


def test_nothing_is_declared_over_a_case_that_was_withdrawn(it: Incident) -> None:
    closing.withdraw(it.case, by=it.here.priya, at=NOON, why="Ours after all.")
    with pytest.raises(WrongStage) as refused:
        declare(it)
    assert refused.value.sentence == (
        f"{it.major} cannot be declared: no case under it is open; closed: {it.case} (withdrawn)."
        " Put an open case under it, or reject it."
    )
    with verbs():
        assert MajorIncident.objects.get().state == State.CANDIDATE


def test_with_another_open_case_under_it_it_is_declared_and_holds_only_that(it: Incident) -> None:
    closing.withdraw(it.case, by=it.here.priya, at=NOON, why="Ours after all.")
    late = it.here.case("The same in area 23")
    declaring.put_under(it.major, late, by=it.ewan, at=NOON)
    declare(it)
    assert (holds(it.case), holds(late)) == (0, 1)


def test_a_closed_case_is_not_put_under_it(it: Incident) -> None:
    ended = it.here.case("The same in area 23")
    closing.withdraw(ended, by=it.here.priya, at=NOON, why="It went away.")
    with pytest.raises(Invalid, match="is closed; reopen it, or choose a case that is open"):
        declaring.put_under(it.major, ended, by=it.ewan, at=NOON)


def test_the_only_case_of_a_declared_incident_is_neither_withdrawn_nor_taken_out(it: Incident) -> None:
    declare(it)
    with pytest.raises(NotAllowed, match="ask Elexon Service Desk, which leads, to take it out"):
        closing.withdraw(it.case, by=it.here.priya, at=NOON, why="It went away.")
    with pytest.raises(WrongStage, match=r"is the only open case under MI-.* or stand the incident down and close it"):
        declaring.take_out(it.major, it.case, why="Another cause.", by=it.ewan, at=NOON)
    assert holds(it.case) == 1


def test_a_case_put_under_a_declared_incident_is_held_too(it: Incident) -> None:
    declare(it)
    late = it.here.case("The same in area 23")
    declaring.put_under(it.major, late, by=it.ewan, at=NOON)
    assert holds(late) == 1


def test_whoever_is_not_in_the_room_sees_no_incident(it: Incident) -> None:
    for viewer in (it.here.priya, it.here.hal, it.here.gwen):
        with viewing(viewer):
            assert not MajorIncident.objects.exists()
    with viewing(it.here.nia):
        assert MajorIncident.objects.get().pk == it.major.pk
