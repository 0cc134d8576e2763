"""Bringing a database to this version as its owner, and refusing to serve as anybody who reads past the policies."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, connections

from crossdesk.access import Refused
from crossdesk.project import recorded
from crossdesk.threads.sight import secure


def prepare() -> None:
    """Migrate, then lay grants and policies over every table, in one go and again at each version."""
    if recorded.is_empty():
        recorded.replay()
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("createcachetable", database="owner", verbosity=0)
    owner = connections["owner"]
    with owner.cursor() as cursor:
        secure(cursor, owner.introspection.table_names(cursor))
    owner.close()


def refuse_powerful_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, rolsuper or rolbypassrls or exists"
            " (select from pg_tables where schemaname = 'public' and tableowner = current_user)"
            " from pg_roles where rolname = current_user"
        )
        name, powerful = cursor.fetchone()
    if powerful:
        raise Refused(
            f"Crossdesk does not run as {name}, who can read past the database's own rules;"
            " let DATABASE_URL sign in as crossdesk_app."
        )
