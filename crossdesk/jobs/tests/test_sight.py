"""The worker gives open cases to a delegate once it accepted, and writes down what ran out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import cast, data_service, seen_at
from crossdesk.cases.tests.test_delegations import delegated
from crossdesk.jobs.sight import every_minute, fill_waiting
from crossdesk.jobs.tests.test_mail import at_their_noon, work
from crossdesk.kit.time import now
from crossdesk.parties.models import Delegation
from crossdesk.threads.viewer import verbs, viewing

__all__ = ["at_their_noon"]


@pytest.mark.usefixtures("committed", "at_their_noon")
def test_a_worker_fills_what_was_accepted_and_closes_what_ran_out() -> None:
    here = cast()
    here.case("Older than the delegation")
    delegation, mair = delegated(here, data_service())
    fill_waiting.defer()
    work()
    with viewing(mair):
        assert Case.objects.count() == 1
    with verbs():
        Delegation.objects.filter(pk=delegation.pk).update(until=now() - timedelta(seconds=1))
    every_minute(0)
    with verbs():
        assert Delegation.objects.get(pk=delegation.pk).ended_by == "its own last day"
    assert seen_at(mair, timedelta(hours=2)).lent == ()
