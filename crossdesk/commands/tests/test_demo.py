import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F

from crossdesk.access import Refused
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage, Outcome, Stage
from crossdesk.cases.models import Assignment, Case, CaseLink, Question, ReferenceSet, Standing
from crossdesk.clocks.models import Clock
from crossdesk.commands.demo import load_demo, sign_ins
from crossdesk.commands.demonstration.cast import table
from crossdesk.commands.demonstration.stories import FILES, rows
from crossdesk.desks.choosing import why_not_raise
from crossdesk.desks.models import Agreement, Desk, Terms
from crossdesk.exchange.models import OutboxItem, RawMail, SunkMail
from crossdesk.majors.lifecycle import State as Major
from crossdesk.parties.founding import found_party
from crossdesk.parties.models import Contact, Delegation, ListPlace, ParentGrant, Party, Person
from crossdesk.reviews.lifecycle import State as ReviewState
from crossdesk.reviews.models import Answer, Review
from crossdesk.rulebook import current
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs
from crossdesk.web.agreements.pages import WHOLE
from crossdesk.web.agreements.telling import told

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def refusal(case: Case) -> str | None:
    if case.raiser_id == case.owner.owner_id:
        return None
    return why_not_raise(current(), case.owner, case.raiser.role_keys)


@pytest.mark.django_db
def test_the_demonstration_shows_everything_that_can_happen_to_a_case() -> None:
    assert load_demo(NOON)
    with verbs():
        assert set(Case.objects.values_list("stage", flat=True)) == set(Stage)
        assert set(Case.objects.exclude(outcome="").values_list("outcome", flat=True)) == set(Outcome)
        assert set(Leg.objects.values_list("stage", flat=True)) == set(LegStage) - {LegStage.DRAFT, LegStage.SENDING}
        assert set(CaseLink.objects.values_list("kind", flat=True)) >= {"child", "duplicate", "carried"}
        assert Question.objects.filter(answered_at=None, leg=None).exists()
        assert Assignment.objects.filter(accepted_at=None, ended_at=None).exists()
        assert Entry.objects.filter(kind="case.reopen").exists()
        left = OutboxItem.objects.exclude(sent_at=None)
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
    assert timedelta() < NOON - last < timedelta(minutes=10)
    assert not load_demo(NOON), "a second load leaves it as it is"
    assert all(Person.objects.get(email=line.email).check_password(line.password) for line in sign_ins()[:2])


@pytest.mark.django_db
def test_the_desks_look_like_desks_that_work() -> None:
    """What is past triage has its priority; of what is promised only a little is late, and not by long."""
    load_demo(NOON)
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


@pytest.mark.django_db
def test_the_demonstration_lends_sight_in_each_way_and_holds_one_case_back() -> None:
    assert load_demo(NOON)
    with verbs():
        accepted, offered = Delegation.objects.order_by("offered_at")
        assert accepted.live(NOON)
        assert Case.objects.filter(followed_by=[accepted.seat_id], raiser__name="Sycamore Energy").exists()
        assert offered.offered
        assert [each.live(NOON) for each in ParentGrant.objects.all()] == [True]
        restricted = Case.objects.exclude(lists={}).get()
        assert set(ListPlace.objects.values_list("name", flat=True)) == {"Hal Reed", "Ewan Price"}
        assert not Desk.objects.filter(seat__in=restricted.seats).exists()


@pytest.mark.django_db
def test_the_past_major_incident_has_a_published_review() -> None:
    assert load_demo(NOON)
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


@pytest.mark.django_db
def test_a_database_in_use_is_refused() -> None:
    with verbs():
        found_party("Pennine Grid")
    with pytest.raises(Refused, match="loaded only into an empty one"):
        load_demo(NOON)


@pytest.mark.django_db
def test_the_stories_use_the_words_of_the_rules() -> None:
    rules = current()
    told = list(rows())
    assert len(told) >= 55
    assert {row["query_type"] for row in told} <= set(rules.query_types)
    assert {row["system"] for row in told if "system" in row} <= set(rules.systems)
    assert {row["scenario"] for row in told if "scenario" in row} <= set(rules.scenarios)
    assert {desk["rule"] for desk in table("parties.toml")["desk"]} <= set(rules.desks)
    assert {role for party in table("parties.toml")["party"] for role in party["roles"]} <= set(rules.roles)


def test_published_dates_and_counts_stay_in_the_words() -> None:
    words = " ".join(str(table(name)) for name in FILES)
    for published in ("200,428", "6 July 2023", "8 August 2023", "12 September 2023", "24 July 2022", "164", "121"):
        assert published in words


@pytest.mark.django_db
def test_letters_wait_for_a_person_and_none_is_left_unread() -> None:
    load_demo(NOON)
    with verbs():
        fates = set(RawMail.objects.values_list("fate", flat=True))
        reasons = {mail.why for mail in RawMail.objects.filter(fate=RawMail.Fate.UNMATCHED)}
    assert fates >= {RawMail.Fate.UNMATCHED, RawMail.Fate.IGNORED}
    assert RawMail.Fate.WAITING not in fates
    assert any("not made by us" in each for each in reasons)


@pytest.mark.django_db
def test_an_agreement_of_each_state_and_legs_that_go_by_one() -> None:
    load_demo(NOON)
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
