from __future__ import annotations

from random import Random

import pytest

from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast
from crossdesk.exchange.models import RawMail
from crossdesk.exchange.tests.post_office import DESK, PostOffice, arrive, nominate, written
from crossdesk.exchange.tests.storm import MOST_ROUNDS, RAISER, Storm
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db


def test_a_storm_of_letters_ends_without_a_loop_and_each_has_one_fate(here: Cast, office: PostOffice) -> None:
    told = Storm(here, office, Random(621)).blow(250)
    assert told.waiting == 0
    assert told.rounds < MOST_ROUNDS
    assert sum(told.fates.values()) == told.kept
    assert set(told.fates) == {"filed", "unmatched", "ignored"}
    assert not office.full


def test_a_machine_that_raises_the_same_again_and_again_is_stopped(here: Cast) -> None:
    nominate(here.sycamore, RAISER)
    for number in range(6):
        mail = arrive(written(RAISER, DESK, "We have received your request", f"Your ticket is {4711 + number}."))
    assert mail.fate == RawMail.Fate.UNMATCHED
    assert "the same again" in mail.why
    with verbs():
        assert Case.objects.count() == 2
