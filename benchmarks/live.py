"""How long from a write until its words stand in ten open tabs of one browser, beside an echo through an empty stream.

    python -m benchmarks.live [writes]

Starts the demonstration in a folder of its own, so it needs no server; Chromium must be installed. The clock of the
browser and ours are one machine's; each tab notes for itself when the words appeared.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from benchmarks.upload import ADDRESS, EMAIL, PASSWORD, product

TABS = 10
MOMENT = "performance.timeOrigin + performance.now()"
SEEN = f"""(words) => new Promise((seen) => {{
  const there = () => document.getElementById("timeline")?.textContent.includes(words);
  const look = () => there() && (seen({MOMENT}), true);
  if (!look()) new MutationObserver((_, watch) => look() && watch.disconnect())
    .observe(document.body, {{ childList: true, subtree: true, characterData: true }});
}})"""
PRESS = f"""document.addEventListener("submit", () => (sessionStorage.pressed = {MOMENT}), true)"""
WAIT = "(words) => { window.sawIt = (%s)(words) }" % SEEN  # noqa: UP031 - braces are the script's own
ECHO = f"""(url) => {{ window.echoes = {{}}; const stream = new EventSource(url);
  stream.onmessage = ({{ data }}) => (window.echoes[data] = {MOMENT});
  return new Promise((open) => (stream.onopen = open)).then(() => true) }}"""


class Echo(BaseHTTPRequestHandler):
    """A stream with nothing behind it: no database, no rights, no page that asks again."""

    heard: Queue[str] = Queue()

    def do_GET(self) -> None:
        self.send_response(200)
        streams = self.path == "/stream"
        self.send_header("Content-Type", "text/event-stream" if streams else "text/html")
        self.end_headers()
        self.wfile.flush()
        while streams and (said := self.heard.get()):
            self.wfile.write(f"data: {said}\n\n".encode())
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    writes = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with ExitStack() as held:
        held.enter_context(product(held.enter_context(tempfile.TemporaryDirectory(prefix="crossdesk-live-"))))
        browser = held.enter_context(sync_playwright()).chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        tell("empty echo", echoed(browser, writes))
        tell("one open tab", [seen[0] for seen in written(browser, 1, writes)])
        tell(f"the last of {TABS} tabs", [max(seen) for seen in written(browser, TABS, writes)])


def tell(what: str, milliseconds: list[float]) -> None:
    print(f"{what:20} median {statistics.median(milliseconds):6.0f} ms   worst {max(milliseconds):6.0f} ms")


def echoed(browser: Browser, times: int) -> list[float]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    page.evaluate(ECHO, "/stream")
    took = []
    for number in range(times):
        began = time.time() * 1000
        Echo.heard.put(str(number))
        page.wait_for_function("(number) => window.echoes[number]", arg=str(number))
        took.append(page.evaluate("(number) => window.echoes[number]", str(number)) - began)
    Echo.heard.put("")
    page.close()
    server.shutdown()
    return took


def written(browser: Browser, open_tabs: int, times: int) -> list[list[float]]:
    """Of each write, how long until each tab showed it."""
    context = signed_in(browser)
    writer = context.new_page()
    writer.goto(f"{ADDRESS}/cases/")
    case = writer.locator("main a[href^='/cases/CP-']").first.get_attribute("href")
    tabs = [context.new_page() for _ in range(open_tabs)]
    for page in (writer, *tabs):
        page.goto(f"{ADDRESS}{case}")
        expect(page.locator("[data-live-words]").first).to_contain_text("Live", timeout=30_000)
    took = [_one(writer, tabs, f"Measured in {open_tabs} tabs, number {number}.") for number in range(times)]
    context.close()
    return took


def _one(writer: Page, tabs: list[Page], words: str) -> list[float]:
    for page in tabs:
        page.evaluate(WAIT, words)
    writer.locator("#words").fill(words)
    writer.evaluate(
        f"sessionStorage.clear(); {PRESS}"
    )  # the browser's own moment: a driver may take seconds to press in a tab that is behind others
    with writer.expect_navigation():  # its own page is drawn anew; the next words go into that one
        writer.locator("[data-composer] .btn-primary").click(no_wait_after=True)
    began = float(writer.wait_for_function("sessionStorage.pressed").json_value())
    return [page.evaluate("window.sawIt") - began for page in tabs]


def signed_in(browser: Browser) -> BrowserContext:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{ADDRESS}/account/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{ADDRESS}/cases/")
    page.close()
    return context


if __name__ == "__main__":
    main()
