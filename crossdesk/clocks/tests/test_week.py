from __future__ import annotations

import pytest

from crossdesk.clocks.opening import ALL_WEEK
from crossdesk.clocks.week import UnreadableWeek, read_week


def test_a_week_as_people_write_it() -> None:
    week = read_week("Mon-Fri 08:00-12:30, 13:00-18:00; Sat 10:00-24:00")
    assert week[0] == ((480, 750), (780, 1080))
    assert week[5:] == (((600, 1440),), ())


def test_always_is_every_minute() -> None:
    assert read_week(" Always ") == ALL_WEEK


@pytest.mark.parametrize(
    ("written", "because"),
    [
        ("weekdays 9 to 5", "is not a day and its hours"),
        ("Mon-Xyz 09:00-17:00", "“Xyz” is no day"),
        ("Sat-Mon 09:00-17:00", "runs past Sunday"),
        ("Mon 17:00-09:00", "does not end after it starts"),
        ("Mon 09:00-24:01", "ends after 24:00"),
        ("Mon 09:00-12:00, 11:00-17:00", "overlap"),
        ("Mon 9-17", "is not an opening"),
        ("Mon 09:61-17:00", "is not an opening"),
    ],
)
def test_what_cannot_be_read_is_told(written: str, because: str) -> None:
    with pytest.raises(UnreadableWeek, match=because):
        read_week(written)
