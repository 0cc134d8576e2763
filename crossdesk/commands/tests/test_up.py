"""Everything from nothing, as ./run starts it: real processes, a real database, real signals."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from crossdesk.postgres.tests.folders import passable


class Running:
    """One `crossdesk up --empty` in a state folder of its own."""

    def __init__(self, state: Path, *arguments: str) -> None:
        ours = ("DATABASE_URL", "CROSSDESK_OWNER_URL", "DJANGO_SETTINGS_MODULE")
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crossdesk", "up", "--empty", *arguments],
            env={**environment, "CROSSDESK_STATE": str(state)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def address(self) -> str:
        assert self.process.stdout
        heard = ""
        for line in self.process.stdout:
            heard += line
            if found := re.search(r"Crossdesk runs at (\S+)", line):
                return found[1]
        pytest.fail(f"Crossdesk did not start:\n{heard}")

    def end(self, with_signal: signal.Signals) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(30)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return passable(tmp_path) / "state"


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return str(trial.getsockname()[1])


def healthy(address: str) -> bool:
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
        return bool(answer.read() == b"ok\n")


def test_it_starts_from_nothing_answers_and_leaves_nothing_running(state: Path) -> None:
    port = free_port()
    running = Running(state, "--port", port)
    assert healthy(running.address())
    assert running.end(signal.SIGINT) == 0

    database = (state / "postgres" / "port").read_text()
    for closed in (port, database):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(closed)))


def test_a_killed_run_is_followed_by_one_that_works(state: Path) -> None:
    port = free_port()
    killed = Running(state, "--port", port)
    killed.address()
    killed.end(signal.SIGKILL)

    following = Running(state, "--port", port)
    assert healthy(following.address())
    assert following.end(signal.SIGTERM) == 0


def test_a_port_in_use_is_one_sentence(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused = Running(state, "--port", port)
        said, _ = refused.process.communicate(timeout=60)
    assert refused.process.returncode == 1
    assert said == f"Port {port} is used by another program: choose another with --port {int(port) + 1}.\n"
