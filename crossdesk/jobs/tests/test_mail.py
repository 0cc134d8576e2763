"""The verbs wake the worker, and what the worker wakes does the work."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import override_settings
from procrastinate.contrib.django import app

from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.tests.cast import cast
from crossdesk.commands.mailbox import store_and_wake
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.office import addresses
from crossdesk.exchange.tests.post_office import LATER, engaged, post_office, written
from crossdesk.kit.time import now, set_offset
from crossdesk.threads.viewer import verbs


@pytest.fixture
def at_their_noon() -> Iterator[None]:
    """The cast lives at a noon of its own; a worker asks the wall clock."""
    set_offset(LATER - now() + timedelta(minutes=1))
    yield
    set_offset(timedelta())


def work() -> None:
    """In a thread of its own: the loop of a browser's test may run in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_work).result()


def _work() -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
    try:
        with app.replace_connector(connector):
            app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    finally:
        connections.close_all()


def stage_of(leg: Leg) -> str:
    with verbs():
        return Leg.objects.get(pk=leg.pk).stage


def test_a_worker_sends_what_was_engaged_and_reads_the_reply(committed: str, at_their_noon: None) -> None:
    leg = engaged(cast())
    with post_office() as office, override_settings(SMTP_URL=office.url):
        work()
        assert len(office.letters) == 1
    assert stage_of(leg) == LegStage.DELIVERED
    to = addresses().reply_address(Kind.LEG, leg.pk)
    reply = written("service@pennine.example", to, "Re", "We have it.").as_bytes()
    store_and_wake(RawLetter(reply, "a@b.example", (to,), LATER, Transport.SMTP))
    work()
    assert stage_of(leg) == LegStage.ACKNOWLEDGED
