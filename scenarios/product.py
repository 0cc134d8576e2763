"""The product as it runs: pages, worker and mailbox, each in a process of its own, under one moved clock."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from crossdesk.kit.tests.waiting import until
from scenarios.moved import MovedClock
from scenarios.postbox import Postbox

STEP = timedelta(seconds=58)
"""As far as a clock may be put forward under a running worker, which distrusts one that jumps by more than a minute."""

LAST = timedelta(seconds=2)

NEVER_KEPT = "/account/login/"
"""This page expires the moment it is made, and says so."""


class Product:
    """On one database: started, moved in time, stopped."""

    def __init__(self, clock: MovedClock, database: dict[str, str], post: Postbox, logs: Path) -> None:
        self.clock, self.post, self.logs = clock, post, logs
        self.port, self.mail_port = _free_port(), _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | clock.environment | database
        self.environment |= {
            "CROSSDESK_SECRET_KEY": settings.SECRET_KEY,
            "CROSSDESK_URL": self.address,
            "CROSSDESK_SMTP_URL": post.url,
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stage: Any = None  # what whoever set it has to say of it

    def start(self) -> None:
        self._start("serve", "--port", str(self.port))
        self._start("mailbox", "--port", str(self.mail_port))
        self._start("worker")
        until(lambda: _answers(f"{self.address}/healthz"), "the pages to answer")
        until(lambda: _greets(self.mail_port), "the mailbox to open its door")
        self._await_worker()

    def stop(self) -> None:
        for name in list(self.running):
            self._stop(name)

    def pages_go_down(self) -> None:
        self._stop("serve")

    def pages_come_back(self) -> None:
        self._start("serve", "--port", str(self.port))
        until(lambda: _answers(f"{self.address}/healthz"), "the pages to answer again")

    def to(self, moment: datetime) -> None:
        """Time passes. The worker stands still meanwhile, as it would distrust a clock that jumps before its eyes."""
        assert moment > self.clock.now(), f"{moment} is over already; it is {self.clock.now()}."
        self._stop("worker")
        self.clock.set(moment)
        self._start("worker")
        self._await_worker()
        until(lambda: "serve" not in self.running or self._pages_are_at(moment), f"the pages to be at {moment}")

    def nearly(self, moment: datetime) -> None:
        """Within the minute before it, so that the worker is up and has looked when the moment comes."""
        self.to(moment - STEP)

    def reaches(self, moment: datetime) -> None:
        """From `nearly` on: to the last seconds before the moment, which then comes by itself."""
        last = moment - LAST
        if last > self.clock.now():
            self.clock.set(last)

    def a_minute_passes(self) -> None:
        """What waits for a minute, such as an update that can still be stopped, goes on."""
        self.clock.forward(STEP)

    def log(self, name: str) -> str:
        return (self.logs / f"{name}.log").read_text(errors="replace")

    def _start(self, *command: str) -> None:
        with (self.logs / f"{command[0]}.log").open("ab") as log:
            self.running[command[0]] = subprocess.Popen(
                [sys.executable, "-m", "crossdesk", *command],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _stop(self, name: str) -> None:
        """Whoever it started goes with it: Python's sleep fails under libfaketime, so nobody waits for them."""
        process = self.running.pop(name)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _await_worker(self) -> None:
        until(self._worker_is_up, "the worker to say that it is there")

    def _pages_are_at(self, moment: datetime) -> bool:
        """They look at the clock once a second: a form read before and sent after would be days in one hand."""
        with urllib.request.urlopen(f"{self.address}{NEVER_KEPT}", timeout=30) as answer:
            return parsedate_to_datetime(answer.headers["Expires"]) >= moment.replace(microsecond=0)

    def _worker_is_up(self) -> bool:
        """A worker takes its name off the list when it stops in good order."""
        with connections["owner"].cursor() as cursor:
            cursor.execute("select count(*) from procrastinate_workers")
            return bool(cursor.fetchone()[0])


@contextmanager
def running(product: Product) -> Iterator[Product]:
    try:
        product.start()
        yield product
    finally:
        product.stop()


def _answers(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
        return bool(answer.status == 200)
    return False


def _greets(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as guest:
        return guest.recv(3) == b"220"
    return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
