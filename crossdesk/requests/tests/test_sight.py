"""Nobody of another party reads answers, approvals or steps, or learns that a request exists."""

from __future__ import annotations

import pytest

from crossdesk.access import Role
from crossdesk.cases.models import Case, Hold, Standing
from crossdesk.cases.tests.cast import NOON, somebody
from crossdesk.requests import approving
from crossdesk.requests.models import Approval, Request, Task
from crossdesk.requests.questions import asked_for, waiting_for
from crossdesk.requests.tests.conftest import Asking
from crossdesk.threads.models import Entry, EntryBody, Thread
from crossdesk.threads.viewer import viewing


@pytest.mark.parametrize("role", [Role.SERVICE_USER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_a_competitor_sees_nothing_of_a_request(it: Asking, role: Role) -> None:
    request = it.dip_id()
    approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
    rival = somebody("Rex Hart", it.here.harrier, role)
    with viewing(rival):
        for model in (Request, Approval, Task, Case, Hold, Standing, Thread, Entry, EntryBody):
            assert not model.objects.exists(), model
        assert waiting_for(rival) == []
        assert not asked_for(rival).exists()


def test_a_partner_learns_of_it_only_where_it_is_named(it: Asking) -> None:
    it.dip_id()
    with viewing(it.cass):
        assert not Request.objects.exists()
        assert not Approval.objects.exists()


def test_the_desk_reads_all_of_it(it: Asking) -> None:
    request = it.dip_id()
    with viewing(it.here.nia):
        assert Request.objects.get().pk == request.pk
        assert Approval.objects.count() == 2
        assert Task.objects.count() == 2
