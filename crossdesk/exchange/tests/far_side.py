"""An HTTP server of a partner that answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.desks import agreements
from crossdesk.desks.agreements import Said
from crossdesk.desks.models import Desk
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import lines
from crossdesk.exchange.lines import Line
from crossdesk.exchange.messages.message import Message, read_message
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs

Reply = tuple[int, dict[str, str], bytes]
TAKEN: Reply = (202, {}, b'{"fate": "applied", "number": ""}')


@dataclass
class FarSide:
    """What it answers next; after that it takes everything."""

    url: str = ""
    answers: deque[Reply] = field(default_factory=deque)
    bodies: list[bytes] = field(default_factory=list)
    bearers: list[str] = field(default_factory=list)
    asked: int = 0
    """How often somebody only tried whether it answers."""
    together: threading.Barrier | None = None
    """After its first answer it gives none before so many have asked."""

    @property
    def heard(self) -> list[Message]:
        return [read_message(each) for each in self.bodies]

    def reply(self, body: bytes, bearer: str) -> Reply:
        self.bodies.append(body)
        self.bearers.append(bearer)
        if self.together and len(self.bodies) > 1:
            self.together.wait(10)
        return self.answers.popleft() if self.answers else TAKEN


@contextmanager
def far_side(away: float = 0) -> Iterator[FarSide]:
    """`away`: seconds until it answers, as a benchmark wants it."""
    side = FarSide()

    class Handler(BaseHTTPRequestHandler):
        protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

        def do_GET(self) -> None:
            side.asked += 1
            self._say((200, {}, b'{"speaks": []}'))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._say(side.reply(body, self.headers.get("Authorization", "").removeprefix("Bearer ")))

        def _say(self, reply: Reply) -> None:
            status, headers, said = reply
            time.sleep(away)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    side.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield side
    finally:
        server.shutdown()
        server.server_close()


def line_to(
    here: Cast, endpoint: str, *secrets: str, channel: Channel = Channel.CROSSDESK, fallbacks: tuple[Channel, ...] = ()
) -> Line:
    """Elexon and Pennine Grid agreed that its service desk is reached there."""
    ways = Ways(channel=channel, endpoint=endpoint, fallbacks=fallbacks)
    return agreed(here.pennine, here.elexon, here.pennine_service, ways, *secrets)


def agreed(promiser: Party, other: Party, desk: Desk | None, ways: Ways, *secrets: str) -> Line:
    theirs = somebody(f"Admin of {promiser}", promiser, Role.ADMINISTRATOR)
    ours = somebody(f"Admin of {other}", other, Role.ADMINISTRATOR)
    early = NOON - timedelta(days=1)
    with verbs():
        terms = agreements.propose(promiser, other, desk, Said(ways=ways), by=theirs, at=early)
        agreements.accept(terms, by=ours, at=early)
        line = lines.open_line(terms.agreement, NOON)
        for number, secret in enumerate(secrets, 1):
            lines.keep_key(line, f"key {number}", secret, by=ours, at=NOON + timedelta(seconds=number))
    return line
