"""A case crosses to a desk that works in ServiceNow, from the engagement to the end, by the worker's own hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.test import override_settings

from crossdesk.cases import leg_work, triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.desks.agreements import Said
from crossdesk.desks.tests.terms import Signing, signing
from crossdesk.desks.ways import Channel, Mapped, Meaning, Ways
from crossdesk.exchange import changed_fields, lines
from crossdesk.exchange.channels.servicenow.tests.far_side import FarSide, far_side
from crossdesk.exchange.links import Link
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.exchange.reading import read_due
from crossdesk.exchange.sending import send_due
from crossdesk.impact.models import Tally
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def far() -> Iterator[FarSide]:
    with far_side(NOON) as far:
        yield far


@pytest.fixture
def story(far: FarSide) -> Iterator[Story]:
    with override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        yield Story(cast(), far)


@dataclass
class Story:
    """Elexon's desk engages the service desk of Pennine Grid, which works in ServiceNow."""

    here: Cast
    far: FarSide
    leg: Leg = field(init=False)
    sign: Signing = field(init=False)
    at: datetime = NOON

    def __post_init__(self) -> None:
        fields = (
            Mapped(ours=f"={self.far.tenant.caller}", theirs="caller_id"),
            Mapped(ours="category", theirs="category", owner="them"),
            Mapped(ours="category:missing-mpan-data", theirs="Registration"),
            Mapped(ours="category:settlement", theirs="Settlement"),
        )
        ways = Ways(channel=Channel.SERVICENOW, endpoint=self.far.tenant.base, fields=fields)
        sign = self.sign = signing(self.here)
        terms = sign.proposed(Said(acknowledge=timedelta(hours=1), ways=ways), desk=self.here.pennine_service)
        sign.accepted(terms)
        with verbs():
            self.line = lines.open_line(terms.agreement, NOON)
            lines.keep_key(self.line, "November", "crossdesk:s3cret", by=sign.ada, at=NOON)
        case = self.here.case()
        triage.take(case, by=self.here.nia, at=NOON)
        what = Engagement(ask="Check the registrations.", outside_because="All was delivered.")
        self.leg = engage(case, self.here.pennine_service, what, by=self.here.nia, at=NOON)

    def clock(self) -> datetime:
        return self.at

    def passes(self) -> None:
        """Two minutes, in which the worker sends and reads what there is."""
        self.at += timedelta(minutes=2)
        send_due(self.clock)
        read_due(self.clock)
        with verbs():
            legs = Leg.objects.select_related("case__owner", "case__raiser", "from_desk__owner", "to_desk__owner")
            self.leg = legs.get(pk=self.leg.pk)

    @property
    def number(self) -> str:
        return self.leg.their_reference

    @property
    def theirs(self) -> dict[str, str]:
        return self.far.instance.incident(self.number)

    def told(self, kind: str) -> list[str]:
        """What stands on the leg in the hand of the other desk."""
        with verbs():
            entries = Entry.objects.filter(thread=self.leg.case_id, kind=kind, of=self.leg.pk).order_by("seq")
            return [each.body.words for each in entries.select_related("body")]


def test_engaged_asked_resolved_disputed_resolved_and_confirmed(story: Story) -> None:
    leg, nia, person = story, story.here.nia, story.far.person
    story.passes()
    assert leg.leg.stage == LegStage.ACKNOWLEDGED
    assert "Check the registrations." in leg.theirs["description"]
    person.begin(leg.number)
    person.comment(leg.number, "We look into it")
    person.note(leg.number, "Not for them")
    story.passes()
    assert (leg.leg.stage, leg.told("leg.update")) == (LegStage.IN_PROGRESS, ["We look into it"])
    person.change(leg.number, impact="2", urgency="2")
    person.ask_the_caller(leg.number, "Which MPANs?")
    story.passes()
    assert (leg.leg.stage, leg.told("leg.ask_us")) == (LegStage.PENDING_US, ["Which MPANs?"])
    assert leg.leg.priority == 3
    leg_work.answer(leg.leg, by=nia, at=story.at, words="All of Monday's.")
    story.passes()
    assert (leg.theirs["state"], leg.leg.stage) == ("2", LegStage.IN_PROGRESS)
    person.resolve(leg.number, "Restarted the service")
    story.passes()
    assert leg.leg.stage == LegStage.RESOLVED
    leg_work.dispute(leg.leg, by=nia, at=story.at, why="Nothing arrives")
    story.passes()
    assert (leg.theirs["state"], leg.theirs["reopen_count"], leg.leg.stage) == ("2", "1", LegStage.DISPUTED)
    person.resolve(leg.number, "Rebuilt the index")
    story.passes()
    leg_work.confirm(leg.leg, by=nia, at=story.at)
    story.passes()
    assert (leg.theirs["state"], leg.leg.stage) == ("7", LegStage.CONFIRMED)
    story.passes()
    with verbs():
        assert not OutboxItem.objects.filter(leg=leg.leg.pk).exclude(state="sent").exists()
        assert not InboxItem.objects.exclude(fate="applied").exists()
        assert not Entry.objects.filter(body__words__contains="Not for them").exists()
        link = Link.objects.get(leg=leg.leg.pk)
    assert (link.their_number, link.meaning) == (leg.number, Meaning.RESOLVED)
    ours = [
        each["value"] for each in story.far.instance.journal(leg.theirs["sys_id"]) if "[crossdesk " in each["value"]
    ]
    assert len(ours) == 3


