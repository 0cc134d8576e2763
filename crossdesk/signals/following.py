"""A folder that is followed: what is put there is taken in, and moved aside once it is kept."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from crossdesk.access import Invalid
from crossdesk.signals.models import Feed
from crossdesk.signals.receiving import take_in_file

TAKEN, REFUSED = "taken", "refused"
STILL_WRITTEN = (".part", ".tmp", ".crdownload")
SETTLED_SECONDS = 2.0
"""A file that was written to a moment ago may not be whole."""
BY = "The followed folder"


def take_from(folder: Path, at: datetime) -> list[Feed]:
    """Each new file once. A worker that stops in between takes the same file again, which is then the same feed."""
    return [feed for file in _settled(folder) if (feed := _take(file, at))]


def _settled(folder: Path) -> Iterator[Path]:
    before = time.time() - SETTLED_SECONDS
    for file in sorted(folder.iterdir()):
        hidden = file.name.startswith(".") or file.name.endswith(STILL_WRITTEN)
        if file.is_file() and not hidden and file.stat().st_mtime <= before:
            yield file


def _take(file: Path, at: datetime) -> Feed | None:
    try:
        feed, _ = take_in_file(file, way=Feed.Way.FOLDER, by=BY, at=at)
    except Invalid:  # an empty file: there is nothing that could be lost
        _aside(file, REFUSED)
        return None
    _aside(file, TAKEN)
    return feed


def _aside(file: Path, where: str) -> None:
    place = file.parent / where
    place.mkdir(exist_ok=True)
    os.replace(file, place / file.name)
