"""A folder replaced at once: what a reader sees before, meanwhile, after, and after a crash in the middle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from crossdesk.kit.refusal import Unusable
from crossdesk.kit.replacing import alone, replace


def site(number: int) -> dict[str, bytes]:
    return dict.fromkeys(("index.html", "a/b.css", "incidents/x.html"), b"%d" % number)


def put(folder: Path, number: int) -> None:
    with alone(folder):
        replace(folder, site(number))


def test_a_new_one_takes_the_place_of_the_old_and_of_what_lies_about(tmp_path: Path) -> None:
    folder = tmp_path / "status"
    for number in range(4):
        put(folder, number)
    assert (folder / "a" / "b.css").read_bytes() == b"3"
    assert len([each for each in tmp_path.iterdir() if each.is_dir() and not each.is_symlink()]) == 2


def test_an_empty_folder_is_taken_and_one_with_something_else_is_not(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    put(tmp_path / "empty", 1)
    assert (tmp_path / "empty" / "index.html").read_bytes() == b"1"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "theirs").touch()
    (tmp_path / "link").symlink_to("full")
    for name in ("full", "link"):
        with pytest.raises(Unusable, match="empty or not there"):
            put(tmp_path / name, 1)
    assert (tmp_path / "full" / "theirs").exists()


def test_a_reader_never_sees_half_of_one(tmp_path: Path) -> None:
    folder, done, seen = tmp_path / "status", Event(), list[set[bytes]]()
    put(folder, 0)

    def read() -> None:
        while not done.is_set():
            here = folder.resolve()  # as a web server opens one request's file
            seen.append({(here / name).read_bytes() for name in site(0)})

    reader = Thread(target=read)
    reader.start()
    for number in range(1, 40):
        before = len(seen)
        put(folder, number)
        while len(seen) < before + 2 and reader.is_alive():  # a reader whose site went two steps ago is too slow
            pass
    done.set()
    reader.join()
    assert len(seen) > 40
    assert all(len(each) == 1 for each in seen)


CRASH = """
import os, sys
from pathlib import Path
from crossdesk.kit.replacing import alone, replace

class Killed(dict):
    def items(self):
        yield "index.html", b"half"
        os.kill(os.getpid(), 9)

folder = Path(sys.argv[1])
with alone(folder):
    replace(folder, Killed())
"""


def test_a_crash_in_the_middle_leaves_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "status"
    put(folder, 1)
    assert subprocess.run([sys.executable, "-c", CRASH, str(folder)], check=False).returncode == -9
    assert (folder / "index.html").read_bytes() == b"1"
    assert (folder / "a" / "b.css").exists()
    put(folder, 2)  # nobody holds the lock of a dead writer, and what it left is gone
    assert (folder / "index.html").read_bytes() == b"2"
    assert not [each for each in tmp_path.rglob("index.html") if each.read_bytes() == b"half"]
