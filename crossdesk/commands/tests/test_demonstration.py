"""What the demonstration shows, loaded once for all who look at it: nobody here changes anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F

from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage, Outcome, Stage
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.models import Assignment, Case, CaseLink, Question, Standing
from crossdesk.cases.review_asks import ReviewAsk
from crossdesk.clocks.models import Clock
from crossdesk.commands.demo import load_demo, sign_ins
from crossdesk.desks.choosing import why_not_raise
from crossdesk.desks.models import Agreement, Desk, Terms
from crossdesk.desks.ways import Channel
from crossdesk.exchange.lines import Line
from crossdesk.exchange.models import OutboxItem, RawMail, SunkMail
from crossdesk.majors.lifecycle import State as Major
from crossdesk.parties.models import Contact, Delegation, ListPlace, ParentGrant, Party, Person
from crossdesk.postgres.tests import databases
from crossdesk.reviews.lifecycle import State as ReviewState
from crossdesk.reviews.models import Answer, Review
from crossdesk.rulebook import current
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs
from crossdesk.web.agreements.pages import WHOLE
from crossdesk.web.agreements.telling import told

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
pytestmark = [pytest.mark.usefixtures("loaded"), pytest.mark.xdist_group("the demonstration")]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), databases.of_its_own("demonstration"):
        assert load_demo(NOON)
        yield


def refusal(case: Case) -> str | None:
    if case.raiser_id == case.owner.owner_id:
        return None
    return why_not_raise(current(), case.owner, case.raiser.role_keys)


def test_the_demonstration_shows_everything_that_can_happen_to_a_case() -> None:
    with verbs():
        assert set(Case.objects.values_list("stage", flat=True)) == set(Stage)
        assert set(Case.objects.exclude(outcome="").values_list("outcome", flat=True)) == set(Outcome)
        assert set(Leg.objects.values_list("stage", flat=True)) == set(LegStage) - {LegStage.DRAFT}
        assert set(CaseLink.objects.values_list("kind", flat=True)) >= {"child", "duplicate", "carried"}
        assert Question.objects.filter(answered_at=None, leg=None).exists()
        assert Assignment.objects.filter(accepted_at=None, ended_at=None).exists()
        assert Entry.objects.filter(kind="case.reopen").exists()
        excused = Clock.objects.filter(excused_at__isnull=False, leg=0).values("thread")
        assert ReviewAsk.objects.filter(case__in=excused, case__stage=Stage.CLOSED, done_at=None).exists()
        left = OutboxItem.objects.filter(link=None).exclude(sent_at=None)
        assert left.count() == SunkMail.objects.count() > 50, "what was written then left then, and is in the sink"
        assert left.filter(sent_at__lt=F("created_at") + timedelta(minutes=20)).count() == left.count()
        assert SunkMail.objects.filter(arrived_at__gte=NOON).count() == 0
        last = Entry.objects.latest("happened_at").happened_at
        assert list(broken_links()) == []
        addresses = [*Desk.objects.filter(home="elsewhere").values_list("address", flat=True)]
        addresses += Contact.objects.values_list("address", flat=True)
        assert all(address.endswith(".example") for address in addresses)
        assert [why for case in Case.objects.all() if (why := refusal(case))] == []
        assert not Party.objects.filter(demonstration=False, central=False).exists()
    assert timedelta() <= NOON - last < timedelta(minutes=10)
    assert not load_demo(NOON), "a second load leaves it as it is"
    assert all(Person.objects.get(email=line.email).check_password(line.password) for line in sign_ins()[:2])


def test_a_line_is_paused_with_its_cause_and_what_waits_on_it() -> None:
    """Said to a real server while it was loaded: taken once, then our account was gone there."""
    with verbs():
        first, refused, behind = OutboxItem.objects.filter(link__channel=Channel.SERVICENOW).order_by("number")
        line, leg = Line.objects.exclude(paused_at=None).get(), Leg.objects.get(pk=first.leg_id or 0)
        assert (first.state, leg.their_reference[:3], refused.attempts, behind.attempts) == ("sent", "INC", 1, 0)
        assert {refused.state, behind.state} <= set(OutboxItem.UNSENT)
        assert "account" in line.trouble
        told = Entry.objects.filter(thread=refused.case_id, kind="leg.bounce").select_related("body")
        assert [each.body.words.startswith("Nothing more is sent to Fenland") for each in told] == [True]


def test_the_desks_look_like_desks_that_work() -> None:
    """What is past triage has its priority; of what is promised only a little is late, and not by long."""
    with verbs():
        unjudged = Case.objects.filter(priority=None).exclude(stage__in=[Stage.RAISED, Stage.CLOSED])
        waiting = Standing.objects.filter(is_open=True, part=Standing.Part.OWNS, ball=Standing.Ball.US)
        late = [row.next_by for row in waiting.filter(next_by__lt=NOON)]
        lists = list(ReferenceSet.objects.values_list("bad", "repeated"))
        assert [str(case) for case in unjudged.exclude(stage=Stage.TRIAGE)] == []
        assert Leg.objects.filter(undeliverable=True).exists()
        assert Case.objects.filter(priority=1, closed_at=None).exists()
    assert 1 <= len(late) <= 4
    assert all(by and NOON - by < timedelta(hours=1) for by in late)
    assert any(bad and repeated for bad, repeated in lists)


def test_the_demonstration_lends_sight_in_each_way_and_holds_one_case_back() -> None:
    with verbs():
        accepted, offered = Delegation.objects.order_by("offered_at")
        assert accepted.live(NOON)
        assert Case.objects.filter(followed_by=[accepted.seat_id], raiser__name="Sycamore Energy").exists()
        assert offered.offered
        assert [each.live(NOON) for each in ParentGrant.objects.all()] == [True]
        restricted = Case.objects.exclude(lists={}).get()
        assert set(ListPlace.objects.values_list("name", flat=True)) == {"Hal Reed", "Ewan Price"}
        assert not Desk.objects.filter(seat__in=restricted.seats).exists()


def test_the_past_major_incident_has_a_published_review() -> None:
    with verbs():
        review = Review.objects.select_related("incident").get()
        assert (review.state, review.incident.state) == (ReviewState.PUBLISHED, Major.REVIEWED)
        assert review.published_at
        assert review.publish_by
        assert review.published_at < review.publish_by
        assert sorted(who.split()[0] for who in review.sections.values_list("who", flat=True)) == [
            "DCC", "Supplier", "Supplier", "Supplier",
        ]  # fmt: skip
        assert {answer.agrees for answer in Answer.objects.filter(fact__review=review)} == {True, False}
        assert {action.done_at is None for action in review.actions.all()} == {True, False}


def test_letters_wait_for_a_person_and_none_is_left_unread() -> None:
    with verbs():
        fates = set(RawMail.objects.values_list("fate", flat=True))
        reasons = {mail.why for mail in RawMail.objects.filter(fate=RawMail.Fate.UNMATCHED)}
    assert fates >= {RawMail.Fate.UNMATCHED, RawMail.Fate.IGNORED}
    assert RawMail.Fate.WAITING not in fates
    assert any("not made by us" in each for each in reasons)


def test_an_agreement_of_each_state_and_legs_that_go_by_one() -> None:
    with verbs():
        words = {
            re.sub(r"[\d:]+", "", each.words).split(" ")[0]
            for agreement in Agreement.objects.all()
            for each in told(agreement, list(agreement.versions.select_related(*WHOLE).order_by("-number")), NOON)
        }
        by_agreement = Leg.objects.filter(terms__isnull=False)
        assert words == {"Waits", "Taken", "Declined", "In", "Begins", "Replaced", "Ended", "Over"}
        assert Terms.objects.filter(said_by="Mara Ellison, by telephone").exists()
        assert by_agreement.exists()
        assert Clock.objects.filter(leg__in=by_agreement, terms__gt=0).exists()
        assert Desk.objects.get(name="Sycamore Energy service desk").calendar.version == 2  # type: ignore[union-attr]
