"""Several workers at once: each thing is told once, and in its order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from crossdesk.cases.tests.cast import cast
from crossdesk.kit.time import now
from crossdesk.webhooks import keeping
from crossdesk.webhooks.leaving import tell_due
from crossdesk.webhooks.tests.receiver import Receiver


@pytest.mark.usefixtures("committed")
def test_three_workers_tell_each_thing_once_and_in_order(receiver: Receiver) -> None:
    subscription = keeping.subscribe(cast().sycamore, receiver.url, by="Test", at=now())
    sent = [str(keeping.attempt(subscription, now()).event_id) for _ in range(12)]

    def work() -> None:
        try:
            tell_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as workers:
        for each in [workers.submit(work) for _ in range(3)]:
            each.result()
    assert [post.headers["webhook-id"] for post in receiver.heard] == sent
