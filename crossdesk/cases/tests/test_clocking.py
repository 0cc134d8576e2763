"""A case's clocks, as its verbs turn them: who waits for whom, and what was promised."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crossdesk.cases import closing, leg_work, triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.cases.triage import Judged
from crossdesk.clocks.due import act_on_due
from crossdesk.clocks.models import Clock
from crossdesk.threads.viewer import verbs, viewing

ASK = Engagement("Confirm which of these MPANs are affected.", "Registration data is the distributor's.")


MINUTE = timedelta(minutes=1)


def later(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def case(here: Cast) -> Case:
    with verbs():
        raised = here.case()
        Case.objects.filter(pk=raised.pk).update(system="dip")
    triage.take(raised, by=here.nia, at=later(0.25))
    return raised


def judge(case: Case, here: Cast, level: int, hours: float = 0.5) -> None:
    triage.prioritise(case, Judged(level, "as judged", "several", "now"), by=here.nia, at=later(hours))


def clock(case: Case, measure: str, leg: int = 0) -> Clock:
    with verbs():
        return Clock.objects.filter(thread=case.pk, measure=measure, leg=leg).latest("pk")


def engaged(case: Case, here: Cast, hours: float = 1) -> Leg:
    return engage(case, here.pennine_help, ASK, by=here.nia, at=later(hours))


def test_the_desk_has_promised_to_triage(here: Cast) -> None:
    assert clock(here.case(), "respond").due_at == later(0.5)


def test_taking_it_meets_that_promise(case: Case) -> None:
    assert clock(case, "respond").state == "met"


def test_the_published_target_runs_from_the_moment_it_was_raised(case: Case, here: Cast) -> None:
    judge(case, here, 2)
    resolve = clock(case, "resolve")
    assert (resolve.due_at, resolve.rule, resolve.published) == (later(10), "P2 in DIP: 10 h", True)


def test_where_nobody_published_a_target_no_clock_runs(case: Case, here: Cast) -> None:
    judge(case, here, 3)
    with verbs():
        assert not Clock.objects.filter(thread=case.pk, measure="resolve").exists()


def test_another_priority_judges_anew_and_one_without_a_target_stops(case: Case, here: Cast) -> None:
    judge(case, here, 2)
    judge(case, here, 1, hours=1)
    assert clock(case, "resolve").due_at == later(6)
    judge(case, here, 4, hours=2)
    assert (clock(case, "resolve").state, clock(case, "resolve").because) == (
        "stopped",
        "The priority is P4 now. It has no target.",
    )


def test_a_question_to_the_raiser_pauses_until_answered(case: Case, here: Cast) -> None:
    judge(case, here, 2)
    writing.ask_raiser(case, words="Which area?", due_at=later(5), by=here.nia, at=later(1))
    assert (clock(case, "resolve").state, clock(case, "resolve").resumes_at) == ("paused", later(5))
    writing.answer(case, question=None, words="Area 16.", by=here.priya, at=later(3))
    assert clock(case, "resolve").due_at == later(12)


def test_an_unanswered_question_pauses_no_longer_than_it_said(case: Case, here: Cast) -> None:
    judge(case, here, 2)
    writing.ask_raiser(case, words="Which area?", due_at=later(5), by=here.nia, at=later(1))
    act_on_due(later(6))
    assert clock(case, "resolve").due_at == later(14)


def test_a_dispute_goes_on_with_what_was_spent(case: Case, here: Cast) -> None:
    judge(case, here, 2)
    triage.own(case, by=here.nia, at=later(1))
    closing.resolve(case, words="Loaded again.", by=here.nia, at=later(6))
    assert clock(case, "resolve").state == "met"
    closing.dispute(case, why="Twelve are still missing.", by=here.priya, at=later(20))
    assert clock(case, "resolve").due_at == later(24)


def test_closing_leaves_no_clock_running(case: Case, here: Cast) -> None:
    judge(case, here, 2)
    triage.own(case, by=here.nia, at=later(1))
    closing.resolve(case, words="Loaded again.", by=here.nia, at=later(6))
    closing.confirm(case, by=here.priya, at=later(7))
    with verbs():
        assert not Clock.objects.filter(thread=case.pk, ended_at=None).exists()


def test_opened_again_it_begins_with_its_whole_target(case: Case, here: Cast) -> None:
    judge(case, here, 2)
    closing.withdraw(case, why="Found it.", by=here.priya, at=later(9))
    closing.reopen(case, why="It is back.", by=here.priya, at=later(30))
    judge(case, here, 2, hours=31)
    assert clock(case, "resolve").due_at == later(40)


# Legs


def test_what_was_asked_for_by_a_time_comes_first(case: Case, here: Cast) -> None:
    by = Engagement(ASK.ask, ASK.outside_because, answer_by=later(3))
    leg = engage(case, here.pennine_help, by, by=here.nia, at=later(1))
    assert clock(case, "resolve", leg.pk).due_at == later(3)


def test_their_question_pauses_only_their_own_clock(case: Case, here: Cast) -> None:
    judge(case, here, 2)
    by = Engagement(ASK.ask, ASK.outside_because, answer_by=later(5))
    leg = engage(case, here.pennine_help, by, by=here.nia, at=later(1))
    leg_work.ask(leg, words="Which file?", due_at=later(4), by=here.gwen, at=later(2))
    assert (clock(case, "resolve", leg.pk).state, clock(case, "resolve").state) == ("paused", "running")
    leg_work.answer(leg, words="The 02:10 file.", by=here.nia, at=later(3))
    assert clock(case, "resolve", leg.pk).due_at == later(6)


def test_a_new_leg_inherits_nothing(case: Case, here: Cast) -> None:
    first = engaged(case, here)
    leg_work.withdraw(first, why="Sent to the wrong team.", by=here.nia, at=later(2.9))
    assert clock(case, "acknowledge", first.pk).because == "The engagement was withdrawn."
    second = engaged(case, here, hours=3)
    assert clock(case, "acknowledge", second.pk).due_at == later(5)


def test_a_leg_settled_without_an_answer_leaves_no_clock_running(case: Case, here: Cast) -> None:
    leg = engaged(case, here)
    leg_work.give_up(leg, why="Rang three times.", by=here.nia, at=later(5))
    assert clock(case, "acknowledge", leg.pk).because == "The engagement was settled without an answer."


def test_a_competitor_sees_no_clock(case: Case, here: Cast) -> None:
    judge(case, here, 2)
    engaged(case, here)
    with viewing(here.hal):
        assert not Clock.objects.exists()
    with viewing(here.priya):
        assert set(Clock.objects.values_list("leg", flat=True)) == {0}


def test_a_desk_that_never_answered_is_silent_until_it_is_heard(case: Case, here: Cast) -> None:
    leg = engaged(case, here)
    due = clock(case, "acknowledge", leg.pk).due_at
    assert due
    time_comes(due - MINUTE)
    assert not now_of(leg).silent
    time_comes(due)
    assert now_of(leg).silent
    with viewing(here.nia):
        mine = Standing.objects.get(case=case.pk, seat=here.elexon_desk.seat_id)
    assert (mine.ball, mine.next_what) == (Standing.Ball.US, f"reach {here.pennine_help} another way")
    leg_work.start(leg, by=here.gwen, at=due + MINUTE)
    assert not now_of(leg).silent


def test_a_desk_that_was_heard_of_in_time_is_late_and_not_silent(case: Case, here: Cast) -> None:
    leg = engaged(case, here)
    leg_work.acknowledge(leg, by=here.gwen, at=later(1.5))
    time_comes(later(200))
    assert not now_of(leg).silent


def time_comes(at: datetime) -> None:
    while act_on_due(at):
        pass


def now_of(leg: Leg) -> Leg:
    with verbs():
        return Leg.objects.get(pk=leg.pk)
