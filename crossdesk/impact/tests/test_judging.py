"""All seventeen rows of Appendix B, each at its exact edge, in both columns."""

from __future__ import annotations

import pytest

from crossdesk.impact.judging import COLUMNS, CROSS_PARTY, MAJOR, judge, triggered
from crossdesk.rulebook import load

BOOK = load()
NOTHING = {"mpans": 0, "meters": 0, "parties": 0, "systems": 0, "processes": 0}

EDGES = [
    (1, CROSS_PARTY, "mpans", 100, False),
    (1, CROSS_PARTY, "mpans", 101, True),
    (1, MAJOR, "mpans", 500, False),
    (1, MAJOR, "mpans", 501, True),
    (9, CROSS_PARTY, "mpans", 1, False),
    (9, CROSS_PARTY, "mpans", 2, True),
    (6, CROSS_PARTY, "processes", 0, False),
    (6, CROSS_PARTY, "processes", 1, True),
    (12, CROSS_PARTY, "processes", 1, False),
    (12, CROSS_PARTY, "processes", 2, True),
    *[
        (row, CROSS_PARTY, "parties", parties, parties >= 2)
        for row in (2, 3, 4, 5, 7, 8, 10, 11, 13, 15, 16)
        for parties in (1, 2)
    ],
]
ASKED = [(row, MAJOR) for row in range(2, 18)] + [(14, CROSS_PARTY), (17, CROSS_PARTY)]


def crossed(row: int, column: str, measures: dict[str, int], answers: dict[str, bool]) -> bool | None:
    scenario = BOOK.scenario_row(row).key
    return next(each.crossed for each in judge(BOOK, [scenario], measures, answers) if each.column == column)


@pytest.mark.parametrize(("row", "column", "measure", "count", "expected"), EDGES)
def test_counted_thresholds_at_their_edges(row: int, column: str, measure: str, count: int, expected: bool) -> None:
    assert crossed(row, column, NOTHING | {measure: count}, {}) is expected


@pytest.mark.parametrize(("row", "column"), ASKED)
def test_worded_thresholds_wait_for_their_answer(row: int, column: str) -> None:
    key = f"row-{row}-{column}"
    everything = dict.fromkeys(NOTHING, 1_000_000)
    assert crossed(row, column, everything, {}) is None
    assert crossed(row, column, NOTHING, {key: True}) is True
    assert crossed(row, column, everything, {key: False}) is False


def test_every_threshold_of_every_row_is_either_counted_or_asked() -> None:
    known = {(row, column) for row, column, *_ in EDGES} | set(ASKED)
    assert known == {(row, column) for row in range(1, 18) for column in COLUMNS}


@pytest.mark.parametrize(("meters", "expected"), [(9_999, False), (10_000, True)])
def test_the_number_in_the_second_rows_trigger_is_inclusive(meters: int, expected: bool) -> None:
    assert triggered(BOOK.scenario_row(2), {"meters": meters}) is expected


def test_the_same_words_are_cross_party_in_one_row_and_major_in_others() -> None:
    systemic = {
        (BOOK.scenarios[each.scenario].row, each.column)
        for each in BOOK.phrases.values()
        if each.as_written == "Systemic Issue"
    }
    assert systemic == {(17, CROSS_PARTY), (7, MAJOR), (9, MAJOR), (14, MAJOR)}


def test_a_row_nobody_knows_is_passed_over() -> None:
    assert list(judge(BOOK, ["taken-out-of-the-rules"], NOTHING, {})) == []
