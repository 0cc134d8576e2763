"""The written site in a real Chromium, from a web server that knows nothing of us and holds it below a path."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect

from crossdesk.cases.tests.cast import NOON
from crossdesk.notices.tests.conftest import declared
from crossdesk.status.tests.test_board import HOUR, over
from crossdesk.status.tests.test_maintenance import announced
from crossdesk.web.status.keeper import Keeper
from crossdesk.web.status.tests.test_site import keeper
from crossdesk.web.tests.browsing import context_of, reads_well

__all__ = ["keeper"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """A test says what matters."""


@pytest.fixture
def address(keeper: Keeper) -> Iterator[str]:
    """A plain web server that holds the folder below a path, and knows nothing of us."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(keeper.folder.parent)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/status/"
    server.shutdown()


def test_it_reads_well_from_a_plain_web_server_below_a_path(keeper: Keeper, address: str, chromium: Browser) -> None:
    it = declared()
    over(it)
    announced(it.here)
    keeper.write(NOON + 6 * HOUR)
    page = context_of(chromium, address).new_page()
    missing, complaints = list[str](), list[str]()
    page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("All systems are operational")
    reads_well(page, "site-now")
    page.get_by_role("link", name="All of them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Past incidents")
    reads_well(page, "site-past")
    page.locator("article.past h3 a").click()
    expect(page.locator("main")).to_contain_text("Words that are for public")
    reads_well(page, "site-incident")
    page.get_by_role("link", name="Service status").click()
    expect(page).to_have_url(f"{address}index.html")
    page.context.close()
    assert (missing, complaints) == ([], [])
