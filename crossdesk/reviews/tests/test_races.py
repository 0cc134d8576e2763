"""Two people at once: real connections, real locks."""

from __future__ import annotations

import pytest

from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, cast, somebody
from crossdesk.cases.tests.test_races import at_once
from crossdesk.majors import declaring
from crossdesk.reviews import facts, publishing, sections
from crossdesk.reviews.lifecycle import State
from crossdesk.reviews.models import Section
from crossdesk.reviews.tests.conftest import DAY, LATER, circulated, closed, stood_down
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.usefixtures("committed")


def test_two_managers_publish_and_it_is_published_once() -> None:
    it = stood_down(cast())
    mo = somebody("Mo Karim", it.here.elexon, Role.SERVICE_MANAGER, desk=it.here.elexon_desk)
    circulated(it)
    closed(it)
    copies = [(it.review, it.ewan), (it.review, mo)]
    told = at_once(
        *[
            lambda copy=copy, by=by: publishing.publish(
                copy, why="Learnt.", without="Not all signed.", by=by, at=NOON + 2 * DAY
            )
            for copy, by in copies
        ]
    )
    assert sorted(told)[1] == "done"
    assert "is published, so you cannot publish it" in sorted(told)[0]
    with verbs():
        assert Entry.objects.filter(kind="review.publish").count() == 1
        assert Entry.objects.filter(kind="major.review").count() == 1


def test_two_of_a_party_sign_and_the_second_is_told_who_did() -> None:
    it = stood_down(cast())
    circulated(it)
    sections.write(it.review, "We noticed late.", by=it.here.priya, at=LATER)
    sam = somebody("Sam Lee", it.here.sycamore, Role.SERVICE_USER)
    told = at_once(
        *[lambda copy=it.review, by=by: sections.sign(copy, by=by, at=LATER, edition=1) for by in (it.here.priya, sam)]
    )
    assert sorted(told)[1] == "done"
    assert "signed the section of Sycamore Energy" in sorted(told)[0]
    with verbs():
        assert Section.objects.count() == 1


def test_publishing_and_the_incidents_own_steps_wait_for_each_other() -> None:
    """Both lock the incident before its review, so neither holds what the other waits for."""
    it = stood_down(cast())
    circulated(it)
    closed(it)
    copies = [it.review for _ in range(3)]
    told = at_once(
        lambda: publishing.publish(copies[0], why="Learnt.", without="Some.", by=it.ewan, at=NOON + 2 * DAY),
        *[lambda copy=copy: facts.state(copy, "So it was.", by=it.here.gwen, at=LATER) for copy in copies[1:]],
    )
    assert told[0] == "done"
    with verbs():
        assert it.review.state == State.PUBLISHED
        assert list(broken_links()) == []


def test_declared_again_while_it_is_given_to_the_parties() -> None:
    it = stood_down(cast())
    with verbs():
        it.major.refresh_from_db()
    review = it.review
    told = at_once(
        lambda: declaring.declare_again(it.major, why="It came back.", by=it.ewan, at=LATER),
        lambda: publishing.circulate(review, why="Write.", by=it.ewan, at=LATER),
    )
    assert told[0] == "done"
    assert it.review.state == State.SET_ASIDE
