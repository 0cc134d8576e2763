"""A signed folder: every way of touching it is named, the first wrong file first."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crossdesk.kit.refusal import Unusable
from crossdesk.proof.folder import LIST, SIGNATURE, Head, check, written_list

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FILES = {"index.html": b"<p>now</p>", "assets/a.css": b"p{}", "incidents/MI-1.html": b"<p>one</p>"}
KEY = Ed25519PrivateKey.generate()


def sign(folder: Path, key: Ed25519PrivateKey) -> None:
    listed = written_list(Head(AT, "", key.public_key().public_bytes_raw()), FILES)
    (folder / LIST).write_bytes(listed)
    (folder / SIGNATURE).write_bytes(key.sign(listed))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, held in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(held)
    sign(tmp_path, KEY)
    return tmp_path


def test_as_it_was_written_it_says_when_and_by_which_key(folder: Path) -> None:
    checked = check(folder)
    assert (checked.files, checked.head.written_at) == (3, AT)
    assert check(folder, checked.head.key) == checked


def test_stock_tools_read_the_list(folder: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", LIST], cwd=folder, check=True)


Touch = Callable[[Path], object]
TOUCHED: list[tuple[Touch, str]] = [
    (lambda at: (at / "index.html").write_bytes(b"<p>all well</p>"), "index.html is not as it was written"),
    (lambda at: (at / "assets" / "a.css").unlink(), "assets/a.css is missing"),
    (lambda at: (at / "incidents" / "MI-2.html").touch(), "incidents/MI-2.html is extra"),
    (lambda at: (at / "more").symlink_to("/etc/hosts"), "more is a link"),
    (lambda at: (at / "more").symlink_to("assets"), "more is a link"),
    (lambda at: (at / LIST).unlink(), f"{LIST} is missing"),
    (lambda at: (at / SIGNATURE).unlink(), f"{SIGNATURE} is missing"),
    (lambda at: (at / SIGNATURE).write_bytes(bytes(64)), "not what was signed"),
    (lambda at: (at / SIGNATURE).write_bytes(bytes(65)), "longer than any"),
    (lambda at: (at / LIST).write_bytes((at / LIST).read_bytes().replace(b"T09", b"T10")), "not what was signed"),
    (lambda at: (at / LIST).write_bytes(b"# something else\n"), "does not begin"),
    (lambda at: (at / LIST).write_bytes((at / LIST).read_bytes()[:-5]), "not one file|breaks off"),
    (lambda at: (at / LIST).write_bytes((at / LIST).read_bytes() + b"00  ../../etc/passwd\n"), "not one file"),
    (lambda at: (at / LIST).write_bytes(b"\xff"), "letters that no list"),
]


@pytest.mark.parametrize(("touch", "named"), TOUCHED)
def test_whatever_was_touched_is_named(folder: Path, touch: Touch, named: str) -> None:
    touch(folder)
    with pytest.raises(Unusable, match=named):
        check(folder)


def test_the_first_of_several_is_named(folder: Path) -> None:
    (folder / "index.html").unlink()
    (folder / "assets" / "a.css").write_bytes(b"")
    with pytest.raises(Unusable, match=r"assets/a.css is not as"):
        check(folder)


def test_a_site_signed_by_somebody_else_is_sound_and_not_trusted(folder: Path) -> None:
    trusted = check(folder).head.key
    sign(folder, Ed25519PrivateKey.generate())
    assert check(folder).head.key != trusted
    with pytest.raises(Unusable, match="not the key you trust"):
        check(folder, trusted)
