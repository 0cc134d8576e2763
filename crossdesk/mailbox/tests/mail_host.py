"""A real IMAP server for the stories, and a line to it that can be cut."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

TOKEN = "the-token-of-today"
# The server as it is, with one more way in: a token opens the mailbox, as a mail host's own service has it.
SERVER = f"""
from pymap.main import main
from pysasl import SASLAuth
from pysasl.creds.plain import PlainCredentials
from pysasl.mechanism.oauth import OAuth2Mechanism
told = OAuth2Mechanism.server_attempt
def by_token(self, responses):
    said, _ = told(self, responses)
    return PlainCredentials(said.authzid, "demopass" if said._token == "{TOKEN}" else "another"), None
OAuth2Mechanism.server_attempt = by_token
SASLAuth.defaults = classmethod(lambda cls: cls.named([b"PLAIN", b"XOAUTH2"]))
main()
"""


@contextmanager
def mail_host() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    options = ["--no-service", "admin", "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    server = subprocess.Popen([sys.executable, "-c", SERVER, *options, "dict", "--demo-user", "desk"])
    until = time.monotonic() + 60
    while time.monotonic() < until and not answers(port):
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
    try:
        yield port
    finally:
        server.terminate()
        server.wait(20)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Line:
    """Carries bytes to the server and back. Cut, it ends in the middle of what the server sends."""

    def __init__(self, port: int, at: int = 0) -> None:
        self.server = port
        self.door = socket.create_server(("127.0.0.1", at))
        self.port: int = self.door.getsockname()[1]
        self.cut_after: bytes | None = None
        self.cuts = 0
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                guest, _ = self.door.accept()
                host = socket.create_connection(("127.0.0.1", self.server))
                threading.Thread(target=self._carry, args=(guest, host, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(host, guest, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, from_server: bool) -> None:
        with suppress(OSError):
            while said := source.recv(65536):
                mark = self.cut_after
                if from_server and mark and mark in said:
                    target.sendall(said[: said.index(mark)])
                    self.cuts += 1
                    break
                target.sendall(said)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.door.close()
