"""One real PostgreSQL for every test, used as the product uses it: by a login that is neither owner nor superuser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, expect, sync_playwright
from psycopg import sql

TEMPLATE_PREFIX = "crossdesk_test"
expect.set_options(timeout=20_000)
"""Milliseconds: a busy machine is no failure. How soon pages follow is measured by benchmarks/live.py."""


def _name(worker: str) -> str:
    return f"{TEMPLATE_PREFIX}_{os.getpid()}_{worker}"


def _use(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _as_owner(statement: sql.Composed) -> None:
    with psycopg.connect(os.environ["CROSSDESK_OWNER_URL"], autocommit=True) as owner:
        owner.execute(statement)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database of this worker's own, migrated by the owner and then closed to everybody but the declared."""
    from crossdesk.project.schema import prepare

    worker = getattr(request.config, "workerinput", {}).get("workerid", "one")
    name = _name(worker)
    _as_owner(sql.SQL("create database {}").format(sql.Identifier(name)))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _use(name)
        prepare()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for connection in connections.all():
            connection.close()
    _as_owner(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh copy of the database for tests that commit: races, doors, restarts. Yields its name."""
    worn = settings.DATABASES["default"]["NAME"]
    name = f"{worn}_c"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for alias in ("default", "owner"):
            connections[alias].close()
        _as_owner(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(worn)))
        _use(name)
        yield name
        _use(worn)
        _as_owner(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def _address(alias: str, name: str) -> str:
    """The same login in the test's own database, for a process of its own."""
    kept = urlsplit(os.environ[{"default": "DATABASE_URL", "owner": "CROSSDESK_OWNER_URL"}[alias]])
    return urlunsplit(kept._replace(path=f"/{name}"))


@pytest.fixture
def free_port() -> Callable[[], int]:
    def found() -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return int(free.getsockname()[1])

    return found


@pytest.fixture
def environment(committed: str, free_port: Callable[[], int]) -> dict[str, str]:
    """What a process of the product needs to work on the committed database, and where its pages will be."""
    return os.environ | {
        "DATABASE_URL": _address("default", committed),
        "CROSSDESK_OWNER_URL": _address("owner", committed),
        "CROSSDESK_SECRET_KEY": settings.SECRET_KEY,
        "CROSSDESK_URL": f"http://127.0.0.1:{free_port()}",
    }


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Starts one crossdesk command in a process of its own; its log is named after it."""
    with ExitStack() as running:

        def started(*command: str) -> subprocess.Popen[bytes]:
            log = running.enter_context((tmp_path / f"{command[0]}.log").open("wb"))
            process = subprocess.Popen(
                [sys.executable, "-m", "crossdesk", *command], env=environment, stdout=log, stderr=log
            )
            running.callback(process.wait, 15)
            running.callback(process.terminate)
            return process

        yield started


@pytest.fixture
def served(environment: dict[str, str], start: Start) -> str:
    """The product's own server in its own process on the committed database: its address."""
    address = environment["CROSSDESK_URL"]
    _wait_for(f"{address}/healthz", start("serve", "--port", str(urlsplit(address).port)))
    return address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of a run: two of playwright's loops in one thread refuse each other."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        pytest.skip("needs the system's Chromium: apt-get install chromium")
    # Once open, its loop runs in this thread: Django would refuse every later query, and keeps other connections there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    for connection in connections.all():
        connection.close()
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
    raise RuntimeError("The server did not come up; its log is serve.log in the test's folder.")
