"""A bad line between two installations: it loses, repeats, delays and garbles what goes over it, by a seed."""

from __future__ import annotations

import random
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE = 30
FAULTS = ("lost", "answer lost", "twice", "late", "garbled")


@dataclass
class Wire:
    """`faults` is how many of a hundred requests something happens to; 0 heals it."""

    to: str
    chance: random.Random
    faults: int
    url: str = ""
    crossing: Callable[[], None] = lambda: None
    """Called before a request goes on and again before its answer goes back: where a test kills somebody."""
    held: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    """Requests that were answered with "busy" and arrive later, after others."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    """Of the chance and of what is held; what goes on goes side by side."""

    def carry(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes] | None:
        """None: the connection breaks, and nobody learns whether it arrived."""
        with self.lock:
            fault = self.chance.choice(FAULTS) if self.chance.randrange(100) < self.faults else ""
            late, self.held = ([], self.held) if fault else (self.held, [])
            if fault == "late":
                self.held.append((path, body, headers))
        for each in late:
            self._forward(*each)
        match fault:
            case "lost":
                return None
            case "answer lost":
                self._forward(path, body, headers)
                return None
            case "twice":
                self._forward(path, body, headers)
                return self._forward(path, body, headers)
            case "late":
                return 503, b"busy"
            case "garbled":
                self._forward(path, body, headers)
                return 502, b"\xff\xfe<html>"
        return self._forward(path, body, headers)

    def _forward(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        request = urllib.request.Request(self.to + path, body, headers, method="POST")
        self.crossing()
        try:
            return self._answered(request)
        finally:
            self.crossing()

    def _answered(self, request: urllib.request.Request) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status), answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()
        except (OSError, HTTPException):
            return 504, b"away"


@contextmanager
def wire(to: str, port: int, seed: int, faults: int) -> Iterator[Wire]:
    line = Wire(to, random.Random(seed), faults, f"http://127.0.0.1:{port}")

    class Handler(BaseHTTPRequestHandler):
        protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
            answer = line.carry(self.path, body, kept)
            if answer is None:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.close()
                return
            with suppress(OSError):  # whoever asked was killed meanwhile
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(answer[1])))
                self.end_headers()
                self.wfile.write(answer[1])

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever asked was killed amid a word."""

    server = Server(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
