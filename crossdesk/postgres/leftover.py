"""The server of an earlier run that was killed before it could stop its own."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from crossdesk.postgres.trouble import ClusterError

PATIENCE = 30.0


def stop_leftover(data: Path) -> None:
    """Call only while holding the cluster's lock: then a server of this folder has no other master."""
    record = data / "postmaster.pid"
    if not record.exists():
        return
    pid = int(record.read_text().split()[0])
    if not _serves(pid, data):
        # The number may by now belong to a stranger, and PostgreSQL would take that for a running server.
        record.unlink()
        return
    os.kill(pid, signal.SIGINT)
    give_up = time.monotonic() + PATIENCE
    while _serves(pid, data):
        if time.monotonic() > give_up:
            raise ClusterError(f"An earlier PostgreSQL (process {pid}) does not stop: end it and start again.")
        time.sleep(0.05)
    with contextlib.suppress(FileNotFoundError):
        record.unlink()


def _serves(pid: int, data: Path) -> bool:
    return str(data) in _command_line(pid)


def _command_line(pid: int) -> list[str]:
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            return []
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.split()
