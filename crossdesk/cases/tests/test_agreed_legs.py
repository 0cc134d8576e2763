"""Legs by agreement: each keeps the one it was engaged under, and follows that one's changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from crossdesk.cases import leg_work, triage
from crossdesk.cases.agreeing import apply_changes
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.cases.triage import Judged
from crossdesk.cases.undisputed import confirm_undisputed
from crossdesk.clocks.models import Clock
from crossdesk.desks.agreements import Said
from crossdesk.desks.models import Terms
from crossdesk.desks.tests.terms import HOURS, MINUTES, ORDINARY, TARGETS, Signing, signing
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs, viewing

DAY = timedelta(days=1)
SHORTER = Said({"P2": {"resolve": 2 * HOURS}}, acknowledge=15 * MINUTES)


@pytest.fixture
def it(db: None) -> Signing:
    return signing(cast())


@pytest.fixture
def case(it: Signing) -> Case:
    return judged(it)


def judged(it: Signing) -> Case:
    raised = it.here.case()
    triage.take(raised, by=it.here.nia, at=NOON)
    judge(raised, it, 2, NOON)
    return raised


def judge(case: Case, it: Signing, level: int, at: datetime) -> None:
    triage.prioritise(case, Judged(level, "as judged", "several", "now"), by=it.here.nia, at=at)


def engaged(case: Case, it: Signing, at: datetime = NOON, answer_by: datetime | None = None) -> Leg:
    ask = Engagement("Confirm the MPANs.", "Registration data is theirs.", answer_by=answer_by)
    return engage(case, it.here.pennine_help, ask, by=it.here.nia, at=at)


def clocks(leg: Leg) -> dict[str, Clock]:
    with verbs():
        rows = Clock.objects.filter(leg=leg.pk).order_by("pk")
        return {clock.measure: clock for clock in rows}


def kinds(case: Case, kind: str) -> int:
    with verbs():
        return Entry.objects.filter(thread=case.pk, kind=kind).count()


def test_a_leg_runs_by_the_agreement_in_force_when_it_was_engaged(it: Signing, case: Case) -> None:
    terms = it.in_force()
    leg = engaged(case, it)
    running = clocks(leg)
    assert {measure: clock.due_at for measure, clock in running.items()} == {
        "acknowledge": NOON + 15 * MINUTES,
        "respond": NOON + HOURS,
        "update": NOON + 2 * HOURS,
        "resolve": NOON + 4 * HOURS,
    }
    assert running["resolve"].rule == f"Agreement {terms.agreement.reference}, version 1, P2"
    with viewing(it.here.gwen):
        assert Leg.objects.select_related("terms").get(pk=leg.pk).terms == terms


def test_what_was_asked_for_by_name_comes_before_the_agreement(it: Signing, case: Case) -> None:
    it.in_force()
    leg = engaged(case, it, answer_by=NOON + 3 * HOURS)
    assert (clocks(leg)["resolve"].due_at, clocks(leg)["resolve"].terms) == (NOON + 3 * HOURS, 0)


def test_a_desk_without_an_agreement_goes_by_its_own_word(it: Signing, case: Case) -> None:
    it.proposed()
    leg = engaged(case, it)
    assert {measure: clock.due_at for measure, clock in clocks(leg).items()} == {"acknowledge": NOON + 2 * HOURS}


def test_acknowledging_answering_and_telling_each_keep_their_own_promise(it: Signing, case: Case) -> None:
    it.in_force()
    leg = engaged(case, it)
    leg_work.acknowledge(leg, by=it.here.gwen, at=NOON + 5 * MINUTES)
    assert [clocks(leg)[each].state for each in ("acknowledge", "respond")] == ["met", "running"]
    leg_work.update(leg, words="We compare the files.", by=it.here.gwen, at=NOON + HOURS)
    assert (clocks(leg)["respond"].state, clocks(leg)["update"].due_at) == ("met", NOON + 3 * HOURS)
    leg_work.resolve(leg, words="Loaded again.", by=it.here.gwen, at=NOON + 2 * HOURS)
    assert {clock.state for clock in clocks(leg).values()} == {"met"}


def test_words_of_the_sender_keep_no_promise_of_the_engaged_desk(it: Signing, case: Case) -> None:
    it.in_force()
    leg = engaged(case, it)
    leg_work.update(leg, words="Any news?", by=it.here.nia, at=NOON + HOURS / 2)
    assert clocks(leg)["respond"].state == "running"


def test_another_priority_is_another_target(it: Signing, case: Case) -> None:
    it.in_force(Said({**TARGETS, "P1": {"resolve": HOURS}}, acknowledge=15 * MINUTES))
    leg = engaged(case, it)
    judge(case, it, 1, NOON + 10 * MINUTES)
    resolve = clocks(leg)["resolve"]
    assert (resolve.due_at, resolve.rule[-2:]) == (NOON + HOURS, "P1")
    assert clocks(leg)["respond"].state == "stopped"
    leg_work.prioritise(leg, Judged(2, "one area", "several", "now"), by=it.here.gwen, at=NOON + 20 * MINUTES)
    assert clocks(leg)["resolve"].due_at == NOON + 4 * HOURS


def test_a_priority_that_comes_later_begins_with_the_engagement(it: Signing) -> None:
    it.in_force()
    case = it.here.case()
    triage.take(case, by=it.here.nia, at=NOON)
    leg = engaged(case, it)
    assert set(clocks(leg)) == {"acknowledge"}
    judge(case, it, 2, NOON + HOURS / 2)
    assert clocks(leg)["resolve"].due_at == NOON + 4 * HOURS
    with viewing(it.here.gwen):
        assert Leg.objects.get(pk=leg.pk).answer_by == NOON + 4 * HOURS


# A change, and a fresh one


def test_a_change_moves_the_clocks_of_its_open_legs_once_and_says_so(it: Signing, case: Case) -> None:
    first = it.in_force()
    leg = engaged(case, it)
    second = it.accepted(it.changed(first, SHORTER, NOON + HOURS / 2), NOON + HOURS / 2)
    assert [apply_changes(NOON + HOURS / 2) for _ in range(3)] == [1, 0, 0]
    assert clocks(leg)["resolve"].due_at == NOON + 2 * HOURS
    with verbs():
        moved = Entry.objects.select_related("body").get(kind="clock.retargeted", facts__measure="resolve")
        now = Leg.objects.select_related("terms", "terms_now").get(pk=leg.pk)
        row = Standing.objects.get(case=case.pk, seat=it.here.pennine_help.seat_id)
    assert (moved.facts["before"], moved.facts["due"]) == (
        (NOON + 4 * HOURS).isoformat(),
        (NOON + 2 * HOURS).isoformat(),
    )
    assert moved.body.words == f"Agreement {first.agreement.reference}, version 2 is in force."
    assert (now.terms, now.terms_now, now.answer_by) == (first, second, NOON + 2 * HOURS)
    assert row.next_by == NOON + 15 * MINUTES
    assert clocks(leg)["respond"].state == "stopped"


def test_a_change_waits_for_its_day(it: Signing, case: Case) -> None:
    first = it.in_force()
    leg = engaged(case, it)
    it.accepted(it.changed(first, replace(SHORTER, since=NOON + HOURS)))
    assert apply_changes(NOON + HOURS / 2) == 0
    assert apply_changes(NOON + HOURS) == 1
    assert clocks(leg)["resolve"].due_at == NOON + 2 * HOURS


def test_a_fresh_agreement_leaves_alone_what_was_engaged_under_the_former_one(it: Signing, case: Case) -> None:
    first = it.in_force()
    leg = engaged(case, it)
    fresh = it.in_force(SHORTER, NOON + HOURS)
    assert apply_changes(NOON + HOURS) == 0
    assert clocks(leg)["resolve"].due_at == NOON + 4 * HOURS
    other = engaged(judged(it), it, NOON + 2 * HOURS)
    with verbs():
        assert Leg.objects.get(pk=leg.pk).terms == first
        assert Leg.objects.get(pk=other.pk).terms == fresh


def test_a_settled_leg_stays_as_it_was_judged(it: Signing, case: Case) -> None:
    first = it.in_force()
    leg = engaged(case, it)
    leg_work.resolve(leg, words="Loaded again.", by=it.here.gwen, at=NOON + HOURS)
    leg_work.confirm(leg, by=it.here.nia, at=NOON + HOURS)
    it.accepted(it.changed(first, SHORTER, NOON + HOURS), NOON + HOURS)
    assert apply_changes(NOON + 2 * HOURS) == 0
    assert kinds(case, "clock.retargeted") == 0


def test_once_all_have_gone_over_nobody_looks_again(it: Signing, case: Case) -> None:
    terms = it.in_force()
    apply_changes(NOON)
    with verbs():
        assert Terms.objects.get(pk=terms.pk).applied_at is None
    apply_changes(NOON + 3 * MINUTES)
    with verbs():
        assert Terms.objects.get(pk=terms.pk).applied_at == NOON + 3 * MINUTES


def test_however_many_workers_apply_a_change_each_clock_moves_once(committed: str) -> None:
    it = signing(cast())
    first = it.in_force()
    cases = [judged(it) for _ in range(4)]
    for case in cases:
        engaged(case, it)
    it.accepted(it.changed(first, SHORTER, NOON + HOURS / 2), NOON + HOURS / 2)
    ready = Barrier(6)

    def worker(_: int) -> int:
        ready.wait()
        gone = apply_changes(NOON + HOURS / 2)
        connections.close_all()
        return gone

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(worker, range(6))) == 4
    with verbs():
        moved = Entry.objects.filter(kind="clock.retargeted", facts__measure="resolve")
        assert moved.values("thread").distinct().count() == moved.count() == 4


# The days in which an answer may be disputed


def test_an_answer_nobody_disputes_in_the_days_agreed_counts_as_confirmed(it: Signing, case: Case) -> None:
    it.in_force(replace(ORDINARY, auto_close_days=5))
    leg = engaged(case, it)
    leg_work.resolve(leg, words="Loaded again.", by=it.here.gwen, at=NOON)
    assert confirm_undisputed(NOON + 5 * DAY - MINUTES) == 0
    assert [confirm_undisputed(NOON + 5 * DAY) for _ in range(2)] == [1, 0]
    with verbs():
        entry = Entry.objects.select_related("body").get(thread=case.pk, kind="leg.confirm")
        assert Leg.objects.get(pk=leg.pk).stage == "confirmed"
    assert entry.body.words.startswith("Nobody disputed the answer within 5 days, as agreed: Agreement AG-")


def test_a_disputed_answer_is_not_confirmed_by_the_days(it: Signing, case: Case) -> None:
    it.in_force(replace(ORDINARY, auto_close_days=5))
    leg = engaged(case, it)
    leg_work.resolve(leg, words="Loaded again.", by=it.here.gwen, at=NOON)
    leg_work.dispute(leg, why="Twelve are missing.", by=it.here.nia, at=NOON + DAY)
    assert confirm_undisputed(NOON + 9 * DAY) == 0


def test_a_leg_without_agreed_days_waits_for_a_word(it: Signing, case: Case) -> None:
    it.in_force()
    leg = engaged(case, it)
    leg_work.resolve(leg, words="Loaded again.", by=it.here.gwen, at=NOON)
    assert confirm_undisputed(NOON + 90 * DAY) == 0
