"""How many letters a second come through the door and are read, beside a bare aiosmtpd handler and a bare email parse.

    python -m benchmarks.mail [letters]        500 by default

Both doors answer the same clients over real sockets and keep nothing, so the figure is the door's own; what storing
costs is PostgreSQL's to say. The last line reads one letter again and again: memory that stays the same is memory that
nothing keeps.
"""

from __future__ import annotations

import email
import email.policy
import gc
import smtplib
import socket
import sys
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from time import perf_counter
from typing import Any

from aiosmtpd.controller import Controller

from crossdesk.exchange.letters.raw import RawLetter
from crossdesk.exchange.letters.read import read_letter
from crossdesk.kit.time import now
from crossdesk.mailbox.listener import Listener

CLIENTS = 4
TO = "desk@desk.crossdesk.example"


class Bare:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return "250 OK"


def sample(size: int = 4_000) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Ann <service@pennine.example>", TO, "Re: CP-7K3M-9Q4X"
    letter["Message-ID"], letter["Date"] = "<1@pennine.example>", "Tue, 24 Nov 2026 12:05:00 +0000"
    letter.set_content("We have looked into it.\n" * (size // 24))
    letter.add_alternative("<p>We have looked into it.</p>\n" * (size // 31), subtype="html")
    letter.add_attachment(b"time,code\r\n" * (size // 11), maintype="text", subtype="csv", filename="codes.csv")
    return letter.as_bytes(policy=email.policy.SMTP)


def sent(port: int, letters: int, content: bytes) -> float:
    """Letters a second, over a few connections as a mail server in front of us keeps them."""

    def client(_: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as door:
            for _ in range(letters // CLIENTS):
                door.sendmail("service@pennine.example", [TO], content)

    began = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client, range(CLIENTS)))
    return letters / (perf_counter() - began)


def through_ours(letters: int, content: bytes) -> float:
    def keep(letter: RawLetter) -> str:
        return letter.digest

    with Listener(keep, clock=now, takes=lambda _: True) as door:
        return sent(door.port, letters, content)


def through_bare(letters: int, content: bytes) -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    door = Controller(Bare(), hostname="127.0.0.1", port=port)
    door.start()
    try:
        return sent(port, letters, content)
    finally:
        door.stop()


def bare_parse(content: bytes) -> list[Any]:
    """What anybody would write: the default policy, and every part decoded."""
    letter = email.message_from_bytes(content, policy=email.policy.default)
    return [part.get_content() for part in letter.walk() if not part.is_multipart()]


def read_at(work: Callable[[bytes], Any], letters: int, content: bytes) -> float:
    began = perf_counter()
    for _ in range(letters):
        work(content)
    return letters / (perf_counter() - began)


def growth(letters: int, content: bytes) -> int:
    """What a second round leaves behind; the first fills the library's own small tables."""
    tracemalloc.start()
    read_at(read_letter, letters, content)
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    read_at(read_letter, letters, content)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return kept


def main(letters: int) -> None:
    content = sample()
    print(f"{letters} letters of {len(content):,} bytes; letters a second, ours and bare, best of three")
    for what, ours, bare in (
        ("listener", through_ours, through_bare),
        ("reader", lambda n, c: read_at(read_letter, n, c), lambda n, c: read_at(bare_parse, n, c)),
    ):
        here, limit = (max(run(letters, content) for _ in range(3)) for run in (ours, bare))
        print(f"{what:12}{here:>10.0f}{limit:>10.0f}   {here / limit:.2f} of the bare one")
    print(f"kept in memory by reading {letters} letters more: {growth(letters, content):,} bytes")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
