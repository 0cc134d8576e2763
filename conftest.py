"""One real PostgreSQL for every test, used as the product uses it: by a login that is neither owner nor superuser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, expect, sync_playwright
from psycopg import sql

from crossdesk.editions import applying
from crossdesk.exchange.tests.post_office import PostOffice, post_office
from crossdesk.kit.tests.waiting import LONGEST
from crossdesk.postgres.tests import databases
from crossdesk.postgres.tests.processes import wait_for
from crossdesk.webhooks.tests.receiver import Receiver, receiving

TEMPLATE_PREFIX = "crossdesk_test"
LONGEST_NAME = 40
PBKDF2PasswordHasher.iterations = 1000  # a password is as right or wrong after a thousand rounds as after a million
applying.LOOK_AGAIN_SECONDS = 3600.0  # or every count of queries could meet the look that falls due now and then
expect.set_options(timeout=LONGEST * 1000)
"""Milliseconds: a busy machine is no failure. How soon pages follow is measured by benchmarks/live.py."""
hypothesis.settings.register_profile("busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("busy")


def _name(worker: str) -> str:
    return f"{TEMPLATE_PREFIX}_{os.getpid()}_{worker}"


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database of this worker's own, migrated by the owner and then closed to everybody but the declared."""
    from crossdesk.project.schema import prepare

    worker = getattr(request.config, "workerinput", {}).get("workerid", "one")
    name = _name(worker)
    databases.as_owner(sql.SQL("create database {}").format(sql.Identifier(name)))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        databases.use(name)
        prepare()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for connection in connections.all():
            connection.close()
    databases.drop(name)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh copy of the database for tests that commit: races, doors, restarts. Yields its name."""
    with django_db_blocker.unblock(), databases.of_its_own("c") as name:  # type: ignore[attr-defined]
        yield name


@pytest.fixture(scope="session")
def free_ports() -> Callable[[int], tuple[int, ...]]:
    def found(how_many: int) -> tuple[int, ...]:
        with ExitStack() as held:
            every = [held.enter_context(socket.socket()) for _ in range(how_many)]
            for each in every:
                each.bind(("127.0.0.1", 0))
            return tuple(int(each.getsockname()[1]) for each in every)

    return found


@pytest.fixture
def free_port(free_ports: Callable[[int], tuple[int, ...]]) -> Callable[[], int]:
    return lambda: free_ports(1)[0]


@pytest.fixture
def environment(committed: str, free_port: Callable[[], int]) -> dict[str, str]:
    """What a process of the product needs to work on the committed database, and where its pages will be."""
    return os.environ | {
        "DATABASE_URL": databases.address("default", committed),
        "CROSSDESK_OWNER_URL": databases.address("owner", committed),
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
    wait_for(f"{address}/healthz", start("serve", "--port", str(urlsplit(address).port)))
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


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A program that is told of changes."""
    with receiving() as found:
        settings.EXCHANGE_INSIDE = [found.host]
        yield found


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """The mail server that our letters leave by."""
    with post_office() as office, override_settings(SMTP_URL=office.url):
        yield office


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs as a group runs for minutes on one worker: begun last, it would leave the others with nothing to do."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Packed bytes hold the second they were packed in: all workers must call a test by the same name."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_NAME else None
