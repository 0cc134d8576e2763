"""Where a demonstration's letters end: it takes a letter to any address and passes on those to a desk played here."""

from collections.abc import Callable
from datetime import datetime

from crossdesk.exchange.letters.raw import Store
from crossdesk.mailbox.listener import Listener
from crossdesk.mailbox.passing import sinking


def sink(
    store: Store, *, clock: Callable[[], datetime], host: str = "127.0.0.1", port: int = 0, played: str = ""
) -> Listener:
    """`played` names the domain and port of a desk that is played on this machine; its letters go on to it."""
    store, takes = sinking(store, played)
    return Listener(store, clock=clock, takes=takes, host=host, port=port, name="sink.example")
