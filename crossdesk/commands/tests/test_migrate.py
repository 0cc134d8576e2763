"""A new database is made from the record of what the migrations say, so the record is held against them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import sql

from crossdesk.postgres.tests import databases
from crossdesk.project import recorded
from crossdesk.project.schema import prepare


@pytest.fixture
def empty(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    worn = databases.in_use()
    name = f"{worn}_empty"
    databases.as_owner(sql.SQL("create database {}").format(sql.Identifier(name)))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        databases.use(name)
        yield
        databases.use(worn)
    databases.drop(name)


def test_the_record_is_what_the_migrations_say_to_an_empty_database(empty: None) -> None:
    assert recorded.is_empty()
    same = recorded.record() == recorded.RECORD.read_text()
    assert same, "The migrations changed: run `crossdesk migrate --record` on an empty database."
    prepare()
