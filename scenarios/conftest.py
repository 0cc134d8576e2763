"""The product's real processes on one committed database, and the world's mail server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from scenarios.cast import Others, set_the_stage
from scenarios.postbox import Postbox, postbox
from scenarios.waiting import until


@pytest.fixture
def post() -> Iterator[Postbox]:
    """Everybody else's mail server."""
    with postbox() as box:
        yield box


@pytest.fixture
def environment(environment: dict[str, str], post: Postbox) -> dict[str, str]:
    return environment | {"CROSSDESK_SMTP_URL": post.url}


@pytest.fixture
def others(environment: dict[str, str]) -> Others:
    """The stage is set before anything runs."""
    return set_the_stage()


@pytest.fixture
def mailbox(others: Others, start: Callable[..., object], free_port: Callable[[], int]) -> int:
    """The product's worker and its mailbox, each in its own process: the port that takes letters."""
    port = free_port()
    start("worker")
    start("mailbox", "--port", str(port))
    until(lambda: _answers(port), "the mailbox to open its door")
    return port


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as guest:
        return guest.recv(3) == b"220"
    return False
