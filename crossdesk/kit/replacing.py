"""A folder whose whole content is replaced at once: whoever reads it sees the old one or the new one, never a part.

What is seen under its name is a link to the newest of its hidden neighbours; one rename turns it. A crash before that
leaves the old one, and the next writer clears away what the crash left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from crossdesk.kit.refusal import Unusable


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One writer at a time on this machine; another waits its turn."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _beside(folder, "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def replace(folder: Path, files: Mapping[str, bytes]) -> None:
    """Under `alone`. Paths are relative to the folder."""
    before = _shown(folder)
    made = _beside(folder, secrets.token_hex(6))
    for path, held in files.items():
        _keep(made / path, held)
    for each in {made, *((made / path).parent for path in files)}:
        _settle(each)
    _show(folder, made)
    _clear(folder, {made.name, before})


def _shown(folder: Path) -> str:
    """The name of the neighbour that is seen now. What is not ours is never replaced."""
    if folder.is_symlink():
        name = os.readlink(folder)
        if not name.startswith(f".{folder.name}.") or os.sep in name:
            raise Unusable(f"{folder} is a link of yours to {name}: name a folder that is empty or not there.")
        return name
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Unusable(
            f"{folder} is there already and was not written by us: name a folder that is empty or not there."
        )
    return ""


def _show(folder: Path, made: Path) -> None:
    link = _beside(folder, "next")
    link.unlink(missing_ok=True)
    link.symlink_to(made.name)  # relative, so that the whole may be moved or mounted elsewhere
    if _is_folder(folder):
        folder.rmdir()  # empty, and only before the first time
    link.replace(folder)
    _settle(folder.parent)


def _clear(folder: Path, kept: set[str]) -> None:
    """Kept are the one that is shown, and the one before it for whoever is in the middle of reading."""
    for each in list(folder.parent.iterdir()):
        if each.name.startswith(f".{folder.name}.") and each.name not in kept and _is_folder(each):
            shutil.rmtree(each, ignore_errors=True)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _keep(path: Path, held: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(held)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """A name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(folder: Path, name: str) -> Path:
    return folder.with_name(f".{folder.name}.{name}")
