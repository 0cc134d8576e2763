"""Everything from nothing, as ./run starts it: real processes, a real database, real signals."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from crossdesk.postgres.tests.folders import passable

ON_ONE_WORKER = pytest.mark.xdist_group("after a first start")

OURS = ("DATABASE_URL", "CROSSDESK_OWNER_URL", "DJANGO_SETTINGS_MODULE")


class Running:
    """One `crossdesk up` in a state folder of its own, empty unless something else is asked for."""

    def __init__(self, state: Path, *arguments: str, kind: str = "--empty", **more: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in OURS}
        self.heard = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crossdesk", "up", *([kind] if kind else []), *arguments],
            env={**environment, "CROSSDESK_STATE": str(state), **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def address(self) -> str:
        assert self.process.stdout
        address = ""
        for line in self.process.stdout:
            self.heard += line
            if found := re.search(r"Crossdesk runs at (\S+)", line):
                address = found[1]
            if "Letters come in at" in line:  # the last line of the welcome
                return address
        pytest.fail(f"Crossdesk did not start:\n{self.heard}")

    def takes_letters_at(self) -> int:
        found = re.search(r"Letters come in at 127.0.0.1:(\d+)", self.heard)
        assert found
        return int(found[1])

    def end(self, with_signal: signal.Signals) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(30)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return passable(tmp_path) / "state"


@pytest.fixture(scope="session")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Crossdesk ran and was stopped in good order."""
    state = passable(tmp_path_factory.mktemp("stopped")) / "state"
    running = Running(state, "--port", free_port())
    running.address()
    assert running.end(signal.SIGINT) == 0
    return state


def ran_before(stopped: Path, folder: Path) -> Path:
    """A copy of it, owners and all: what follows a first start takes a fifth of its time."""
    state = passable(folder) / "state"
    subprocess.run(["cp", "-a", str(stopped), str(state)], check=True)
    return state


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return str(trial.getsockname()[1])


def planned(state: Path) -> str:
    """What `crossdesk market plan` says beside a running Crossdesk, which lends it the database."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    command = [sys.executable, "-m", "crossdesk", "market", "plan"]
    return subprocess.run(
        command, env={**environment, "CROSSDESK_STATE": str(state)}, capture_output=True, text=True, check=True
    ).stdout


def healthy(address: str) -> bool:
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
        return bool(answer.read() == b"ok\n")


def test_it_starts_from_nothing_answers_and_leaves_nothing_running(state: Path) -> None:
    port = free_port()
    running = Running(state, "--port", port)
    assert healthy(running.address())
    assert "crossdesk invite" in running.heard, "nobody can sign in yet, so it says how the first person gets in"
    assert planned(state) == "The rules in force say the same; nothing would change.\n"
    assert running.end(signal.SIGINT) == 0

    database = (state / "postgres" / "port").read_text()
    for closed in (port, database, running.takes_letters_at()):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(closed)))


@ON_ONE_WORKER
def test_a_proxy_for_the_outside_does_not_stand_in_the_way(stopped: Path, tmp_path: Path) -> None:
    running = Running(ran_before(stopped, tmp_path), "--port", free_port(), http_proxy="http://127.0.0.1:9")
    assert healthy(running.address())
    assert running.end(signal.SIGINT) == 0


@ON_ONE_WORKER
def test_a_killed_run_is_followed_by_one_that_works(stopped: Path, tmp_path: Path) -> None:
    state, port = ran_before(stopped, tmp_path), free_port()
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


@ON_ONE_WORKER
def test_a_second_crossdesk_on_the_machine_takes_its_letters_at_another_port(stopped: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    first = Running(ran_before(stopped, tmp_path / "one"), "--port", free_port())
    healthy(first.address())
    second = Running(ran_before(stopped, tmp_path / "two"), "--port", free_port())
    healthy(second.address())
    assert first.takes_letters_at() != second.takes_letters_at()
    assert (first.end(signal.SIGINT), second.end(signal.SIGINT)) == (0, 0)


@ON_ONE_WORKER
def test_two_starts_in_one_folder_at_the_same_time_leave_one_running(stopped: Path, tmp_path: Path) -> None:
    state = ran_before(stopped, tmp_path)
    starts = [Running(state, "--port", free_port()) for _ in range(2)]
    ends = [os.pidfd_open(each.process.pid) for each in starts]
    assert select.select(ends, [], [], 60)[0], "one of them gives way"
    for each in ends:
        os.close(each)
    refused, running = sorted(starts, key=lambda each: each.process.poll() is None)
    said, _ = refused.process.communicate(timeout=10)
    assert said == "Crossdesk is already running from this folder: use that one, or stop it first.\n"
    assert healthy(running.address())
    assert running.end(signal.SIGINT) == 0


def test_a_database_of_ones_own_gets_no_demonstration_unasked(state: Path, environment: dict[str, str]) -> None:
    own = {name: environment[name] for name in ("DATABASE_URL", "CROSSDESK_OWNER_URL")}
    running = Running(state, "--port", free_port(), kind="", **own)
    healthy(running.address())
    assert "demonstration" not in running.heard
    assert running.end(signal.SIGINT) == 0


@pytest.mark.parametrize(
    ("state", "reason"), [("/proc/crossdesk", "No such file"), ("/dev/null/crossdesk", "Not a directory")]
)
def test_a_folder_nobody_can_write_to_is_one_sentence(state: str, reason: str) -> None:
    refused = Running(Path(state), "--port", free_port())
    said, _ = refused.process.communicate(timeout=60)
    assert refused.process.returncode == 1
    assert said.count("\n") == 1
    assert said.startswith(f"Crossdesk cannot write to {state}")
    assert reason in said
    assert "CROSSDESK_STATE" in said


def test_opposite_wishes_are_one_sentence(state: Path) -> None:
    refused = Running(state, "--demo")
    said, _ = refused.process.communicate(timeout=60)
    assert said == "--empty and --demo say the opposite of each other: leave one of them out.\n"
