"""A million MPANs through the real raise page in a real browser: how long, and the server's peak memory.

    python -m benchmarks.upload [lines]

Starts the demonstration in a folder of its own, so it needs no server; Chromium must be installed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic

from playwright.sync_api import Page, sync_playwright

from benchmarks.lists import write_list

PORT, MAIL, SINK = 8951, 8952, 8953
ADDRESS = f"http://127.0.0.1:{PORT}"
EMAIL, PASSWORD = "priya@sycamore-energy.example", "demonstration-only"
HOUR = 3_600_000


@contextmanager
def product(folder: str) -> Iterator[int]:
    environment = os.environ | {
        "CROSSDESK_STATE": folder,
        "CROSSDESK_MAIL_PORT": str(MAIL),
        "CROSSDESK_SINK_PORT": str(SINK),
    }
    command = [sys.executable, "-m", "crossdesk", "up", "--port", str(PORT)]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert running.stdout
    try:
        for line in running.stdout:  # its sign-ins are the last it prints, once the demonstration is loaded
            if EMAIL in line:
                break
        else:
            raise SystemExit(f"The product did not start; is one of the ports {PORT}, {MAIL} and {SINK} in use?")
        Thread(target=running.stdout.read, daemon=True).start()
        yield running.pid
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(60)


def serving(parent: int) -> list[int]:
    """The processes that answer requests: `crossdesk serve` and what it started."""
    family, found = [parent], []
    for pid in family:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        family += map(int, children)
        if "serve" in Path(f"/proc/{pid}/cmdline").read_text().split("\0") or pid in found:
            found += [pid, *map(int, children)]
    return list(dict.fromkeys(found))


def peak(pids: list[int]) -> int:
    """The most memory any of them ever held, in MB."""
    statuses = (Path(f"/proc/{pid}/status").read_text() for pid in pids)
    return max(int(found[1]) for each in statuses if (found := re.search(r"VmHWM:\s+(\d+)", each))) // 1024


def raised(page: Page, path: Path) -> float:
    page.goto(f"{ADDRESS}/account/login/")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"{ADDRESS}/raise/?query_type=dip-message-failure")
    page.fill("[name=summary]", "A list of a million")
    page.fill("[name=without_because]", "A measurement.")
    page.set_input_files("[name=list]", path)
    began = monotonic()
    page.get_by_role("button", name="Raise the case").click()
    page.wait_for_url("**/raised/", timeout=HOUR)
    took = monotonic() - began
    print(page.locator("#came-with").inner_text())
    return took


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        write_list(path, lines)
        with product(f"{folder}/state") as pid, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_page()
            before = peak(serving(pid))
            took = raised(page, path)
            print(f"{path.stat().st_size / 1e6:.0f} MB sent, read and kept in {took:.1f} s")
            print(f"peak memory of the serving process {peak(serving(pid))} MB, {before} MB before")
            browser.close()


if __name__ == "__main__":
    main()
