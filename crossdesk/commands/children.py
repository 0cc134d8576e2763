"""The processes that `up` keeps running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import click

SHORTEST_WAIT, LONGEST_WAIT = 0.2, 30.0
SETTLED_AFTER = 30.0
STOPS_WITHIN = 12.0


class Child:
    """One crossdesk command, started again when it dies, more patiently each time it dies young."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments
        self.process = self._spawn()
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True, name=arguments[0])

    def keep(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        self._stopping.set()
        self._signal(signal.SIGTERM)

    def join(self) -> None:
        try:
            self.process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "crossdesk", *self.arguments],
            env={**os.environ, "CROSSDESK_PARENT": str(os.getpid())},
            stdin=subprocess.DEVNULL,
            # A Ctrl-C in the terminal is for us alone, so that we can stop them in order.
            start_new_session=True,
        )

    def _signal(self, which: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, which)
        except ProcessLookupError:
            return

    def _keep(self) -> None:
        wait = SHORTEST_WAIT
        while True:
            started = time.monotonic()
            self.process.wait()
            if time.monotonic() - started > SETTLED_AFTER:
                wait = SHORTEST_WAIT
            if self._stopping.wait(wait):
                return
            click.echo(f"crossdesk {self.arguments[0]} has stopped by itself; starting it again.", err=True)
            self._signal(signal.SIGKILL)
            self.process = self._spawn()
            wait = min(wait * 2, LONGEST_WAIT)
