from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from crossdesk.clocks.tests.test_opening import london
from crossdesk.jobs.clockwork import HOLD, WallClock

NOON = london(2026, 11, 24, 12)


def after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_a_clock_that_goes_steadily_is_believed() -> None:
    clock = WallClock(NOON, 0.0)
    assert all(clock.believed(NOON + after(second), float(second)) for second in range(1, 200))


@pytest.mark.parametrize(("jump", "way"), [(3600, "forward by 1 h 00 m"), (-3600, "back by 1 h 00 m")])
def test_a_jump_is_told_and_not_believed_until_it_has_settled(
    jump: int, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock = WallClock(NOON, 0.0)
    with caplog.at_level(logging.WARNING, "crossdesk.clockwork"):
        assert not clock.believed(NOON + after(1 + jump), 1.0)
    assert way in caplog.text
    assert not clock.believed(NOON + after(HOLD + jump), HOLD)
    assert clock.believed(NOON + after(1 + HOLD + jump), 1.0 + HOLD)


def test_a_small_correction_is_no_jump() -> None:
    assert WallClock(NOON, 0.0).believed(NOON + after(20), 1.0)
