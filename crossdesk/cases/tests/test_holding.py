"""Who held the case: stories, and then random ones that must tile without a gap."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crossdesk.cases.holding import Held, tiles, time_per_holder
from crossdesk.cases.tests.cast import NOON
from crossdesk.threads.models import Entry

KINDS = (
    "case.take", "case.own", "case.ask", "case.answer", "case.write", "case.resolve", "case.dispute", "leg.engage",
    "leg.acknowledge", "leg.ask_us", "leg.carry_on", "leg.resolve", "leg.dispute", "leg.confirm", "leg.decline",
    "clock.breached",
)  # fmt: skip


def later(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def story(*told: tuple[float, str] | tuple[float, str, int]) -> list[Entry]:
    return [
        Entry(seq=seq, kind=each[1], recorded_at=later(each[0]), facts={"leg": each[2]} if len(each) > 2 else {})
        for seq, each in enumerate(told, 1)
    ]


def who(held: list[Held]) -> list[tuple[str, float]]:
    return [(" and ".join(sorted(each.holders)), (each.until - each.since) / timedelta(hours=1)) for each in held]


def test_the_owner_holds_what_nobody_else_has() -> None:
    assert who(tiles(story((0, "case.raised"), (1, "case.take"), (5, "case.withdraw")), later(9))) == [("owner", 5)]


def test_an_engaged_desk_holds_until_it_proposes() -> None:
    told = story((0, "case.raised"), (1, "leg.engage", 7), (4, "leg.resolve", 7), (5, "leg.confirm", 7))
    assert who(tiles(told, later(6))) == [("owner", 1), ("leg:7", 3), ("owner", 2)]


def test_two_desks_hold_together_by_name() -> None:
    told = story((0, "case.raised"), (1, "leg.engage", 7), (2, "leg.engage", 8), (3, "leg.decline", 7))
    assert who(tiles(told, later(4))) == [("owner", 1), ("leg:7", 1), ("leg:7 and leg:8", 1), ("leg:8", 1)]


def test_a_question_puts_the_ball_with_the_raiser() -> None:
    told = story((0, "case.raised"), (1, "case.ask"), (3, "case.answer"))
    assert who(tiles(told, later(4))) == [("owner", 1), ("raiser", 2), ("owner", 1)]


def test_what_is_proposed_waits_for_the_raiser() -> None:
    told = story((0, "case.raised"), (1, "case.resolve"), (3, "case.dispute"), (4, "case.resolve"), (6, "case.confirm"))
    assert who(tiles(told, later(9))) == [("owner", 1), ("raiser", 2), ("owner", 1), ("raiser", 2)]


def test_closed_time_is_nobodys() -> None:
    told = story((0, "case.raised"), (2, "case.withdraw"), (10, "case.reopen"))
    assert who(tiles(told, later(11))) == [("owner", 2), ("owner", 1)]


steps = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 3), st.integers(0, 300)), max_size=25)


@given(steps=steps)
def test_whatever_happens_the_whole_is_tiled_and_adds_up(steps: list[tuple[str, int, int]]) -> None:
    at, told = 0.0, [(0.0, "case.raised", 0)]
    for kind, leg, wait in steps:
        at += wait / 60
        told.append((at, kind, leg))
    end = later(at + 1)
    held = tiles(story(*told), end)
    assert (held[0].since, held[-1].until) == (NOON, end)
    assert all(first.until == second.since for first, second in pairwise(held))
    assert sum(time_per_holder(held).values(), timedelta()) == end - NOON
