"""What every verb on a request does around its own few lines: lock the case's thread, and see what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from crossdesk.access import WrongStage
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.moving import TRUTH, settle
from crossdesk.requests import progress
from crossdesk.requests.models import Request
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import verbs


@contextmanager
def moving(request: Request, what: str, *, at: datetime) -> Iterator[Thread]:
    """Inside, the request and its case are as they truly are. `what` is said where the case is closed."""
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=request.pk)
        request.refresh_from_db()
        request.case = TRUTH.get(pk=request.pk)
        if request.case.stage == Stage.CLOSED:
            how = request.case.get_outcome_display().lower()
            raise WrongStage(f"{request.case} is closed ({how}), so nobody can {what} any more.")
        yield thread
        progress.move_on(request, thread, at)
        settle(request.case, thread, at)
