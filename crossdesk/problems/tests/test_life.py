"""From what recurs to what fixes it: who may, in which order, and what is refused with which sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, WrongStage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON
from crossdesk.known_errors import publishing
from crossdesk.known_errors.models import KnownError
from crossdesk.known_errors.moving import TRUTH
from crossdesk.parties.models import Membership
from crossdesk.problems import analysing, fixing, opening
from crossdesk.problems.models import CaseOf, Line, Problem, Section, Why
from crossdesk.problems.tests.conftest import ACCOUNT, DAY, Shared
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs


def known_of(it: Shared) -> KnownError:
    with verbs():
        return TRUTH.get(behind__problem=it.problem.pk)


def test_its_life_from_the_first_case_to_the_end(it: Shared) -> None:
    by: dict[str, Any] = {"by": it.mo, "at": NOON}
    fixing.analyse(it.problem, **by)
    fixing.describe(it.problem, ACCOUNT, **by)
    fixing.know(it.problem, **by)
    publishing.publish(known_of(it), to="everyone", **by)
    fixing.await_fix(it.problem, it.plan(), **by)
    assert (known_of(it).fix_due, known_of(it).fix_waits_for) == (NOON + 30 * DAY, "DIP release 2.4")
    fixing.fix(it.problem, how="Release 2.4 went live.", **by)
    assert known_of(it).state == "fixed"
    fixing.close(it.problem, why="A month without one.", **by)
    with verbs():
        kinds = list(Entry.objects.filter(thread=it.problem.pk).order_by("seq").values_list("kind", flat=True))
        assert list(broken_links()) == []
    told = [kind.removeprefix("problem.") for kind in kinds]
    assert told == ["open", "link_case", "analyse", "describe", "know", "await_fix", "fix", "close"]


def test_a_known_error_has_a_cause_and_a_workaround(it: Shared) -> None:
    fixing.analyse(it.problem, by=it.here.nia, at=NOON)
    with pytest.raises(NotAllowed, match="Only a service manager or major incident manager of Elexon Service Desk can"):
        fixing.know(it.problem, by=it.here.nia, at=NOON)
    with pytest.raises(Invalid, match="Write the root cause and the workaround first"):
        fixing.know(it.problem, by=it.mo, at=NOON)


def test_reopened_it_keeps_the_known_error_it_had(it: Shared) -> None:
    by: dict[str, Any] = {"by": it.mo, "at": NOON}
    fixing.analyse(it.problem, **by)
    fixing.describe(it.problem, ACCOUNT, **by)
    first = fixing.know(it.problem, **by)
    fixing.fix(it.problem, how="Mended.", **by)
    fixing.reopen(it.problem, why="Seen again.", **by)
    assert fixing.know(it.problem, **by) == first


def test_what_cannot_be_done_says_what_can(it: Shared) -> None:
    with pytest.raises(
        WrongStage, match="is open, so you cannot close it; you can still begin its analysis, reject it"
    ):
        fixing.close(it.problem, why="Over.", by=it.mo, at=NOON)
    it.analysed()
    owed: dict[str, Any] = {"part": it.part(it.here.gwen), "owner": "Ruth", "due_at": NOON + DAY}
    action = analysing.give_action(it.problem, "Watch each load", **owed, by=it.here.nia, at=NOON)
    fixing.describe(it.problem, ACCOUNT, by=it.mo, at=NOON)
    fixing.know(it.problem, by=it.mo, at=NOON)
    fixing.fix(it.problem, how="Mended.", by=it.mo, at=NOON)
    with pytest.raises(WrongStage, match="1 of its actions is not done; finish them first"):
        fixing.close(it.problem, why="Over.", by=it.mo, at=NOON)
    with pytest.raises(NotAllowed, match="Only the party that owes it or Elexon Service Desk"):
        analysing.finish_action(action, result="Done.", by=it.here.hal, at=NOON)
    analysing.finish_action(action, result="Done.", by=it.here.gwen, at=NOON)
    fixing.close(it.problem, why="Over.", by=it.mo, at=NOON)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"title": ""}, "Say in one line what recurs"),
        ({"code": "sometimes"}, "cannot be told from a word"),
        ({"system": "lunar"}, "is no system of the market"),
        ({"seen": "x" * 20_001}, "holds at most 20,000 signs"),
    ],
)
def test_an_account_that_cannot_be_used_says_why(it: Shared, what: dict[str, str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        fixing.describe(it.problem, replace(ACCOUNT, **what), by=it.here.nia, at=NOON)


def test_nobody_overwrites_what_they_have_not_read(it: Shared) -> None:
    fixing.describe(it.problem, ACCOUNT, by=it.here.nia, at=NOON, edition=0)
    with pytest.raises(Moved, match="Edition 1 of PB-"):
        fixing.describe(it.problem, ACCOUNT, by=it.here.tom, at=NOON, edition=0)


def test_a_plan_has_an_owner_and_a_day_ahead(it: Shared) -> None:
    fixing.analyse(it.problem, by=it.here.nia, at=NOON)
    with pytest.raises(Invalid, match="target date that lies ahead"):
        fixing.await_fix(it.problem, replace(it.plan(), due=NOON), by=it.mo, at=NOON)
    with pytest.raises(Invalid, match="Say what will keep it"):
        fixing.await_fix(it.problem, replace(it.plan(), fix=" "), by=it.mo, at=NOON)


def test_whys_are_asked_rung_by_rung(it: Shared) -> None:
    fixing.analyse(it.problem, by=it.here.nia, at=NOON)
    by: dict[str, Any] = {"by": it.here.nia, "at": NOON}
    with pytest.raises(Invalid, match="Answer why 1 next"):
        analysing.ask_why(it.problem, 2, "Because.", **by)
    analysing.ask_why(it.problem, 1, "The queue was full.", **by)
    analysing.ask_why(it.problem, 2, "Nobody watches it.", **by)
    analysing.ask_why(it.problem, 1, "The queue ran full.", **by)
    with verbs():
        assert list(Why.objects.values_list("words", flat=True)) == ["The queue ran full.", "Nobody watches it."]


def test_somebody_whose_membership_has_ended_signs_nothing(it: Shared) -> None:
    """Their page may still be open; the signature would bind a party they left."""
    it.analysed()
    analysing.write(it.problem, "We saw nothing.", by=it.here.priya, at=NOON)
    with verbs():
        Membership.objects.filter(person=it.here.priya.person).update(until=NOON)
    with pytest.raises(NotAllowed, match="Priya Nair does not act for Sycamore Energy any more, so cannot sign for it"):
        analysing.sign(it.problem, by=it.here.priya, at=NOON + DAY)
    with verbs():
        assert not Section.objects.exists()


def test_only_the_desks_own_open_cases_are_linked_and_each_once(it: Shared) -> None:
    with verbs():
        case = Case.objects.get()
    opening.link_case(it.problem, case, by=it.here.nia, at=NOON)
    with verbs():
        assert (CaseOf.objects.count(), Line.objects.count()) == (1, 1)
    opening.unlink_case(it.problem, case, why="Another fault.", by=it.here.nia, at=NOON)
    with verbs():
        assert (CaseOf.objects.count(), Line.objects.count()) == (0, 0)
        Case.objects.update(owner=it.here.pennine_help)
    with pytest.raises(NotAllowed, match="Only cases that Elexon Service Desk owns"):
        opening.link_case(it.problem, case, by=it.here.nia, at=NOON)


def test_a_desk_opens_its_own(it: Shared) -> None:
    for who in (it.here.priya, it.here.gwen):
        with pytest.raises(NotAllowed, match="Only a desk agent or a manager of Elexon Service Desk opens a problem"):
            opening.open_problem(opening.Opening("X"), desk=it.here.elexon_desk, by=who, at=NOON)
    with verbs():
        assert Problem.objects.count() == 1
