"""A small server for pages made of nothing but parts and samples, and one Chromium to look at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from jinja2 import Environment, FileSystemLoader

from crossdesk.web.jinja import environment
from crossdesk.web.safety import POLICY
from crossdesk.web.tests import sample

HERE = Path(__file__).parent
FOUND = """{% import "parts/page.html" as page %}{{ page.found([
  {"icon": "link", "label": "Engage Pennine Grid help desk on CP-7K3M-9Q4X", "url": "/marks", "key": "e"},
  {"icon": "eye", "label": "Open Pennine Grid, agreement and contacts", "url": "/portal"},
  {"icon": "desk", "label": "Engage the LDSO service desk", "why_not": "only central desks may raise there"}]) }}"""


class Site(ThreadingHTTPServer):
    daemon_threads = True
    changed = "8"

    def __init__(self, pages: partial[Pages]) -> None:
        self.closing = Event()
        super().__init__(("127.0.0.1", 0), pages)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Pages(SimpleHTTPRequestHandler):
    server: Site

    def __init__(self, *args: object, env: Environment, **kwargs: object) -> None:
        self.env = env
        super().__init__(*args, directory=str(HERE.parent), **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path.startswith("/static/"):
            super().do_GET()
        elif asked.path == "/live":
            self.answer(kind="text/event-stream", body=f'data: {{"thread": "{self.server.changed}"}}\n\n')
            self.wfile.flush()
            self.server.closing.wait()
        elif asked.path == "/timeline":
            case = self.env.get_template("case.html").render(sample.context(""))
            panel = re.search(r'<section[^>]*id="timeline".*?</section>', case, re.DOTALL)
            assert panel
            self.answer(body=panel[0].replace("chain verified", "chain verified. Asked again"))
        elif (HERE / "pages" / f"{asked.path[1:]}.html").exists():
            query = parse_qs(asked.query)
            page = self.env.get_template(f"{asked.path[1:]}.html")
            self.answer(body=page.render(sample.context(query.get("theme", [""])[0], empty="empty" in query)))
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(body=self.env.from_string(FOUND).render())

    def answer(self, *, body: str, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        """Quiet: a test says what matters."""


@pytest.fixture(scope="session")
def parts_site() -> Iterator[Site]:
    loader = FileSystemLoader([HERE / "pages", HERE.parent / "templates"])
    env = environment(loader=loader, autoescape=True)
    server = Site(partial(Pages, env=env))
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.closing.set()
    server.shutdown()
