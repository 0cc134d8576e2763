"""Processes of the product that a test started."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from contextlib import suppress


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Until it answers, or is gone."""
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
    raise RuntimeError("The server did not come up; its log is serve.log in the test's folder.")
