"""Both ends order what was said alike, whatever crossed on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as some

from crossdesk.exchange.shared import Said, in_one_order

AT = datetime(2026, 11, 24, tzinfo=UTC)


def said(by_asker: bool, seq: int, heard: int) -> Said:
    return Said(by_asker, seq, heard, "update", "", AT, f"{by_asker}{seq}")


@given(some.lists(some.tuples(some.booleans(), some.integers(0, 3)), max_size=14), some.randoms())
def test_one_order_that_keeps_each_after_what_its_writer_had_read(
    steps: list[tuple[bool, int]], chance: Random
) -> None:
    """A conversation in which each side lags behind by up to three messages of the other."""
    written = {True: 0, False: 0}
    every = []
    for side, lag in steps:
        written[side] += 1
        every.append(said(side, written[side], max(0, written[not side] - lag)))
    ordered = in_one_order(every)
    shuffled = list(every)
    chance.shuffle(shuffled)
    assert in_one_order(shuffled) == ordered
    for place, each in enumerate(ordered):
        before = ordered[:place]
        assert [one.seq for one in before if one.by_asker is each.by_asker] == list(range(1, each.seq))
        assert all(one in before for one in every if one.by_asker is not each.by_asker and one.seq <= each.heard)


def test_what_was_never_taken_is_waited_for_by_nobody() -> None:
    told = in_one_order([said(True, 1, 0), said(False, 2, 1), said(True, 2, 1), said(True, 3, 2)])
    assert [(each.by_asker, each.seq) for each in told] == [(True, 1), (True, 2), (False, 2), (True, 3)]
