"""Lines are tried before they are needed, and what a reading missed is found by the daily comparison."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.exchange.comparing import QUIET, probe
from crossdesk.exchange.lines import Line
from crossdesk.exchange.tests.far_side import far_side, line_to
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db


def state(line: Line) -> Line:
    with verbs():
        return Line.objects.get(pk=line.pk)


def test_a_line_that_answers_is_left_in_peace_for_an_hour(here: Cast) -> None:
    with far_side() as far, override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        line = line_to(here, far.url, "secret")
        assert probe(NOON) == 0
        assert (state(line).answered_at, far.asked) == (NOON, 1)
        probe(NOON + QUIET - timedelta(minutes=1))
        assert far.asked == 1
        probe(NOON + QUIET)
        assert far.asked == 2


def test_a_dead_line_is_seen_before_it_is_needed(here: Cast) -> None:
    with far_side() as gone:
        line = line_to(here, gone.url, "secret")
    with override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        assert probe(NOON) == 1
    assert "cannot be reached" in state(line).trouble
    assert state(line).trouble_since == NOON
