"""A family of cases walked again: each threshold at its exact edge, by the old figure and by an edited one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crossdesk.impact.replaying import Event, Family, Verdict
from crossdesk.rulebook import Rulebook, load
from crossdesk.rulebook.rows.row import Threshold

BOOK = load()
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ROW_1, ROW_2 = "missing-mpan-data", "smart-meter-connectivity-loss"
A, B = "CP-AAAA-AAAA", "CP-BBBB-BBBB"


def edited(cross_party: Threshold) -> Rulebook:
    row = replace(BOOK.scenarios[ROW_1], cross_party=cross_party)
    return replace(BOOK, scenarios={**BOOK.scenarios, ROW_1: row})


def more_than(count: int) -> Threshold:
    return Threshold(measure="mpans", count=count)


def minutes(count: int) -> datetime:
    return NOON + timedelta(minutes=count)


def measured(at: int, case: str = A, **measures: int) -> Event:
    return Event(case, ROW_1, "impact.measured", {"measures": measures}, minutes(at))


def crossed(at: int, column: str, case: str = A, scenario: str = ROW_1) -> Event:
    return Event(case, ROW_1, "impact.crossed", {"scenario": scenario, "column": column}, minutes(at))


def event(at: int, kind: str, case: str = A, scenario: str = ROW_1, **facts: Any) -> Event:
    return Event(case, scenario, kind, facts, minutes(at))


def walked(book: Rulebook, *events: Event) -> dict[str, tuple[datetime | None, datetime | None, Verdict]]:
    family = Family(A, BOOK, book)
    for each in events:
        family.follow(each)
    return {each.column: (each.before, each.now, each.verdict) for each in family.verdicts()}


@pytest.mark.parametrize(
    ("count", "tripped"),
    [
        (100, set()),
        (101, {"trigger", "cross-party"}),
        (500, {"trigger", "cross-party"}),
        (501, {"trigger", "cross-party", "major"}),
    ],
)
def test_row_one_at_its_edges(count: int, tripped: set[str]) -> None:
    assert set(walked(BOOK, measured(1, mpans=count))) == tripped


@pytest.mark.parametrize(("count", "tripped"), [(9_999, set()), (10_000, {"trigger"})])
def test_the_trigger_of_row_two_is_inclusive(count: int, tripped: set[str]) -> None:
    of_row_two = Event(A, ROW_2, "impact.measured", {"measures": {"meters": count}}, NOON)
    assert set(walked(BOOK, of_row_two)) == tripped


@pytest.mark.parametrize(("count", "verdict"), [(50, None), (51, Verdict.NEWLY), (100, Verdict.NEWLY)])
def test_a_lower_figure_trips_what_never_did(count: int, verdict: Verdict | None) -> None:
    found = walked(edited(more_than(50)), measured(1, mpans=count)).get("cross-party")
    assert found == ((None, minutes(1), verdict) if verdict else None)


def test_a_figure_met_by_count_or_only_passed() -> None:
    inclusive = Threshold(measure="mpans", count=100, inclusive=True)
    assert walked(edited(inclusive), measured(1, mpans=100))["cross-party"][2] == Verdict.NEWLY


def test_the_same_rules_say_the_same() -> None:
    found = walked(BOOK, measured(1, mpans=90), measured(2, mpans=101), crossed(2, "cross-party"))
    assert found["cross-party"] == (minutes(2), minutes(2), Verdict.SAME)


def test_a_lower_figure_trips_earlier_and_a_higher_one_later_or_never() -> None:
    history = (
        measured(1, mpans=60),
        measured(2, mpans=120),
        crossed(2, "cross-party"),
        measured(3, mpans=300),
    )
    assert walked(edited(more_than(50)), *history)["cross-party"] == (
        minutes(2),
        minutes(1),
        Verdict.EARLIER,
    )
    assert walked(edited(more_than(200)), *history)["cross-party"][1:] == (minutes(3), Verdict.LATER)
    assert walked(edited(more_than(300)), *history)["cross-party"][1:] == (None, Verdict.GONE)


def test_a_count_that_fell_again_still_tripped_once() -> None:
    found = walked(edited(more_than(50)), measured(1, mpans=60), measured(2, mpans=10))
    assert found["cross-party"][1] == minutes(1)


def test_a_row_taken_out_of_the_rules_trips_no_more() -> None:
    without = replace(BOOK, scenarios={key: row for key, row in BOOK.scenarios.items() if key != ROW_1})
    found = walked(without, measured(1, mpans=101), crossed(1, "cross-party"))
    assert found["cross-party"][1:] == (None, Verdict.GONE)


def test_a_question_nobody_was_asked_is_not_known() -> None:
    phrase = replace(BOOK.phrases["row-14-cross-party"], key="row-1-cross-party", scenario=ROW_1, column="cross-party")
    book = edited(Threshold(phrase="Widespread Issue"))
    book = replace(book, phrases={**book.phrases, phrase.key: phrase})
    history = (measured(1, mpans=101), crossed(1, "cross-party"))
    assert walked(book, *history)["cross-party"][2] == Verdict.UNKNOWN
    answered = event(2, "impact.answer", phrase="row-1-cross-party", holds=True)
    assert walked(book, *history, answered)["cross-party"][1:] == (minutes(2), Verdict.LATER)


def test_an_answer_is_judged_with_the_crossing_it_led_to() -> None:
    history = (
        Event(A, "", "impact.applies", {"scenario": "core-system-failure"}, minutes(1)),
        event(2, "impact.answer", phrase="row-12-major", holds=True),
        crossed(3, "major", scenario="core-system-failure"),
    )
    assert walked(BOOK, *history)["major"] == (minutes(3), minutes(2), Verdict.SAME)


def test_linked_cases_are_counted_together_from_their_link_on() -> None:
    apart = (measured(1, mpans=60), measured(2, B, mpans=60))
    assert walked(BOOK, *apart) == {}
    together = (*apart, event(3, "case.link", B, parent=A), measured(4, mpans=120), crossed(4, "cross-party"))
    assert walked(BOOK, *together)["cross-party"] == (minutes(4), minutes(4), Verdict.SAME)


def test_a_row_of_one_case_applies_to_all_it_is_linked_to() -> None:
    history = (
        Event(A, "", "impact.measured", {"measures": {"mpans": 200}}, minutes(1)),
        event(2, "case.raised", B),
        event(3, "case.link", B, parent=A),
    )
    assert walked(BOOK, *history)["cross-party"][1] == minutes(3)
