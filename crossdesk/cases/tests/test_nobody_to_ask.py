"""A pause has somebody who ends it: no question is put where nobody reads, and none without a time to answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from crossdesk.access import Invalid
from crossdesk.cases import triage, writing
from crossdesk.cases.models import Case, Question
from crossdesk.cases.tests.cast import NOON, Cast, cast, nominated
from crossdesk.cases.triage import Judged
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.turning import live_clocks, turn
from crossdesk.parties.models import Membership
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.viewer import verbs

HOUR = timedelta(hours=1)


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def case(here: Cast) -> Case:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.prioritise(case, Judged(1, "as judged", "several", "now"), by=here.nia, at=NOON)
    return case


def ask(case: Case, here: Cast) -> Question:
    return writing.ask_raiser(case, words="Since when?", due_at=NOON + 2 * HOUR, by=here.nia, at=NOON + HOUR)


def everybody_left(here: Cast) -> None:
    with verbs():
        Membership.objects.filter(party=here.sycamore).update(until=NOON)


def paused() -> bool:
    with verbs():
        return Clock.objects.filter(state=Clock.State.PAUSED).exists()


def test_where_nobody_reads_nothing_is_asked_and_no_clock_stops(case: Case, here: Cast) -> None:
    everybody_left(here)
    with pytest.raises(Invalid, match="Nobody of Sycamore Energy would read the question") as refused:
        ask(case, here)
    assert "Record a contact in the directory" in refused.value.sentence
    with verbs():
        assert not Entry.objects.filter(kind="case.ask").exists()
        assert not Question.objects.exists()
    assert not paused()


def test_a_nominated_contact_is_somebody(case: Case, here: Cast) -> None:
    everybody_left(here)
    nominated(here)
    assert ask(case, here).addressee_id == here.sycamore.seat_id


def test_a_question_without_an_addressee_does_not_exist(case: Case, here: Cast) -> None:
    question = ask(case, here)
    with verbs(), pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(addressee=None)


@pytest.mark.parametrize("until", [None, NOON, NOON - HOUR])
def test_no_clock_pauses_without_a_time_at_which_it_goes_on(case: Case, here: Cast, until: object) -> None:
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=case.pk)
        with pytest.raises(Invalid, match="A pause needs a time at which it ends by itself"):
            turn(thread, live_clocks(thread), Turn.PAUSE, at=NOON, until=until)  # type: ignore[arg-type]
    assert not paused()
