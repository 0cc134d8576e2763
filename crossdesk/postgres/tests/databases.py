"""The databases of the tests: which one this process works on, and the same one for a process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql


def use(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def in_use() -> str:
    return str(settings.DATABASES["default"]["NAME"])


def as_owner(statement: sql.Composed) -> None:
    with psycopg.connect(os.environ["CROSSDESK_OWNER_URL"], autocommit=True) as owner:
        owner.execute(statement)


def copy_of(template: str, name: str) -> None:
    """Nobody may be connected to the template."""
    as_owner(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop(name: str) -> None:
    """Waits for its last sessions to leave: to end them is a right its owner lacks."""
    as_owner(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def address(alias: str, name: str) -> str:
    """The same login in the test's own database, for a process of its own."""
    kept = urlsplit(os.environ[{"default": "DATABASE_URL", "owner": "CROSSDESK_OWNER_URL"}[alias]])
    return urlunsplit(kept._replace(path=f"/{name}"))


@contextmanager
def of_its_own(suffix: str) -> Iterator[str]:
    """A copy of the one in use, used until the end and gone after it."""
    worn = in_use()
    name = f"{worn}_{suffix}"
    use(worn)
    copy_of(worn, name)
    use(name)
    try:
        yield name
    finally:
        use(worn)
        drop(name)
