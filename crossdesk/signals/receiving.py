"""A file or a batch is taken in: its bytes are kept first, under their digest, so that nothing given is lost."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from crossdesk.access import Invalid
from crossdesk.kit.names import safe_name
from crossdesk.signals.models import Feed
from crossdesk.signals.policy import operators_desk
from crossdesk.signals.store import Store
from crossdesk.threads.viewer import verbs

EMPTY = "There is nothing in it; give a file of journal events."


def take_in(
    chunks: Iterable[bytes], *, name: str, way: str, by: str, at: datetime, largest: int = 0
) -> tuple[Feed, bool]:
    """The feed, and whether it is new. The same bytes given again are the feed that they were."""
    digest, size = hashlib.sha256(), 0
    arriving = Store().given(f"arriving-{secrets.token_hex(8)}")
    try:
        with arriving.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if largest and size > largest:
                    raise Invalid(f"A batch holds at most {largest >> 20} MB; send it in parts.")
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return _kept(arriving, digest.hexdigest(), size, name=name, way=way, by=by, at=at)
    finally:
        arriving.unlink(missing_ok=True)


def take_in_file(path: Path, *, way: str, by: str, at: datetime) -> tuple[Feed, bool]:
    """One that lies on this machine: not copied where a second name for it will do."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    arriving = Store().given(f"arriving-{secrets.token_hex(8)}")
    try:
        try:
            os.link(path, arriving)
        except OSError:
            shutil.copyfile(path, arriving)
        return _kept(arriving, digest, path.stat().st_size, name=path.name, way=way, by=by, at=at)
    finally:
        arriving.unlink(missing_ok=True)


def _kept(arriving: Path, digest: str, size: int, *, name: str, way: str, by: str, at: datetime) -> tuple[Feed, bool]:
    if not size:
        raise Invalid(EMPTY)
    with verbs():
        desk = operators_desk()
        feed, new = Feed.objects.get_or_create(
            digest=bytes.fromhex(digest),
            defaults={
                "name": safe_name(name, "events"),
                "way": way,
                "given_by": by[:160],
                "given_at": at,
                "size": size,
                "seats": [desk.seat_id] if desk else [],
            },
        )
        if feed.state == Feed.State.WAITING:
            os.replace(arriving, Store().given(digest))
    return feed, new
