"""Answers of somebody else's machine: read whole, packed or not, and never without end."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import override_settings

from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.outgoing import LARGEST_ANSWER, ask, client

WORDS = b"What they said. " * 1000


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        if self.path in {"/packed", "/bomb"}:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        try:
            if self.path == "/endless":
                while True:
                    self.wfile.write(bytes(2**20))
            packed = gzip.compress(bytes(2 * LARGEST_ANSWER)) if self.path == "/bomb" else gzip.compress(WORDS)
            self.wfile.write(WORDS if self.path == "/plain" else packed)
        except OSError:
            pass  # whoever asked has gone

    def log_message(self, *said: Any) -> None:
        pass


@pytest.fixture
def there() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    with override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/plain", "/packed"])
def test_an_answer_is_read_whole(there: str, path: str) -> None:
    with client() as http:
        assert ask(http, "GET", there + path).content == WORDS


@pytest.mark.parametrize("path", ["/endless", "/bomb"])
def test_an_answer_without_end_is_left(there: str, path: str) -> None:
    with client() as http, pytest.raises(NotTaken, match="more than 32 MB"):
        ask(http, "GET", there + path)
