"""Writing and verifying from the command line, and a worker that keeps the folder by itself."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conftest import Start
from crossdesk.commands.main import main
from crossdesk.proof.folder import head_of


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["status", *words])


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    settings.ANCHOR_KEY = str(tmp_path / "key" / "anchor-key.pem")
    return tmp_path / "www" / "status"


def test_it_is_written_and_verified(folder: Path) -> None:
    written = run("write", str(folder))
    assert "all as they were written" in written.output
    key = written.output.partition("Signed by ")[2].split()[0]
    assert run("verify", str(folder), "--key", key).exit_code == 0


def test_the_first_file_that_does_not_fit_is_named(folder: Path) -> None:
    run("write", str(folder))
    (folder / "index.html").write_text("<h1>All is well</h1>")
    (folder / "status.json").unlink()
    result = run("verify", str(folder))
    assert (result.exit_code, result.output) == (1, "index.html is not as it was written.\n")


def test_a_folder_of_somebody_else_is_left_alone(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "theirs").touch()
    result = run("write", str(folder))
    assert result.exit_code == 1
    assert "was not written by us" in result.output


def test_a_worker_keeps_it(environment: dict[str, str], start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "www" / "status"
    environment |= {"CROSSDESK_STATUS_FOLDER": str(folder), "CROSSDESK_ANCHOR_KEY": str(tmp_path / "key.pem")}
    worker = start("worker")
    until = time.monotonic() + 30
    while head_of(folder) is None and worker.poll() is None and time.monotonic() < until:
        os.sched_yield()
    assert run("verify", str(folder)).exit_code == 0
