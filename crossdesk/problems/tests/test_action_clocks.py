"""An action has a clock: who is warned of it, who is told that it is late, and how it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from crossdesk.access import Invalid, NotAllowed, WrongStage
from crossdesk.cases.tests.cast import NOON
from crossdesk.clocks.due import act_on_due
from crossdesk.clocks.models import Clock
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.owed import KIND, write_reminder
from crossdesk.problems import analysing, fixing
from crossdesk.problems.models import Action
from crossdesk.problems.owing import counted, owing
from crossdesk.problems.tests.conftest import DAY, Shared
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

FORTNIGHT = 14 * DAY


@pytest.fixture
def action(it: Shared) -> Action:
    """Pennine owes it in a fortnight; Gwen is its administrator and not the person named."""
    it.analysed()
    owed: dict[str, Any] = {"part": it.part(it.here.gwen), "owner": "Ruth Amari", "due_at": NOON + FORTNIGHT}
    return analysing.give_action(it.problem, "Watch each load", **owed, by=it.here.nia, at=NOON)


def clock_of(action: Action, reader: Viewer) -> Clock | None:
    with viewing(reader):
        return Clock.objects.filter(task=action.pk).order_by("-pk").first()


def told(at: datetime) -> list[str]:
    """Whom the letters written by then go to, the newest step's alone."""
    with verbs():
        OutboxItem.objects.all().delete()
    while act_on_due(at):
        pass
    with verbs():
        return sorted(OutboxItem.objects.filter(kind=KIND).values_list("to_address", flat=True))


def test_its_clock_is_read_by_whoever_owes_it_and_the_desk_that_leads(it: Shared, action: Action) -> None:
    assert [clock_of(action, each) is not None for each in (it.here.gwen, it.here.nia, it.here.hal)] == [
        True,
        True,
        False,
    ]
    clock = clock_of(action, it.here.gwen)
    assert clock is not None
    assert (clock.due_at, clock.steps) == (NOON + FORTNIGHT, [75, 100, 200])


def test_the_owner_is_warned_and_both_are_told_when_it_is_late(it: Shared, action: Action) -> None:
    assert told(NOON + 10 * DAY) == []
    assert told(NOON + 11 * DAY) == ["gwen@pennine.example"]
    with verbs():
        words = write_reminder(OutboxItem.objects.select_related("lead").get(kind=KIND), NOON + 11 * DAY).decode()
    assert f"/problems/{it.problem}/#actions" in words
    assert "Watch each load" in words
    assert told(NOON + FORTNIGHT) == ["gwen@pennine.example", "mo@elexon.example"]
    with viewing(it.here.hal):
        assert not Entry.objects.filter(thread=it.problem.pk, kind__in=["problem.remind", "clock.breached"]).exists()
    with viewing(it.here.nia):
        reminded = Entry.objects.filter(thread=it.problem.pk, kind="problem.remind").select_related("body")
        assert [each.body.detail["told"] for each in reminded.order_by("seq")] == [
            "Pennine Grid",
            "Pennine Grid and Elexon Service Desk",
        ]


def test_the_person_named_is_written_to_where_the_party_has_them_here(it: Shared) -> None:
    it.analysed()
    owed: dict[str, Any] = {"part": it.part(it.here.priya), "owner": it.here.priya.name, "due_at": NOON + DAY}
    analysing.give_action(it.problem, "Look", **owed, by=it.here.nia, at=NOON)
    assert told(NOON + 20 * DAY / 24) == ["priya@sycamore.example"]


def test_done_or_withdrawn_it_warns_nobody(it: Shared, action: Action) -> None:
    analysing.finish_action(action, result="Done.", by=it.here.gwen, at=NOON + DAY)
    second = analysing.give_action(
        it.problem, "Look", part=it.part(it.here.gwen), owner="Ruth", due_at=NOON + FORTNIGHT, by=it.here.nia, at=NOON
    )
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk, whose problem it is, can withdraw an action"):
        analysing.withdraw_action(second, why="Not ours.", by=it.here.gwen, at=NOON)
    with pytest.raises(Invalid, match="Say why"):
        analysing.withdraw_action(second, why=" ", by=it.here.nia, at=NOON)
    analysing.withdraw_action(second, why="Another does it.", by=it.here.nia, at=NOON)
    assert [getattr(clock_of(each, it.here.gwen), "state", "") for each in (action, second)] == ["met", "stopped"]
    assert told(NOON + 2 * FORTNIGHT) == []
    with pytest.raises(WrongStage, match="Action 2 was withdrawn; give a new one"):
        analysing.finish_action(second, result="", by=it.here.gwen, at=NOON)
    fixing.describe(it.problem, fixing.Account("X", root_cause="A", workaround="B"), by=it.mo, at=NOON)
    fixing.know(it.problem, by=it.mo, at=NOON)
    fixing.fix(it.problem, how="Mended.", by=it.mo, at=NOON)
    fixing.close(it.problem, why="Gone.", by=it.mo, at=NOON)


def test_moved_it_is_judged_anew_and_a_breach_is_withdrawn_with_the_reason(it: Shared, action: Action) -> None:
    told(NOON + FORTNIGHT)
    with pytest.raises(Invalid, match="due date that lies ahead"):
        analysing.move_action(action, due_at=NOON, why="Late.", by=it.here.nia, at=NOON + 15 * DAY)
    later = NOON + 3 * FORTNIGHT
    analysing.move_action(action, due_at=later, why="The release moved.", by=it.here.nia, at=NOON + 15 * DAY)
    clock = clock_of(action, it.here.gwen)
    assert clock is not None
    assert (clock.due_at, clock.breached_at, clock.passed) == (later, None, 0)
    with viewing(it.here.gwen):
        kinds = Entry.objects.filter(thread=it.problem.pk).order_by("seq").values_list("kind", flat=True)
        assert list(kinds)[-3:] == ["problem.move_action", "clock.retargeted", "clock.breach_withdrawn"]
    assert told(NOON + 32 * DAY) == ["gwen@pennine.example"]


def test_a_rejected_problem_is_owed_nothing(it: Shared, action: Action) -> None:
    fixing.reject(it.problem, why="No problem.", by=it.mo, at=NOON)
    clock = clock_of(action, it.here.gwen)
    assert clock is not None
    assert (clock.state, clock.because) == ("stopped", "The problem was rejected.")


def test_what_is_owed_stands_with_its_party_and_the_desk_that_leads(it: Shared, action: Action) -> None:
    def listed(viewer: Viewer) -> list[tuple[str, bool, bool]]:
        with viewing(viewer):
            return [(each.owner, each.ours, each.clock is not None) for each in owing(viewer)]

    assert listed(it.here.gwen) == [("Ruth Amari", True, True)]
    assert listed(it.here.nia) == [("Ruth Amari", False, True)]
    assert listed(it.here.hal) == []
    with viewing(it.here.gwen):
        assert counted(it.here.gwen, NOON + 15 * DAY) == (1, 1)
