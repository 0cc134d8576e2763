"""Times as people type them, in the two nights in which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from crossdesk.web.console.forms import Moment
from crossdesk.web.moments import LondonTime


def test_half_past_one_in_the_night_with_two_of_them_is_taken() -> None:
    """Long ago by now, so what lay ahead then is the second."""
    second = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    assert Moment().clean("2025-10-26T01:30") == second
    assert LondonTime(behind=True).clean("26/10/2025 01:30") == second


def test_a_time_that_a_night_skips_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValidationError, match="The clocks skip 01:30 that night"):
        Moment().clean("2025-03-30T01:30")
