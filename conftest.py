"""One real PostgreSQL for every test, used as the product uses it: by a login that is neither owner nor superuser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

TEMPLATE_PREFIX = "crossdesk_test"


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
    _as_owner(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


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
        _as_owner(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _address(alias: str, name: str) -> str:
    """The same login in the test's own database, for a process of its own."""
    kept = urlsplit(os.environ[{"default": "DATABASE_URL", "owner": "CROSSDESK_OWNER_URL"}[alias]])
    return urlunsplit(kept._replace(path=f"/{name}"))


@pytest.fixture
def served(committed: str, tmp_path: Path) -> Iterator[str]:
    """The product's own server in its own process on the committed database. Yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATABASE_URL": _address("default", committed),
        "CROSSDESK_OWNER_URL": _address("owner", committed),
        "CROSSDESK_SECRET_KEY": settings.SECRET_KEY,
        "CROSSDESK_URL": address,
    }
    with (tmp_path / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "crossdesk", "serve", "--port", str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(f"{address}/healthz", server)
            yield address
        finally:
            server.terminate()
            server.wait(15)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
    raise RuntimeError("The server did not come up; its log is serve.log in the test's folder.")
