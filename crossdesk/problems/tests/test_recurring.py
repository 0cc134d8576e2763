"""What recurs is proposed once, brought up to date, taken up or dismissed; counted per desk, system and code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed, WrongStage
from crossdesk.cases import triage
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import NOON
from crossdesk.problems import fixing, recurring
from crossdesk.problems.lifecycle import State
from crossdesk.problems.models import CaseOf, Problem, Proposal, Sighting
from crossdesk.problems.tests.conftest import ACCOUNT, DAY, Shared
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs, viewing

Seen = Callable[..., Case]


@pytest.fixture
def seen(it: Shared) -> Seen:
    """A case that was raised so long after noon and taken at once."""
    with verbs():
        Problem.objects.update(code="")

    def take(after: timedelta = timedelta(), words: str = "We got reg 0000 back", system: str = "dip") -> Case:
        report = Report(summary=words, query_type="missing-mpan-data", system=system)
        case = raise_case(report, raiser=it.here.sycamore, to=it.here.elexon_desk, by=it.here.priya, at=NOON + after)
        triage.take(case, by=it.here.nia, at=NOON + after)
        return case

    return take


def proposals() -> list[tuple[str, int, str]]:
    with verbs():
        return list(Proposal.objects.order_by("proposed_at").values_list("code", "cases", "state"))


def test_one_row_is_brought_up_to_date(it: Shared, seen: Seen) -> None:
    seen(), seen(DAY)
    assert proposals() == []
    seen(2 * DAY), seen(3 * DAY)
    assert proposals() == [("REG0000", 4, "open")]
    with verbs():
        kinds = Entry.objects.filter(kind__startswith="recurrence.").order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["recurrence.propose", "recurrence.again"]


def test_a_code_of_no_catalogue_is_counted_where_a_problem_is_recognised_by_it(it: Shared, seen: Seen) -> None:
    fixing.describe(it.problem, replace(ACCOUNT, code="ora-00600"), by=it.here.nia, at=NOON)
    seen(DAY, words="ORA-00600 again"), seen(DAY, words="ORA-00601 now")
    with verbs():
        assert list(Sighting.objects.values_list("code", flat=True)) == ["ORA-00600"]


def test_other_systems_codes_and_times_count_apart(it: Shared, seen: Seen) -> None:
    seen(), seen(DAY, system="mds"), seen(DAY, words="REG0001 came back"), seen(15 * DAY), seen(15 * DAY)
    assert proposals() == []


def test_what_was_not_ours_is_not_counted(it: Shared, seen: Seen) -> None:
    seen(), seen()
    case = seen(DAY, words="Nothing came")
    triage.redirect(case, by=it.here.nia, at=NOON + DAY, why="Not ours: REG0000.", to_words="DCC")
    other = seen(DAY, words="Gone")
    assert proposals() == []
    triage.own(other, by=it.here.nia, at=NOON + DAY, note="The log says REG0000.")
    assert proposals() == [("REG0000", 3, "open")]


def test_taken_up_it_is_a_problem_with_its_cases(it: Shared, seen: Seen) -> None:
    cases = [seen(n * DAY) for n in range(3)]
    with verbs():
        proposal = Proposal.objects.get()
    with pytest.raises(
        NotAllowed, match="Only a service manager or major incident manager of Elexon Service Desk takes"
    ):
        recurring.take_up(proposal, title="REG0000 again", by=it.here.nia, at=NOON + 3 * DAY)
    problem = recurring.take_up(proposal, title="REG0000 again", by=it.mo, at=NOON + 3 * DAY)
    with verbs():
        assert {row.case_id for row in CaseOf.objects.filter(problem=problem)} == {case.pk for case in cases}
    with pytest.raises(WrongStage, match="This was taken up already"):
        recurring.dismiss(proposal, why="No.", by=it.mo, at=NOON + 3 * DAY)
    for n in range(4, 8):
        seen(n * DAY)
    assert proposals() == [("REG0000", 3, "taken_up")]


def test_after_the_fix_it_is_proposed_anew(it: Shared, seen: Seen) -> None:
    with verbs():
        Problem.objects.update(code="REG0000", state=State.FIXED, fixed_at=NOON + DAY)
    seen(), seen(2 * DAY), seen(3 * DAY)
    assert proposals() == []
    seen(4 * DAY)
    assert proposals() == [("REG0000", 3, "open")]


def test_dismissed_it_comes_back_only_with_as_many_new_cases(it: Shared, seen: Seen) -> None:
    for n in range(3):
        seen(n * DAY)
    with verbs():
        proposal = Proposal.objects.get()
    with pytest.raises(Invalid, match="Say why it is no problem"):
        recurring.dismiss(proposal, why=" ", by=it.mo, at=NOON + 3 * DAY)
    recurring.dismiss(proposal, why="A test load.", by=it.mo, at=NOON + 3 * DAY)
    seen(4 * DAY), seen(5 * DAY)
    assert proposals() == [("REG0000", 3, "dismissed")]
    seen(6 * DAY)
    assert proposals() == [("REG0000", 3, "dismissed"), ("REG0000", 3, "open")]


def test_a_proposal_is_the_desks_alone(it: Shared, seen: Seen) -> None:
    for n in range(3):
        seen(n * DAY)
    for viewer in (it.here.priya, it.here.hal, it.here.gwen):
        with viewing(viewer):
            assert not Proposal.objects.exists()


def test_a_problem_worked_on_is_not_proposed_again(it: Shared, seen: Seen) -> None:
    fixing.describe(it.problem, fixing.Account("X", system="dip", code="REG0000"), by=it.here.nia, at=NOON)
    for n in range(4):
        seen(n * DAY)
    assert proposals() == []
