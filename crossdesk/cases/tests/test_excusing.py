"""Closing validates every clock: met, breached, or excused; and the rules or a manager ask for a review."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crossdesk import rulebook
from crossdesk.access import Invalid, NotAllowed, Role, WrongStage
from crossdesk.cases import closing, leg_work, reviewing, triage
from crossdesk.cases.engaging import engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.review_asks import ReviewAsk
from crossdesk.cases.reviewing import Wanted
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.cases.tests.test_clocking import ASK, judge, later
from crossdesk.clocks.due import act_on_due
from crossdesk.clocks.excusing import unexcused
from crossdesk.clocks.models import Clock
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

DAY = timedelta(days=1)


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def mona(here: Cast) -> Viewer:
    return somebody("Mona Rees", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)


def owned(here: Cast, level: int = 2) -> Case:
    """In the DIP, whose published target for P2 is ten hours from when it was raised."""
    with verbs():
        case = here.case()
        Case.objects.filter(pk=case.pk).update(system="dip")
    triage.take(case, by=here.nia, at=later(0.25))
    judge(case, here, level)
    triage.own(case, by=here.nia, at=later(1))
    return case


def late(here: Cast, hours: float = 20) -> Case:
    case = owned(here)
    closing.resolve(case, words="Loaded again.", by=here.nia, at=later(hours))
    return case


def resolve_clock(case: Case) -> Clock:
    with verbs():
        return Clock.objects.get(thread=case.pk, measure="resolve", leg=0)


def ends(case: Case, viewer: Viewer) -> dict[str, str]:
    """What this reader is told of the clocks at closing."""
    told: dict[str, str] = {}
    with viewing(viewer):
        for entry in Entry.objects.filter(thread=case.pk, kind="clock.validated").order_by("seq"):
            told |= dict(zip(entry.facts["measures"], entry.facts["ends"], strict=True))
    return told


def close(case: Case, here: Cast, **given: object) -> None:
    closing.close(case, why="No word for two weeks.", by=here.nia, at=later(50), **given)  # type: ignore[arg-type]


def asks(case: Case) -> list[ReviewAsk]:
    with verbs():
        return list(ReviewAsk.objects.filter(case=case).select_related("case", "entry__body").order_by("pk"))


def test_a_case_in_time_closes_with_its_clocks_met(here: Cast) -> None:
    case = late(here, hours=5)
    closing.confirm(case, by=here.priya, at=later(6))
    assert ends(case, here.priya) == {"respond": "met", "resolve": "met"}
    assert asks(case) == []


def test_without_an_excuse_a_breach_goes_as_breached_and_says_so(here: Cast) -> None:
    case = late(here)
    close(case, here)
    assert ends(case, here.priya)["resolve"] == "breached"


def test_an_excuse_says_who_and_why_and_the_breach_stays(here: Cast) -> None:
    case = late(here)
    clock = resolve_clock(case)
    close(case, here, excuses={clock.pk: "The distributor's own system was down."})
    with viewing(here.priya):
        said = Entry.objects.select_related("body").get(thread=case.pk, kind="clock.excused")
    assert (said.body.author, said.body.words) == ("Nia Bevan", "The distributor's own system was down.")
    after = resolve_clock(case)
    assert (after.breached_at, after.excused_at) == (clock.breached_at, later(50))
    assert ends(case, here.priya)["resolve"] == "excused"


def test_an_empty_reason_excuses_nothing(here: Cast) -> None:
    case = late(here)
    close(case, here, excuses={resolve_clock(case).pk: "  "})
    assert resolve_clock(case).excused_at is None


def test_a_clock_that_was_met_or_is_another_case_s_has_no_excuse(here: Cast) -> None:
    case, other = late(here, hours=5), late(here)
    for clock in (resolve_clock(case), resolve_clock(other)):
        with pytest.raises(Invalid, match="has not breached"):
            close(case, here, excuses={clock.pk: "Because."})
    with verbs():
        assert Case.objects.get(pk=case.pk).stage == "resolved"


def test_a_clock_is_excused_once(here: Cast) -> None:
    case = late(here)
    reasons = {resolve_clock(case).pk: "Their system was down."}
    closing.excuse(case, excuses=reasons, by=here.nia, at=later(21))
    with pytest.raises(Invalid, match="excused already"):
        closing.excuse(case, excuses=reasons, by=here.nia, at=later(22))


def test_the_desk_excuses_before_the_raiser_confirms(here: Cast) -> None:
    case = late(here)
    closing.excuse(case, excuses={resolve_clock(case).pk: "Their system was down."}, by=here.nia, at=later(21))
    closing.confirm(case, by=here.priya, at=later(22))
    assert ends(case, here.priya)["resolve"] == "excused"
    assert asks(case) == []


def test_a_raiser_excuses_nothing(here: Cast) -> None:
    case = late(here)
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk"):
        closing.excuse(case, excuses={resolve_clock(case).pk: "We were slow."}, by=here.priya, at=later(21))


def test_a_withdrawn_case_stops_its_clocks_and_tells_of_the_breach_before(here: Cast) -> None:
    case = owned(here)
    closing.withdraw(case, why="Found it ourselves.", by=here.priya, at=later(11))
    assert ends(case, here.priya) == {"respond": "met", "resolve": "breached"}
    assert resolve_clock(case).state == "stopped"


def test_a_leg_s_clocks_are_told_to_its_two_desks_alone(here: Cast) -> None:
    case = owned(here)
    leg: Leg = engage(case, here.pennine_help, ASK, by=here.nia, at=later(1))
    act_on_due(later(4))
    leg_work.decline(leg, why="Not our area.", to=None, to_words="", by=here.gwen, at=later(5))
    closing.resolve(case, words="Loaded again.", by=here.nia, at=later(6))
    with viewing(here.priya):
        assert [clock.leg for clock in unexcused(case.pk, later(7))] == []
    with viewing(here.nia):
        (missed,) = unexcused(case.pk, later(7))
    assert missed.leg == leg.pk
    closing.excuse(case, excuses={missed.pk: "We sent it to the wrong desk."}, by=here.nia, at=later(7))
    closing.confirm(case, by=here.priya, at=later(8))
    with viewing(here.priya):
        assert not Entry.objects.filter(thread=case.pk, kind="clock.excused").exists()
        legs = Entry.objects.filter(thread=case.pk, kind="clock.validated").values_list("facts__legs", flat=True)
        assert list(legs) == [[0, 0]]


# Reviews


def test_a_missed_resolution_of_high_priority_asks_for_a_review(here: Cast) -> None:
    case = late(here)
    closing.confirm(case, by=here.priya, at=later(21))
    (asked,) = asks(case)
    assert (asked.rule, asked.due_at, asked.entry.body.author) == (
        "missed-resolution",
        later(21) + 14 * DAY,
        "Crossdesk",
    )
    with viewing(here.priya):
        assert not ReviewAsk.objects.exists()
        assert not Entry.objects.filter(kind="case.review_asked").exists()
    with viewing(here.nia):
        assert ReviewAsk.objects.filter(case=case).exists()


def test_an_excused_breach_asks_for_none_unless_the_rule_says_even_so(here: Cast) -> None:
    case = late(here)
    clock = replace_state(resolve_clock(case))
    book = rulebook.packaged()
    row = book.case_reviews["missed-resolution"]
    assert [each.key for each in reviewing.judged(book, 2, [clock])] == []
    even = replace(book, case_reviews={row.key: replace(row, even_excused=True)})
    assert [each.key for each in reviewing.judged(even, 2, [clock])] == [row.key]
    assert [each.key for each in reviewing.judged(even, 3, [clock])] == []


def replace_state(clock: Clock) -> Clock:
    clock.excused_at = clock.ended_at
    return clock


def test_a_manager_asks_for_one_at_closing(here: Cast, mona: Viewer) -> None:
    case = late(here, hours=5)
    wanted = Wanted("Why did nobody see it for a day?", later(50) + 7 * DAY)
    closing.close(case, why="No word for two weeks.", review=wanted, by=mona, at=later(50))
    (asked,) = asks(case)
    assert (asked.rule, asked.entry.body.words, asked.due_at) == ("", wanted.why, wanted.due_at)


def test_an_agent_does_not_ask_for_a_review(here: Cast) -> None:
    case = late(here, hours=5)
    with pytest.raises(NotAllowed, match="Only a service manager of Elexon Service Desk"):
        close(case, here, review=Wanted("Look.", later(90)))


@pytest.mark.parametrize(("why", "due", "sentence"), [(" ", 90, "Say what"), ("Look.", 50, "due in the past")])
def test_a_review_needs_a_reason_and_a_day_that_lies_ahead(
    here: Cast, mona: Viewer, why: str, due: float, sentence: str
) -> None:
    case = late(here, hours=5)
    with pytest.raises(Invalid, match=sentence):
        closing.close(case, why="Silence.", review=Wanted(why, later(due)), by=mona, at=later(50))


def test_a_manager_takes_it_and_says_what_came_of_it(here: Cast, mona: Viewer) -> None:
    case = late(here)
    closing.confirm(case, by=here.priya, at=later(21))
    (asked,) = asks(case)
    reviewing.take(asked, by=mona, at=later(30))
    assert asks(case)[0].person_name == "Mona Rees"
    with pytest.raises(Invalid, match="Say what the review found"):
        reviewing.conclude(asked, words=" ", by=mona, at=later(31))
    reviewing.conclude(asked, words="The offer was not seen; its group is told by mail now.", by=mona, at=later(31))
    assert asks(case)[0].done_at == later(31)
    with pytest.raises(WrongStage, match="concluded already"):
        reviewing.conclude(asked, words="Again.", by=mona, at=later(32))


def test_an_agent_neither_takes_nor_concludes_one(here: Cast) -> None:
    case = late(here)
    closing.confirm(case, by=here.priya, at=later(21))
    (asked,) = asks(case)
    for by in (here.nia, here.gwen, here.hal):
        with pytest.raises(NotAllowed):
            reviewing.take(asked, by=by, at=later(30))


def test_a_case_that_closes_again_is_not_asked_twice(here: Cast) -> None:
    case = late(here)
    closing.confirm(case, by=here.priya, at=later(21))
    closing.reopen(case, why="It came back.", by=here.priya, at=later(22))
    judge(case, here, 2, hours=22)
    triage.own(case, by=here.nia, at=later(23))
    closing.resolve(case, words="Again.", by=here.nia, at=later(60))
    closing.confirm(case, by=here.priya, at=later(61))
    assert len(asks(case)) == 1


# A server clock that jumps


def test_a_server_clock_that_jumped_ahead_is_a_breach_with_an_excuse(here: Cast) -> None:
    """A day ahead for the minute in which it was resolved; set right, the excuse is written before the breach."""
    case = owned(here)
    closing.resolve(case, words="Loaded again.", by=here.nia, at=later(28))
    assert resolve_clock(case).breached_at == later(10)
    closing.excuse(
        case, excuses={resolve_clock(case).pk: "The server's clock was a day ahead."}, by=here.nia, at=later(4)
    )
    closing.confirm(case, by=here.priya, at=later(5))
    assert ends(case, here.priya)["resolve"] == "excused"
    assert resolve_clock(case).breached_at == later(10)


def test_a_server_clock_that_jumped_back_closes_all_the_same(here: Cast) -> None:
    case = owned(here)
    before: datetime = NOON - timedelta(hours=3)
    closing.withdraw(case, why="Found it ourselves.", by=here.priya, at=before)
    assert ends(case, here.priya) == {"respond": "met", "resolve": "stopped"}
