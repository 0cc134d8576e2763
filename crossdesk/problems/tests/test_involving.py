"""A party is taken off a problem: what stays, what it no longer reads, and how it comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from crossdesk.access import Invalid, NotAllowed, WrongStage
from crossdesk.cases.tests.cast import NOON
from crossdesk.clocks.models import Clock
from crossdesk.problems import analysing, fixing, involving
from crossdesk.problems.leaving import find_left
from crossdesk.problems.models import Action, Answer, Cause, Part, Problem, Section
from crossdesk.problems.questions import find_problem
from crossdesk.problems.tests.conftest import DAY, Shared
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

LATER = NOON + DAY


@pytest.fixture
def signed(it: Shared) -> Shared:
    """Sycamore signed its section, stated a cause that Harrier disputes, and owes an action."""
    it.analysed()
    analysing.write(it.problem, "We saw nothing.", by=it.here.priya, at=NOON)
    analysing.sign(it.problem, by=it.here.priya, at=NOON)
    cause = analysing.state_cause(it.problem, "No alarm rang.", by=it.here.priya, at=NOON)
    analysing.answer_cause(cause, agrees=False, words="Ours rang.", by=it.here.hal, at=NOON)
    owed: dict[str, Any] = {"part": it.part(it.here.priya), "owner": "Priya", "due_at": NOON + 14 * DAY}
    analysing.give_action(it.problem, "Look", **owed, by=it.here.nia, at=NOON)
    return it


def off(it: Shared, who: Viewer, at: datetime = NOON, why: str = "It is not theirs.") -> Part:
    part = it.part(who)
    involving.take_off(it.problem, part, why=why, by=it.mo, at=at)
    return part


def reads(who: Viewer, rows: Any) -> int:
    with viewing(who):
        return int(rows.objects.count())


def test_the_others_keep_what_it_signed_and_stated_and_it_reads_nothing_new(signed: Shared) -> None:
    here = signed.here
    off(signed, here.priya)
    assert [reads(here.hal, rows) for rows in (Section, Cause, Answer)] == [1, 1, 1]
    assert [reads(here.priya, rows) for rows in (Problem, Section, Cause, Answer, Action)] == [0, 1, 0, 0, 0]
    fixing.describe(signed.problem, fixing.Account("Renamed"), by=signed.mo, at=LATER)
    analysing.state_cause(signed.problem, "It is the queue.", by=here.hal, at=LATER)
    with viewing(here.priya):
        assert not Entry.objects.filter(thread=signed.problem.pk, recorded_at=LATER).exists()
        assert find_problem(str(signed.problem)) is None
        left = find_left(str(signed.problem), here.priya)
        assert left is not None
        assert left.section is not None
        assert (left.title, left.why, left.section.words) == (
            "Confirmations of IF-036 go missing",
            "It is not theirs.",
            "We saw nothing.",
        )
    with viewing(here.hal):
        assert find_left(str(signed.problem), here.hal) is None
        assert not Entry.objects.filter(kind="problem.take_off").exists()


def test_what_it_owed_is_withdrawn_and_it_writes_nothing_more(signed: Shared) -> None:
    off(signed, signed.here.priya)
    with verbs():
        assert Action.objects.get().withdrawn_at == NOON
        assert Clock.objects.get(measure="action").state == "stopped"
    for verb in (
        lambda: analysing.unsign(signed.problem, why="X", by=signed.here.priya, at=LATER),
        lambda: analysing.state_cause(signed.problem, "X", by=signed.here.priya, at=LATER),
    ):
        with pytest.raises(NotAllowed, match="Sycamore Energy is not involved in this problem"):
            verb()


def test_it_is_involved_again_under_its_name_and_with_its_section(signed: Shared) -> None:
    here = signed.here
    alias = off(signed, here.priya).alias
    with pytest.raises(WrongStage, match="Sycamore Energy is off this problem already; it can be involved again"):
        off(signed, here.priya)
    part = involving.involve(signed.problem, here.sycamore, why="We need you after all.", by=signed.mo, at=LATER)
    assert (part.alias, part.off_at) == (alias, None)
    assert [reads(here.priya, rows) for rows in (Problem, Section, Cause, Answer)] == [1, 1, 1, 1]
    analysing.unsign(signed.problem, why="More came to light.", by=here.priya, at=LATER)


@pytest.mark.parametrize(("why", "sentence"), [("", "Say why the party is taken off"), ("X", "leads this problem")])
def test_it_is_taken_off_with_a_reason_and_never_whoever_leads(it: Shared, why: str, sentence: str) -> None:
    it.analysed()
    with pytest.raises(Invalid, match=sentence):
        off(it, it.here.nia, why=why)


def test_only_a_manager_of_the_desk_takes_a_party_off_and_not_while_the_fix_is_its(it: Shared) -> None:
    it.analysed()
    with pytest.raises(NotAllowed, match="Only a service manager or major incident manager of Elexon Service Desk can"):
        involving.take_off(it.problem, it.part(it.here.hal), why="X", by=it.here.nia, at=NOON)
    plan = fixing.Plan("Mend it.", it.part(it.here.hal), NOON + DAY)
    fixing.await_fix(it.problem, plan, by=it.mo, at=NOON)
    with pytest.raises(Invalid, match=r"The fix is Supplier .'s to make; change its plan first"):
        off(it, it.here.hal)
