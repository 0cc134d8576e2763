"""What every migration says to an empty database, recorded, so that a new one is ready in seconds.

Django builds its models anew for each step of each migration, and more slowly the more of them hang together: twenty
seconds of work before the first page. The record is made of nothing but the migrations' own statements, a test holds it
against them, and what it does not know yet is migrated as everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

RECORD = Path(__file__).with_name("recorded.sql")
HEAD = "-- Written by `crossdesk migrate --record`; see recorded.py.\n\n"
ASKS = re.compile(r"\s*(select\s+(?!setval)|savepoint|release savepoint|rollback)", re.IGNORECASE)
"""Questions change nothing, and the record is one transaction."""
MOMENT = re.compile(r"'20\d\d-\d\d-\d\d \d\d:\d\d:\d\d[^']*'::timestamptz")
MIGRATED = re.compile(r"(INSERT INTO \"django_migrations\" .*, )'[^']*'(::timestamptz)?\) RETURNING .*", re.DOTALL)


def is_empty(alias: str = "owner") -> bool:
    with connections[alias].cursor() as cursor:
        return not connections[alias].introspection.table_names(cursor)


def replay(alias: str = "owner") -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(RECORD.read_text())


def record(alias: str = "owner") -> str:
    """Migrates an empty database, and answers what was said to it."""
    said: list[str] = []

    def listening(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not ASKS.match(sql):
            whole = context["cursor"].mogrify(sql, params) if params else sql
            said.append(
                MOMENT.sub("CURRENT_TIMESTAMP", MIGRATED.sub(r"\1CURRENT_TIMESTAMP)", whole.strip().rstrip(";")))
            )
        return execute(sql, params, many, context)

    connection = connections[alias]
    with connection.execute_wrapper(listening):
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    return HEAD + ";\n\n".join(said) + ";\n"