def test_a_refusal_names_the_right_desk_and_settles_the_leg(story: Story) -> None:
    story.passes()
    story.far.person.cancel(story.number, f"Not our meters.\nRight desk: {story.here.pennine_help}")
    story.passes()
    assert story.leg.stage == LegStage.DECLINED
    assert story.leg.redirect_to_id == story.here.pennine_help.pk
    assert "Not our meters." in story.told("leg.decline")[0]


def test_a_withdrawal_reaches_them_and_does_not_come_back(story: Story) -> None:
    story.passes()
    leg_work.withdraw(story.leg, by=story.here.nia, at=story.at, why="It was ours after all")
    story.passes()
    story.passes()
    assert (story.theirs["state"], story.leg.stage) == ("8", LegStage.WITHDRAWN)
    with verbs():
        assert not InboxItem.objects.exists()


def test_a_timed_out_create_is_not_repeated(story: Story) -> None:
    story.far.instance.faults.order("down", method="GET")
    story.passes()
    assert story.leg.stage == LegStage.SENDING
    story.passes()
    assert story.leg.stage == LegStage.ACKNOWLEDGED
    keys = [each["correlation_id"] for each in story.far.instance.tables["incident"].values()]
    assert len(keys) == len(set(keys))


def test_a_refused_account_pauses_the_line_once_and_a_mended_one_goes_on(story: Story) -> None:
    user = story.far.instance.users.pop("crossdesk")
    story.passes()
    story.passes()
    story.far.instance.users["crossdesk"] = user
    assert (story.leg.stage, story.leg.undeliverable) == (LegStage.SENDING, True)
    assert len(story.told("leg.bounce")) == 1
    with verbs():
        lines.resume(story.line, story.at)
    story.passes()
    assert story.leg.stage == LegStage.ACKNOWLEDGED


def test_an_unknown_state_is_flagged_and_moves_nothing(story: Story) -> None:
    story.passes()
    story.far.person.change(story.number, state="42")
    story.passes()
    with verbs():
        link = Link.objects.get(leg=story.leg.pk)
    assert (story.leg.stage, link.their_state, link.meaning) == (LegStage.ACKNOWLEDGED, "42", Meaning.UNKNOWN)
    assert "which the agreement gives no meaning" in story.told("leg.update")[0]


def test_agreed_fields_cross_both_ways_and_an_unknown_value_is_flagged(story: Story) -> None:
    story.passes()
    assert story.theirs["category"] == "Registration"
    story.far.person.change(story.number, category="Settlement")
    story.passes()
    story.far.person.change(story.number, category="Zed")
    story.passes()
    story.passes()
    known, unknown = story.told("leg.update")
    assert known == "Their category is “Settlement” now, here settlement; by the agreement theirs counts."
    assert "“Zed”, which the agreement gives no meaning" in unknown
    with verbs():
        assert Link.objects.get(leg=story.leg.pk).their_fields == {"category": "Zed"}


def judge(story: Story, level: int) -> None:
    with verbs():
        case = Case.objects.select_related("owner", "raiser").get(pk=story.leg.case_id)
    triage.prioritise(case, triage.Judged(level, "By the matrix.", "", ""), by=story.here.nia, at=story.at)


def agreed_too(story: Story, *more: Mapped) -> None:
    """Said and accepted anew; it counts for what is open as well."""
    with verbs():
        terms = story.line.agreement.versions.get()
    said = Said(acknowledge=timedelta(hours=1), ways=terms.exchange.model_copy(update={"fields": more}))
    story.sign.accepted(story.sign.changed(terms, said))


def test_a_field_that_changes_later_follows_and_theirs_is_never_said_back(story: Story) -> None:
    agreed_too(
        story,
        Mapped(ours="priority", theirs="subcategory"),
        Mapped(ours="priority:P1", theirs="S1"),
        Mapped(ours="affected", theirs="contact_type", way="out"),
    )
    story.passes()
    assert not story.theirs.get("subcategory")
    judge(story, 1)
    judge(story, 2)
    judge(story, 1)
    with verbs():
        ours = Entry.objects.filter(kind=changed_fields.TOLD).select_related("body").order_by("seq")
        assert [each.body.words for each in ours] == [f"Our priority is P{level} now." for level in (1, 2, 1)]
    story.passes()
    assert story.theirs["subcategory"] == "S1"
    story.passes()
    assert (story.told("leg.prioritise"), story.told("leg.update")) == ([], [])  # nothing comes back as theirs
    story.far.person.change(story.number, subcategory="S9")
    story.passes()
    (kept,) = story.told("leg.update")
    assert "“S9”, which the agreement gives no meaning" in kept
    with verbs():
        Tally.objects.create(
            case=story.leg.case, party=story.here.sycamore, total=812, counted_at=story.at, seats=story.leg.case.seats
        )
    changed_fields.counted(story.leg.case_id, story.at)
    changed_fields.counted(story.leg.case_id, story.at)
    story.passes()
    assert (story.theirs["contact_type"], story.theirs["subcategory"]) == ("812", "S9")
    with verbs():
        assert OutboxItem.objects.filter(leg=story.leg.pk, kind="update").count() == 4
        assert Link.objects.get(leg=story.leg.pk).on_the_way == {}


def test_where_their_word_counts_ours_is_not_put_over_it(story: Story) -> None:
    agreed_too(
        story,
        Mapped(ours="priority", theirs="subcategory", owner="them"),
        Mapped(ours="P1", theirs="impact=1,urgency=1"),
    )
    judge(story, 3)
    story.passes()
    assert story.theirs["subcategory"] == "P3"
    story.far.person.change(story.number, subcategory="P4")
    story.passes()
    judge(story, 1)
    story.passes()
    assert story.theirs["subcategory"] == "P4"
