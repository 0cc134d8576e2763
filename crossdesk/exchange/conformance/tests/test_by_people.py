"""A channel that people carry counts as tried only when a person has said whom it reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.desks.models import Agreement
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange.conformance.by_people import Tried, note_trial
from crossdesk.exchange.conformance.runs import ConformanceRun
from crossdesk.exchange.tests.far_side import agreed
from crossdesk.project.proving import conformance
from crossdesk.requests.proving import Proof
from crossdesk.threads.viewer import verbs, viewing
from crossdesk.web.agreements.tests.test_pages import read, sent

pytestmark = pytest.mark.django_db
SAID = Tried(NOON - timedelta(hours=1), "Ann of their desk", "She read the reference back.", worked=True)


@pytest.fixture
def here() -> Cast:
    return cast()


def by_telephone(here: Cast) -> Agreement:
    ways = Ways(channel=Channel.PHONE, endpoint="+44 20 7946 0000")
    return agreed(here.sycamore, here.elexon, None, ways).agreement


def proof(case: Case) -> Proof:
    with verbs():
        return conformance(case, NOON)


def test_the_step_waits_for_a_person_who_says_whom_it_reached(here: Cast) -> None:
    case, agreement = here.case(), by_telephone(here)
    assert (proof(case).at, proof(case).found) == (
        None,
        "Somebody of Elexon has to try it by telephone and say whom it reached.",
    )
    note_trial(agreement, replace(SAID, worked=False, words="Nobody answered."), by=here.nia, at=NOON)
    assert proof(case).at is None
    note_trial(agreement, SAID, by=here.nia, at=NOON + timedelta(minutes=1))
    assert (proof(case).at, proof(case).who) == (NOON + timedelta(minutes=1), "Nia Bevan, Elexon")
    address = f"/agreements/{agreement.reference}/conformance/"
    for who in (here.nia, here.priya):
        assert "Reached: Ann of their desk. She read the reference back." in read(who, address)[1]
    assert read(here.hal, address)[0] == 404
    form = {"tried_at": "2026-11-24T12:00", "reached": "", "words": "Yes.", "worked": "yes"}
    assert "Say whom it reached" in sent(here.nia, f"{address}trial/", **form)[1]
    assert "Reached: Bo." in sent(here.nia, f"{address}trial/", **form | {"reached": "Bo"})[1]
    with viewing(here.hal):
        assert not ConformanceRun.objects.exists()


def test_who_tries_it_carries_it_and_says_what_happened(here: Cast) -> None:
    agreement = by_telephone(here)
    with pytest.raises(NotAllowed, match="somebody of Elexon tries it"):
        note_trial(agreement, SAID, by=here.priya, at=NOON)
    for said, sentence in (
        (replace(SAID, reached=" "), "Say whom it reached"),
        (replace(SAID, words=""), "Say what you sent"),
        (replace(SAID, tried_at=NOON + timedelta(hours=1)), "Give the time at which you tried it"),
        (replace(SAID, tried_at=NOON - timedelta(days=9)), "Give the time at which you tried it"),
    ):
        with pytest.raises(Invalid, match=sentence):
            note_trial(agreement, said, by=here.nia, at=NOON)


def test_what_goes_by_mail_has_its_own_test(here: Cast) -> None:
    by_mail = agreed(here.pennine, here.elexon, None, Ways(channel=Channel.MAIL, endpoint="desk@pennine.example"))
    with pytest.raises(Invalid, match="its own test tries that"):
        note_trial(by_mail.agreement, SAID, by=here.nia, at=NOON)
