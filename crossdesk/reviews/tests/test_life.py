"""A review from standing down to published, what it collects by itself, and its deadline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, WrongStage
from crossdesk.cases.tests.cast import NOON
from crossdesk.clocks import due
from crossdesk.clocks.models import Clock
from crossdesk.majors import declaring, room
from crossdesk.majors.lifecycle import State as Major
from crossdesk.majors.models import MajorIncident
from crossdesk.reviews import account, acting, publishing, sections
from crossdesk.reviews.account import Account
from crossdesk.reviews.lifecycle import State
from crossdesk.reviews.measuring import measures
from crossdesk.reviews.models import Action, Event
from crossdesk.reviews.tests.conftest import DAY, HOUR, LATER, Past, circulated, closed
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs


def told(it: Past) -> dict[str, str]:
    return {each.label: each.words for each in measures(it.review)}


def publish(it: Past, without: str = "They ceased to trade.") -> None:
    publishing.publish(it.review, why="Loads are watched now.", without=without, by=it.ewan, at=NOON + 2 * DAY)


def test_standing_down_opens_it(it: Past) -> None:
    assert (it.review.state, it.review.reference, it.review.opened_at) == (State.DRAFTING, str(it.major), LATER)


def test_every_party_on_the_incident_and_its_lead_have_a_part(it: Past) -> None:
    with verbs():
        names = {part.party.name: str(part) for part in it.review.parts.select_related("party")}
    assert set(names) == {"Elexon", "Sycamore Energy", "Harrier Energy", "Pennine Grid"}
    assert names["Elexon"] == "Elexon"
    assert {names["Sycamore Energy"], names["Harrier Energy"]} == {"Supplier 1", "Supplier 2"}


def test_the_timeline_tells_when_a_thing_happened_and_when_it_was_written_down(it: Past) -> None:
    with verbs():
        restored = Event.objects.get(review=it.review, title="Service restored")
        titles = list(it.review.events.values_list("title", flat=True))
    assert (restored.happened_at, restored.recorded_at, restored.written_later) == (NOON + HOUR, LATER, True)
    assert titles[:4] == [
        "A case was raised",
        "A case was taken into triage",
        "Proposed as a major incident",
        "Declared a major incident",
    ]


def test_each_length_of_time_is_measured_or_said_to_be_unknown(it: Past) -> None:
    assert told(it) == {
        "Time to notice": "not known yet: when the fault began",
        "Time to respond": "4 m",
        "Time to restore": "not known yet: when the fault began",
        "Time to reconcile": "not known yet: when the last party agreed that its records are reconciled",
    }
    account.say_when(it.review, "began_at", NOON - HOUR, why="The log of the load.", by=it.here.nia, at=LATER)
    closed(it)
    assert told(it)["Time to notice"] == "1 h 00 m"
    assert told(it)["Time to restore"] == "2 h 00 m"
    assert told(it)["Time to reconcile"] == "23 h 00 m"


def test_moments_the_wrong_way_round_measure_nothing(it: Past) -> None:
    account.say_when(it.review, "began_at", LATER, why="The log.", by=it.here.nia, at=LATER)
    assert told(it)["Time to notice"].startswith("not known: it was noticed before the fault began")


def test_declared_again_sets_it_aside_and_standing_down_takes_it_up(it: Past) -> None:
    with verbs():
        it.major.refresh_from_db()
    declaring.declare_again(it.major, why="It came back.", by=it.ewan, at=LATER)
    assert it.review.state == State.SET_ASIDE
    with pytest.raises(WrongStage, match="it waits until the incident is stood down again"):
        circulated(it)
    declaring.restore(it.major, why="Again.", by=it.ewan, at=LATER + HOUR)
    declaring.stand_down(it.major, why="Over.", by=it.ewan, at=LATER + HOUR)
    assert (it.review.state, it.review.restored_at) == (State.DRAFTING, LATER + HOUR)


def test_only_a_manager_of_the_lead_desk_gives_it_to_the_parties(it: Past) -> None:
    with pytest.raises(NotAllowed, match="Only a major incident manager or service manager of Elexon Service Desk"):
        publishing.circulate(it.review, why="Write.", by=it.here.nia, at=LATER)


def test_publishing_waits_for_the_incident_to_close(it: Past) -> None:
    circulated(it)
    with pytest.raises(WrongStage, match="is stood down; a review is published once it is closed"):
        publish(it)


def test_publishing_waits_for_every_signature_or_says_why_not(it: Past) -> None:
    circulated(it)
    closed(it)
    with pytest.raises(WrongStage, match=r"Not signed yet: Elexon, Harrier Energy, Pennine Grid, Sycamore Energy\."):
        publish(it, without="")


def test_publishing_moves_the_incident_to_reviewed(it: Past) -> None:
    circulated(it)
    closed(it)
    publish(it)
    with verbs():
        major = MajorIncident.objects.get(pk=it.major.pk)
        assert list(broken_links()) == []
    assert (it.review.state, major.state, major.reviewed_at) == (State.PUBLISHED, Major.REVIEWED, NOON + 2 * DAY)


def test_what_is_published_is_written_no_more(it: Past) -> None:
    circulated(it)
    closed(it)
    publish(it)
    with pytest.raises(WrongStage, match="is published, so you cannot write its account; you can still give an action"):
        account.describe(it.review, Account("T", "More.", ""), by=it.here.nia, at=NOON + 3 * DAY)
    with pytest.raises(WrongStage, match="is published, so you cannot write a section"):
        sections.write(it.review, "More.", by=it.here.priya, at=NOON + 3 * DAY)


def test_nobody_overwrites_an_account_they_have_not_read(it: Past) -> None:
    account.describe(it.review, Account("T", "The load stopped.", ""), by=it.here.nia, at=LATER, edition=0)
    with pytest.raises(Moved, match="Edition 1 of the account was written meanwhile"):
        account.describe(it.review, Account("T", "Nothing.", ""), by=it.here.tom, at=LATER, edition=0)


def test_no_clock_runs_before_the_incident_is_closed(it: Past) -> None:
    assert it.review.publish_by is None


def test_the_deadline_runs_from_closing_and_says_that_nobody_published_it(it: Past) -> None:
    closed(it)
    with verbs():
        clock = Clock.objects.get(thread=it.review.pk)
    assert it.review.publish_by == NOON + DAY + timedelta(days=28)
    assert not clock.published
    assert "our own default; the market has not published a figure" in clock.rule


def test_its_warnings_and_its_breach_stand_in_the_timeline(it: Past) -> None:
    circulated(it)
    closed(it)
    for day in (15, 22, 29, 30):
        due.act_on_due(NOON + timedelta(days=day))
    with verbs():
        entries = Entry.objects.filter(thread=it.review.pk, kind__startswith="clock.").order_by("seq")
        kinds = [(entry.kind, len(entry.seats)) for entry in entries]
    assert kinds == [("clock.turned", 5), ("clock.warned", 5), ("clock.warned", 5), ("clock.breached", 5)]


def test_publishing_meets_the_deadline(it: Past) -> None:
    circulated(it)
    closed(it)
    publish(it)
    with verbs():
        assert Clock.objects.get(thread=it.review.pk).state == Clock.State.MET


def test_what_the_room_left_open_is_carried_on_once(it: Past) -> None:
    give: dict[str, Any] = {
        "party": it.here.pennine,
        "owner": "Ruth",
        "due_at": NOON + 5 * DAY,
        "by": it.ewan,
        "at": LATER,
    }
    room.give_action(it.major, "Watch every load to its end", **give)
    closed(it)
    with verbs():
        action = Action.objects.get(review=it.review)
        assert (action.what, action.carried, action.owner.name) == ("Watch every load to its end", 1, "Ruth")
        assert it.major.actions.get().result == "Carried on in the review, as action 1."
        assert Event.objects.filter(review=it.review, title="An action was done").count() == 1


def test_words_of_the_room_that_name_a_party_are_worded_anew_before_others_read_them(it: Past) -> None:
    give: dict[str, Any] = {
        "party": it.here.pennine,
        "owner": "Ruth",
        "due_at": NOON + 5 * DAY,
        "by": it.ewan,
        "at": LATER,
    }
    room.give_action(it.major, "Ring Harrier Energy", **give)
    closed(it)
    with pytest.raises(WrongStage, match="Action 1 came from the war room and names what not every party may read"):
        circulated(it)
    with verbs():
        action = Action.objects.select_related("review__lead").get(review=it.review)
    acting.word(action, "Ring whoever was hit", by=it.here.nia, at=NOON + DAY)
    circulated(it)


def test_an_action_is_finished_by_who_owes_it_also_after_publishing(it: Past) -> None:
    circulated(it)
    what: dict[str, Any] = {"owner": "Sam", "due_at": NOON + 9 * DAY, "by": it.here.nia, "at": LATER}
    action = acting.give(it.review, "Alarm on silence", part=it.part(it.here.priya), **what)
    closed(it)
    publish(it)
    with pytest.raises(NotAllowed, match="Only the party that owes it or Elexon Service Desk says that this is done"):
        acting.finish(action, result="Done.", by=it.here.hal, at=NOON + 3 * DAY)
    acting.finish(action, result="Rings after 5 minutes.", by=it.here.priya, at=NOON + 3 * DAY)
    with verbs():
        assert Action.objects.get(pk=action.pk).done_at == NOON + 3 * DAY


def test_an_action_has_an_owner_and_a_date_ahead(it: Past) -> None:
    part = it.part(it.here.priya)
    with pytest.raises(Invalid, match="a due date that lies ahead"):
        acting.give(it.review, "Alarm", part=part, owner="Sam", due_at=NOON, by=it.here.nia, at=LATER)
