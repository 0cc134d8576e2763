"""Two people at once: real connections, real locks."""

from __future__ import annotations

import pytest

from crossdesk.access import Role
from crossdesk.cases import closing
from crossdesk.cases.lifecycle import Outcome
from crossdesk.cases.tests.cast import NOON, cast, somebody
from crossdesk.cases.tests.test_races import at_once
from crossdesk.requests import approving
from crossdesk.requests.models import Approval
from crossdesk.requests.tests.conftest import asked
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.usefixtures("committed")


def test_two_decide_at_once_and_a_withdrawal_races_an_approval() -> None:
    it = asked(cast())
    ben = somebody("Ben Oak", it.here.sycamore, Role.ADMINISTRATOR)
    request = it.dip_id()
    copies = [it.approval(request, "administrator") for _ in range(2)]
    told = at_once(
        lambda: approving.approve(copies[0], by=it.asha, at=NOON),
        lambda: approving.approve(copies[1], by=ben, at=NOON),
    )
    assert sorted(told)[1] == "done" or "done" in told
    assert sum("was here before you" in each for each in told) == 1
    manager, case = it.approval(request, "manager"), it.again(request).case
    told = at_once(
        lambda: approving.approve(manager, by=it.mo, at=NOON),
        lambda: closing.withdraw(case, by=it.here.priya, at=NOON, why="No longer needed."),
    )
    assert told[1] == "done"
    assert told[0] == "done" or "is closed (withdrawn)" in told[0]
    with verbs():
        assert Entry.objects.filter(thread=request.pk, kind="request.approve").count() == 1 + (told[0] == "done")
        assert it.again(request).case.outcome == Outcome.WITHDRAWN
        assert Approval.objects.filter(request=request.pk, decision="").count() == (told[0] != "done")
        assert list(broken_links()) == []
