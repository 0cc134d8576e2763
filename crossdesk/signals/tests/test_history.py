"""What a half-hour is held to, on the nights the clocks change too; and that no page loads the engines."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from crossdesk.signals.history import WEEKS, earlier, moment, slot_of

IMPORTS = """
import sys, django; django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
from crossdesk.project import wiring
print([name for name in ("ibis", "duckdb", "pyarrow", "pandas", "numpy") if name in sys.modules])
"""


def ms(*at: int) -> int:
    return int(datetime(*at, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("now", "a_week_before"),
    [
        (ms(2026, 11, 24, 10), datetime(2026, 11, 17, 10, tzinfo=UTC)),
        (ms(2026, 10, 27, 10), datetime(2026, 10, 20, 9, tzinfo=UTC)),  # 10:00 in London, GMT and then BST
        (ms(2026, 3, 31, 9), datetime(2026, 3, 24, 10, tzinfo=UTC)),
    ],
)
def test_the_same_time_of_the_dial_in_the_weeks_before(now: int, a_week_before: datetime) -> None:
    before = earlier(now)
    assert len(before) == WEEKS
    assert moment(before[0]) == a_week_before
    assert {slot_of(each) for each in before} == {slot_of(now)}


def test_the_places_of_a_week_are_336() -> None:
    monday = ms(2026, 11, 23)
    assert [slot_of(monday + place * 1_800_000) for place in (0, 1, 335, 336)] == [0, 1, 335, 0]


def test_no_page_loads_the_engines() -> None:
    """They take longer to load than the product itself; a job or a command does when it needs them."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "crossdesk.project.settings"}
    told = subprocess.run([sys.executable, "-c", IMPORTS], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip().endswith("[]")
