"""A wall clock that can be moved: PostgreSQL and every process of the product read the same one, by libfaketime.

The clock that cannot be set stays as it is, so that waiting takes as long as ever.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crossdesk.postgres.cluster import Cluster

LIBRARY = "*/faketime/libfaketimeMT.so.1"


class MovedClock:
    """Real time and an offset, kept in a file that each of its readers looks at once a second."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.offset = timedelta()
        self._write()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def set(self, moment: datetime) -> None:
        self.offset = moment - datetime.now(UTC)
        self._write()

    def forward(self, by: timedelta) -> None:
        self.offset += by
        self._write()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            # Its mend for an older C library ends every wait for Python's lock at once: all takes six times as long.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }

    def _write(self) -> None:
        """In one step: whoever reads meanwhile reads the old offset or the new one."""
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{self.offset.total_seconds():+.3f}\n")
        beside.chmod(0o644)
        beside.replace(self.file)


def library() -> Path:
    found = sorted(Path("/usr/lib").glob(LIBRARY))
    if not found:
        raise RuntimeError("The scenarios move the clock by libfaketime and found none: apt-get install faketime.")
    return found[0]


@contextmanager
def moved_postgres() -> Iterator[tuple[MovedClock, Cluster]]:
    """A server of our own, in a folder that an ordinary account reaches."""
    folder = Path(tempfile.mkdtemp(prefix="crossdesk-moved-"))
    folder.chmod(0o755)
    clock = MovedClock(folder / "clock")
    cluster = Cluster(folder / "postgres", throwaway=True)
    before = dict(os.environ)
    try:
        os.environ.update(clock.environment)
        cluster.start()
    finally:
        os.environ.clear()
        os.environ.update(before)
    try:
        yield clock, cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
