"""Sees to the roles, the database and its extensions in a cluster of our own."""

from collections.abc import Callable
from importlib.resources import files

import psycopg
from psycopg import sql

LOGINS = ("crossdesk_owner", "crossdesk_app")


def prepare(url: str, password_of: Callable[[str], str]) -> None:
    """`url` connects as the superuser to the database put in its {database}."""
    with psycopg.connect(url.format(database="postgres"), autocommit=True) as server:
        if _is_prepared(server):
            return
        _run(server, "roles.sql")
        for login in LOGINS:
            server.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(password_of(login)))
            )
    with psycopg.connect(url.format(database="template1"), autocommit=True) as template:
        _run(template, "database.sql")
    with psycopg.connect(url.format(database="postgres"), autocommit=True) as server:
        # Last, because its presence says that everything before it was done.
        server.execute("CREATE DATABASE crossdesk OWNER crossdesk_owner")


def _is_prepared(server: psycopg.Connection) -> bool:
    return server.execute("SELECT FROM pg_database WHERE datname = 'crossdesk'").fetchone() is not None


def _run(server: psycopg.Connection, script: str) -> None:
    server.execute(files("crossdesk.postgres").joinpath(script).read_bytes())
