from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit.lengths import read_length, write_length


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("30", timedelta(minutes=30)),
        ("30 m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        (" 1 h 30 min ", timedelta(minutes=90)),
        ("45 s", timedelta(seconds=45)),
    ],
)
def test_as_people_write_it(written: str, length: timedelta) -> None:
    assert read_length(written) == length


@pytest.mark.parametrize("written", ["", "soon", "2 d", "-5", "1.5 h", "4 h ago", "9999999"])
def test_what_says_no_length_is_told(written: str) -> None:
    with pytest.raises(ValueError, match="is no length; write it like 30 m"):
        read_length(written)


@given(st.integers(1, 60 * 24 * 90))
def test_what_is_written_is_read_again(minutes: int) -> None:
    assert read_length(write_length(minutes)) == timedelta(minutes=minutes)
