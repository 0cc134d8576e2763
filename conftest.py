"""One real PostgreSQL for every test, used as the product uses it: by a login that is neither owner nor superuser."""

from __future__ import annotations

import os
from collections.abc import Iterator

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
