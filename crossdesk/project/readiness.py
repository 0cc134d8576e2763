"""Whether this process can do its work now, told in one sentence where it cannot."""

from __future__ import annotations

from django.db import DatabaseError, close_old_connections, connection
from django.db.migrations.loader import MigrationLoader

from crossdesk import rulebook
from crossdesk.access import Refused


def why_not_ready() -> str | None:
    close_old_connections()
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        if lacking := changes_lacking():
            return f"The tables lack {lacking} changes of this version: run crossdesk migrate."
        rulebook.current()
    except Refused as refused:
        return refused.sentence
    except DatabaseError:
        return "The database does not answer."
    finally:
        connection.close()
    return None


def changes_lacking() -> int:
    loader = MigrationLoader(connection)
    known = {key for key in loader.graph.nodes if loader.graph.nodes[key] is not None}
    return len(known - set(loader.applied_migrations))
