"""Where events lie: Parquet in the state folder, a folder for each half-hour and in it a file for each feed.

A half-hour is read without looking at any other, and old ones are forgotten by removing their folders. `notable`
holds what a detector looks at of earlier half-hours: the events of messages that failed or came late. With workers
on several machines the folder is one that all of them share: CROSSDESK_SIGNALS_FOLDER.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from crossdesk.kit.state import state_folder

if TYPE_CHECKING:
    import duckdb

HALF_HOUR = 1_800_000
EVENTS, NOTABLE, REJECTED = "events", "notable", "rejected"


def folder() -> Path:
    return Path(os.environ.get("CROSSDESK_SIGNALS_FOLDER") or state_folder() / "signals")


class Store:
    def __init__(self, root: Path | None = None) -> None:
        self.root = root or folder()

    def given(self, digest: str) -> Path:
        """Where the bytes of a feed lie until they have been read."""
        place = self.root / "given"
        place.mkdir(parents=True, exist_ok=True)
        return place / digest

    def put(self, engine: duckdb.DuckDBPyConnection, tree: str, query: str, feed: int) -> None:
        """Each half-hour's part comes into its place whole; read again, a feed puts the same files there again."""
        parts = self.root / "parts" / f"{feed}-{tree}"
        shutil.rmtree(parts, ignore_errors=True)
        parts.parent.mkdir(parents=True, exist_ok=True)
        engine.execute(
            f"copy ({query}) to '{_quoted(parts)}'"
            " (format parquet, compression zstd, partition_by (half_hour), write_partition_columns true)"
        )
        for part in sorted(parts.glob("half_hour=*")):
            place = self.root / tree / part.name.removeprefix("half_hour=")
            place.mkdir(parents=True, exist_ok=True)
            for number, file in enumerate(sorted(part.glob("*.parquet"))):
                os.replace(file, place / f"{feed}-{number}.parquet")
        shutil.rmtree(parts, ignore_errors=True)

    def reject(self, engine: duckdb.DuckDBPyConnection, query: str, feed: int) -> None:
        place = self.root / REJECTED
        place.mkdir(parents=True, exist_ok=True)
        engine.execute(f"copy ({query}) to '{_quoted(place / str(feed))}.parquet' (format parquet, compression zstd)")

    def files(self, tree: str, half_hours: Iterable[int]) -> list[str]:
        """Those of exactly these half-hours."""
        places = (self.root / tree / str(each) for each in half_hours)
        return [str(file) for place in places for file in sorted(place.glob("*.parquet"))]

    def forget(self, before_ms: int) -> int:
        """Removes the half-hours before; how many there were."""
        old = [
            place
            for tree in (EVENTS, NOTABLE)
            for place in (self.root / tree).glob("*")
            if place.name.isdecimal() and int(place.name) + HALF_HOUR <= before_ms
        ]
        for place in old:
            shutil.rmtree(place, ignore_errors=True)
        return len(old)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
