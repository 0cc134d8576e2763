"""The person at the far desk, working while a story goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Plays(Protocol):
    def step(self) -> Iterator[str]: ...


@contextmanager
def at_work(player: Plays) -> Iterator[None]:
    over = threading.Event()

    def works() -> None:
        while not over.wait(0.1):
            list(player.step())

    thread = threading.Thread(target=works, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(10)
