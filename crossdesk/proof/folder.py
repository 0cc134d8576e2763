"""A folder of files whose list is signed: what the list looks like, and whether a folder is as it was signed.

The list is written as `sha256sum` reads it and its signature is of its very bytes, so that stock tools check both.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crossdesk.kit.refusal import Unusable
from crossdesk.proof.links import fingerprint
from crossdesk.proof.signing import signed

LIST, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
SCHEMA = "crossdesk-folder/1"
LONGEST_LIST = 4 * 2**20
HEAD = re.compile(
    rf"# {SCHEMA}\n# written (?P<written>\S+)\n# facts (?P<facts>[0-9a-f]*)\n# key (?P<key>[0-9a-f]{{64}})\n"
)
ROW = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*)")


@dataclass(frozen=True)
class Head:
    """What the list says of itself."""

    written_at: datetime
    facts: str
    """A digest of what the files tell, by which their writer knows whether new ones would tell anything else."""

    public: bytes

    @property
    def key(self) -> str:
        return fingerprint(self.public)


@dataclass(frozen=True)
class Checked:
    head: Head
    files: int


def written_list(head: Head, files: Mapping[str, bytes]) -> bytes:
    rows = [f"{hashlib.sha256(held).hexdigest()}  {path}" for path, held in sorted(files.items())]
    for row in rows:
        if not ROW.fullmatch(row):
            raise ValueError(f"{row[66:]} is not a name that the list can hold")
    at = head.written_at.astimezone(UTC).isoformat(timespec="seconds")
    said = [f"# {SCHEMA}", f"# written {at}", f"# facts {head.facts}", f"# key {head.public.hex()}", *rows]
    return "\n".join([*said, ""]).encode()


def head_of(folder: Path) -> Head | None:
    """Of a folder that looks like one of ours, unchecked."""
    try:
        with (folder / LIST).open("rb") as listed:
            return _head(listed.read(1024).decode("ascii", "replace"))
    except (OSError, Unusable):
        return None


def check(folder: Path, trusted: str = "") -> Checked:
    """Names the first file, in the order of their names, that is missing, extra or not as it was signed."""
    folder = folder.resolve()  # once: the folder may be replaced while we look
    if not folder.is_dir():
        raise Unusable(f"{folder} is not a folder that can be read.")
    listed = _read(folder, LIST, LONGEST_LIST)
    try:
        head, sums = _head(listed.decode("ascii")), _sums(listed.decode("ascii"))
    except UnicodeDecodeError:
        raise Unusable(f"{LIST} holds letters that no list of Crossdesk's has.") from None
    if not signed(head.public, _read(folder, SIGNATURE, 64), listed):
        raise Unusable(f"{LIST} is not what was signed: it, or {SIGNATURE}, was changed.")
    if trusted and head.key != trusted.strip().lower():
        raise Unusable(f"It was signed by {head.key}, which is not the key you trust.")
    there = set(_walk(folder)) - {LIST, SIGNATURE}
    for path in sorted(there | sums.keys()):
        if path not in sums:
            raise Unusable(f"{path} is extra: nobody signed it.")
        if path not in there:
            raise Unusable(f"{path} is missing.")
        if _digest(folder / path) != sums[path]:
            raise Unusable(f"{path} is not as it was written.")
    return Checked(head, len(sums))


def _head(listed: str) -> Head:
    found = HEAD.match(listed)
    try:
        at = datetime.fromisoformat(found["written"]) if found else None
    except ValueError:
        at = None
    if found is None or at is None or at.tzinfo is None:
        raise Unusable(f"{LIST} does not begin as a list of Crossdesk's does.")
    return Head(at, found["facts"], bytes.fromhex(found["key"]))


def _sums(listed: str) -> dict[str, str]:
    sums: dict[str, str] = {}
    for number, row in enumerate(listed.split("\n")[4:-1], start=5):
        found = ROW.fullmatch(row)
        if found is None or found[2] in sums:
            raise Unusable(f"Line {number} of {LIST} is not one file with its digest.")
        sums[found[2]] = found[1]
    if not listed.endswith("\n"):
        raise Unusable(f"{LIST} breaks off; fetch it again.")
    return sums


def _walk(folder: Path) -> Iterator[str]:
    """Every file and every link; a link is as extra as a file nobody signed."""
    for here, folders, files in os.walk(folder):
        for name in [*files, *(each for each in folders if (Path(here) / each).is_symlink())]:
            path = Path(here) / name
            if path.is_symlink():
                raise Unusable(f"{path.relative_to(folder).as_posix()} is a link, where only files were written.")
            yield path.relative_to(folder).as_posix()


def _read(folder: Path, name: str, most: int) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            held = file.read(most + 1)
    except FileNotFoundError:
        raise Unusable(f"{name} is missing, so nothing vouches for the rest.") from None
    except OSError as trouble:
        raise Unusable(f"{name} cannot be read: {trouble.strerror}.") from None
    if len(held) > most:
        raise Unusable(f"{name} is longer than any of Crossdesk's.")
    return held


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as trouble:
        raise Unusable(f"{path.name} cannot be read: {trouble.strerror}.") from None
