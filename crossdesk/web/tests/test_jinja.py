"""How times, spans and counts are told, and that a vendored file is the one its list names."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crossdesk.web import jinja

NOON = datetime(2026, 7, 1, 11, 0, tzinfo=UTC)
VENDOR = Path(__file__).parents[1] / "static" / "vendor"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=6), "6 m"),
        (timedelta(hours=1, minutes=2, seconds=59), "1 h 02 m"),
        (timedelta(days=1, hours=6, minutes=40), "1 d 6 h"),
        (-timedelta(minutes=12), "12 m"),
    ],
)
def test_span_is_told_as_people_say_it(length: timedelta, words: str) -> None:
    assert jinja.span(length) == words


def test_a_promise_is_left_until_it_is_over() -> None:
    assert jinja.left(NOON + timedelta(minutes=62), NOON) == "1 h 02 m left"
    assert jinja.left(NOON - timedelta(minutes=12), NOON) == "12 m over"


def test_times_are_london_times() -> None:
    assert jinja.when(NOON) == "1 Jul 2026, 12:00"
    assert jinja.iso(NOON) == "2026-07-01T12:00:00+01:00"


def test_a_share_is_only_ever_a_number() -> None:
    assert jinja.share(47.31) == "47.31%"
    assert jinja.share(240) == "100%"
    with pytest.raises(ValueError, match="could not convert"):
        jinja.share("0;background:url(x)")  # type: ignore[arg-type]


def test_initials_of_one_name_and_of_three() -> None:
    assert [jinja.initials(name) for name in ("Nia Bevan", "Ewan", "Mo van Karim", "")] == ["NB", "E", "MK", ""]


def test_vendored_files_are_the_ones_listed() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text(), re.M)
    assert len(rows) == 6
    assert [hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name, _ in rows] == [sha for _, sha in rows]


def test_colours_stand_in_the_tokens_only() -> None:
    sheets = [sheet for sheet in VENDOR.parent.glob("css/*.css") if sheet.name != "tokens.css"]
    assert [sheet.name for sheet in sheets if re.search(r":[^;{]*#[0-9a-f]{3,6}\b", sheet.read_text())] == []
