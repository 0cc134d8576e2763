"""Where a demonstration's letters end: it takes a letter to any address and passes none on."""

from collections.abc import Callable
from datetime import datetime

from crossdesk.exchange.letters.raw import Store
from crossdesk.mailbox.listener import Listener


def sink(store: Store, *, clock: Callable[[], datetime], host: str = "127.0.0.1", port: int = 0) -> Listener:
    return Listener(store, clock=clock, takes=lambda _: True, host=host, port=port, name="sink.example")
