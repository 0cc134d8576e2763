"""What the timeline calls the end of a promise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.cases import triage
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import viewing
from crossdesk.web.console.telling import title_of


@pytest.mark.parametrize(
    ("minutes", "told"), [(30, "Promise kept: respond"), (45, "Done after the promised time: respond")]
)
def test_a_promise_met_after_its_time_is_not_called_kept(here: Cast, minutes: int, told: str) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON + timedelta(minutes=minutes))
    with viewing(here.nia):
        met = Entry.objects.select_related("body").get(thread=case.pk, kind="clock.turned", facts__turn="meet")
        assert title_of(met) == told
