"""What each reader finds on the status page, and that nobody finds what was for narrower readers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crossdesk.cases.tests.cast import NOON
from crossdesk.majors.declaring import close, declare_again, resend, restore, stand_down
from crossdesk.notices.publishing import leave_due
from crossdesk.notices.releasing import agree, send
from crossdesk.notices.sheet import Said
from crossdesk.notices.tests.conftest import Incident, it
from crossdesk.status import shapes
from crossdesk.status.board import Board, board
from crossdesk.status.disruptions import Disruption, past
from crossdesk.status.models import PublicSpell, State, ToldSpell
from crossdesk.threads.viewer import ANYBODY, Viewer, verbs, viewing

__all__ = ["it"]
HOUR = timedelta(hours=1)
MARKS = ("lead", "resolvers", "executives", "affected", "raisers", "parties", "public")
MARKED = tuple(Said("happened", f"Words that are for {mark} and nobody wider.", mark) for mark in MARKS)


def published(it: Incident, *audiences: str, after: timedelta = timedelta()) -> None:
    at = NOON + after
    briefing = it.draft(*audiences, lines=MARKED)
    send(briefing, by=it.here.nia, at=at)
    if briefing.state == "asked":
        agree(briefing, by=it.here.tom, at=at)
    assert leave_due(at + timedelta(minutes=1)) == 1


def seen_by(viewer: Viewer, after: timedelta = HOUR) -> Board:
    with viewing(viewer):
        return board(NOON + after)


def state_of(seen: Board, key: str = "dip") -> str:
    return next(each.state for each in seen.systems if each.key == key)


def words(seen: Board) -> str:
    return shapes.as_json(seen).decode() + shapes.atom(seen, "https://x/", "https://x/feed").decode()


def only(seen: Board) -> Disruption:
    [one] = seen.current
    return one


def test_what_nobody_was_told_of_is_on_no_page(it: Incident) -> None:
    for viewer in (ANYBODY, it.here.priya, it.here.nia):
        assert state_of(seen_by(viewer)) == "operational"
        assert seen_by(viewer).current == ()


def test_each_reader_finds_its_own_rendering_and_nothing_marked_for_narrower(it: Incident) -> None:
    published(it, "affected", "public")
    public, affected, desk = (words(seen_by(viewer)) for viewer in (ANYBODY, it.here.hal, it.here.nia))
    assert [mark for mark in MARKS if f"for {mark} and" in public] == ["public"]
    assert [mark for mark in MARKS if f"for {mark} and" in affected] == ["affected", "raisers", "parties", "public"]
    assert "for affected and" in desk
    assert "for lead and" not in desk


def test_an_update_to_narrower_readers_shows_the_public_nothing_not_even_a_state(it: Incident) -> None:
    published(it, "affected")
    assert state_of(seen_by(it.here.hal)) == "major"
    assert state_of(seen_by(ANYBODY)) == "operational"
    assert it.major.reference not in words(seen_by(ANYBODY))
    with viewing(ANYBODY):
        assert ToldSpell.objects.count() == PublicSpell.objects.count() == 0


def test_the_public_does_not_learn_how_long_others_have_known(it: Incident) -> None:
    published(it, "affected")
    published(it, "public", after=timedelta(minutes=20))
    assert only(seen_by(ANYBODY)).since == NOON + timedelta(minutes=21)
    assert only(seen_by(it.here.hal)).since == NOON + timedelta(minutes=1)


def test_a_state_follows_the_incident_once_it_is_published(it: Incident) -> None:
    published(it, "public")
    assert state_of(seen_by(ANYBODY)) == "major"
    restore(it.major, why="Messages pass.", by=it.ewan, at=NOON + HOUR)
    assert state_of(seen_by(ANYBODY, 2 * HOUR)) == "degraded"
    stand_down(it.major, why="All quiet.", by=it.ewan, at=NOON + 2 * HOUR)
    assert state_of(seen_by(ANYBODY, 3 * HOUR)) == "degraded"
    declare_again(it.major, why="It is back.", by=it.ewan, at=NOON + 3 * HOUR)
    assert state_of(seen_by(ANYBODY, 4 * HOUR)) == "major"


def test_what_is_over_is_history_with_its_updates(it: Incident) -> None:
    over(it)
    seen = seen_by(ANYBODY, 6 * HOUR)
    assert seen.current == ()
    [gone] = seen.past
    assert (gone.over_at, gone.updates[0].number) == (NOON + 5 * HOUR, 1)
    assert [stretch.state for stretch in gone.stretches] == [State.MAJOR, State.DEGRADED, State.RECOVERED, State.OVER]


def over(it: Incident) -> None:
    published(it, "public")
    restore(it.major, why="Messages pass.", by=it.ewan, at=NOON + 2 * HOUR)
    resend(it.major, why="All sent.", by=it.ewan, at=NOON + 3 * HOUR)
    stand_down(it.major, why="All quiet.", by=it.ewan, at=NOON + 4 * HOUR)
    close(it.major, why="Done.", without="They had a week.", by=it.ewan, at=NOON + 5 * HOUR)


def test_ninety_days_show_the_day_it_was_and_no_other(it: Incident) -> None:
    over(it)
    dip = next(each for each in seen_by(ANYBODY, timedelta(days=3)).systems if each.key == "dip")
    assert [(run.state, run.days) for run in dip.runs] == [("operational", 86), ("major", 1), ("operational", 3)]
    later = next(each for each in seen_by(ANYBODY, timedelta(days=91)).systems if each.key == "dip")
    assert later.days_in("operational") == 90


def test_the_past_is_paged_without_a_gap(it: Incident) -> None:
    with verbs():
        for number in range(45):
            at = NOON - timedelta(days=number // 3)  # three at the same moment
            PublicSpell.objects.create(
                incident=f"MI-{number:04}", system="css", state="major", since=at - HOUR, until=at
            )
            PublicSpell.objects.create(incident=f"MI-{number:04}", system="css", state="over", since=at, until=at)
    found, before, more = [], None, True
    with viewing(ANYBODY):
        while more:
            rows, more = past(before)
            found += [each.reference for each in rows]
            before = (rows[-1].since if rows[-1].over_at is None else rows[-1].over_at, rows[-1].reference)
    assert len(found) == len(set(found)) == 45


def test_what_it_costs_does_not_grow_with_what_is_stored(it: Incident) -> None:
    published(it, "affected", "public")
    before = queries(lambda: seen_by(it.here.hal))
    with verbs():
        for number in range(300):
            at = NOON - timedelta(days=100 + number)
            PublicSpell.objects.create(incident=f"MI-{number}", system="css", state="major", since=at - HOUR, until=at)
            PublicSpell.objects.create(incident=f"MI-{number}", system="css", state="over", since=at, until=at)
    assert queries(lambda: seen_by(it.here.hal)) == before
    assert before <= 14
    with viewing(ANYBODY):
        assert len(board(NOON + HOUR).past) == 5


def queries(look: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        look()
    return len(asked)


def test_the_document_keeps_its_shape(it: Incident) -> None:
    published(it, "public")
    told = json.loads(shapes.as_json(seen_by(ANYBODY)))
    assert set(told) == {"schema", "state", "systems", "current", "past", "maintenance"}
    assert (told["schema"], told["state"]) == ("crossdesk-status/1", "major")
    assert set(told["systems"][0]) == {"key", "code", "name", "state", "days"}
    assert set(told["current"][0]) == {
        "reference", "system", "title", "state", "since", "over_at", "next_update_by", "overdue", "states", "updates",
    }  # fmt: skip


def test_a_later_look_at_the_same_facts_is_the_same_document(it: Incident) -> None:
    published(it, "public")
    assert shapes.digest(shapes.facts(seen_by(ANYBODY))) == shapes.digest(shapes.facts(seen_by(ANYBODY, HOUR / 2)))


@pytest.mark.parametrize("audience", ["resolvers", "executives", "raisers", "parties"])
def test_whoever_is_not_in_an_audience_reads_none_of_it(it: Incident, audience: str) -> None:
    published(it, audience)
    assert state_of(seen_by(ANYBODY)) == "operational"
    outsiders = [it.here.hal] if audience in {"resolvers", "executives", "raisers"} else []
    assert [state_of(seen_by(each)) for each in outsiders] == ["operational"] * len(outsiders)
