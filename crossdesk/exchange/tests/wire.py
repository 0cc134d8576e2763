"""A bad line between two installations: it loses, repeats, delays and garbles what goes over it, by a seed."""

from __future__ import annotations

import random
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE = 30


@dataclass
class Wire:
    """`faults` is how many of a hundred requests something happens to; 0 heals it."""

    to: str
    chance: random.Random
    faults: int
    url: str = ""
    held: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    """Requests that were answered with "busy" and arrive later, after others."""

    def carry(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes] | None:
        """None: the connection breaks, and nobody learns whether it arrived."""
        if self.chance.randrange(100) >= self.faults:
            self._late_ones()
            return self._forward(path, body, headers)
        match self.chance.choice(["lost", "answer lost", "twice", "late", "garbled"]):
            case "lost":
                return None
            case "answer lost":
                self._forward(path, body, headers)
                return None
            case "twice":
                self._forward(path, body, headers)
                return self._forward(path, body, headers)
            case "late":
                self.held.append((path, body, headers))
                return 503, b"busy"
            case _:
                self._forward(path, body, headers)
                return 502, b"\xff\xfe<html>"

    def _late_ones(self) -> None:
        held, self.held = self.held, []
        for each in held:
            self._forward(*each)

    def _forward(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        request = urllib.request.Request(self.to + path, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status), answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()
        except OSError:
            return 504, b"away"


@contextmanager
def wire(to: str, port: int, seed: int, faults: int) -> Iterator[Wire]:
    line = Wire(to, random.Random(seed), faults, f"http://127.0.0.1:{port}")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
            with lock:
                answer = line.carry(self.path, body, kept)
            if answer is None:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.close()
                return
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
