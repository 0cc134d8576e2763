"""The mailbox as it runs: its own process, real SMTP both ways, and workers that race."""

from __future__ import annotations

import os
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.test import override_settings

from crossdesk.cases import leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.models import OutboxItem, RawMail, SunkMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.receiving import process_waiting
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import LATER, engaged, post_office, written
from crossdesk.kit.tests.waiting import until
from crossdesk.threads.viewer import verbs


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def mailbox(database: str, tmp_path: Path, **more: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    from django.conf import settings

    port = free_port()
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{database}")),
        "CROSSDESK_SECRET_KEY": settings.SECRET_KEY,
        "CROSSDESK_STATE": str(tmp_path),
        **more,
    }
    process = subprocess.Popen([sys.executable, "-m", "crossdesk", "mailbox", "--port", str(port)], env=environment)
    try:
        until(lambda: answers(port), "the mailbox to open its door")
        yield port, process
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def test_a_letter_survives_a_kill_between_keeping_and_reading(committed: str, tmp_path: Path) -> None:
    leg = engaged(cast())
    to = addresses().reply_address(Kind.LEG, leg.pk)
    with mailbox(committed, tmp_path) as (port, process):
        with smtplib.SMTP("127.0.0.1", port) as door:
            letter = written("service@pennine.example", to, "Re", "We have it.").as_bytes()
            door.sendmail("service@pennine.example", [to], letter)
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                door.sendmail("service@pennine.example", ["someone@elsewhere.example"], letter)
        process.send_signal(signal.SIGKILL)
    with verbs():
        assert RawMail.objects.get().fate == RawMail.Fate.WAITING
    process_waiting(lambda: LATER)
    with verbs():
        assert Leg.objects.get(pk=leg.pk).stage == LegStage.ACKNOWLEDGED


def test_a_demonstrations_letters_end_in_its_sink(committed: str, tmp_path: Path) -> None:
    here = cast()
    with verbs():
        here.pennine.demonstration = True
        here.pennine.save()
    port = free_port()
    engaged(here)
    with (
        mailbox(committed, tmp_path, CROSSDESK_SINK_PORT=str(port)),
        override_settings(SINK_PORT=port),
    ):
        until(lambda: answers(port), "the mailbox to open its door")
        assert send_due(lambda: LATER) == 1
    with verbs():
        sunk = SunkMail.objects.get()
    assert sunk.to == ["service@pennine.example"]
    assert set(sunk.seats) == {here.elexon_desk.seat_id, here.pennine_service.seat_id}


def test_racing_workers_send_each_letter_once_and_in_order(committed: str) -> None:
    here = cast()
    legs = [engaged(here) for _ in range(4)]
    for leg in legs:
        leg_work.update(leg, by=here.nia, at=NOON, words="Second.")

    def work(_: int) -> int:
        try:
            return send_due(lambda: LATER)
        finally:
            connection.close()

    with post_office() as office, override_settings(SMTP_URL=office.url), ThreadPoolExecutor(4) as workers:
        sent = sum(workers.map(work, range(4)))
        sent += send_due(lambda: LATER)
    names = [letter["Message-ID"] for letter in office.letters]
    assert (sent, len(names), len(set(names))) == (8, 8, 8)
    with verbs():
        lanes = dict(OutboxItem.objects.values_list("message_id", "lane"))
        first = set(OutboxItem.objects.filter(number=1).values_list("message_id", flat=True))
    begun: set[str] = set()
    for name in names:
        assert name in first or lanes[name] in begun
        begun.add(lanes[name])


def test_racing_readers_apply_a_letter_once(committed: str) -> None:
    from crossdesk.exchange import receiving
    from crossdesk.exchange.letters.raw import RawLetter, Transport
    from crossdesk.threads.models import Entry

    leg = engaged(cast())
    to = addresses().reply_address(Kind.LEG, leg.pk)
    letter = written("service@pennine.example", to, "Re", "We have it.").as_bytes()
    for way in (b"", b"Received: one\r\n", b"Received: two\r\n"):
        receiving.store(RawLetter(way + letter, "a@b.example", (to,), LATER, Transport.SMTP))

    def work(_: int) -> None:
        try:
            process_waiting(lambda: LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as readers:
        list(readers.map(work, range(3)))
    with verbs():
        fates = sorted(RawMail.objects.values_list("fate", flat=True))
        entries = Entry.objects.filter(thread=leg.case_id, kind="leg.acknowledge").count()
    assert (fates, entries) == (["filed", "ignored", "ignored"], 1)
