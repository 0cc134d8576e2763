"""Which table hangs on what, and the row-level security that follows from it.

Every model declares its `sight`; tables of other people's packages are declared as machinery by name. `secure()` turns
the declarations into grants and policies, so that the database refuses what the application forgot to.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from crossdesk.access.sight import Sight

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from django.db.models import Model

APP, VIEWER, VERBS = "crossdesk_app", "crossdesk_viewer", "crossdesk_verbs"


OTHERS_MACHINERY = ("django_", "auth_", "account_", "mfa_", "usersessions_", "socialaccount_", "procrastinate_")
"""Prefixes of the tables that Django, the sign-in and the job queue own: none of them holds case text."""


def sight_of(model: type[Model]) -> Sight | None:
    declared = getattr(model, "sight", None)
    if declared is not None:
        return Sight(declared)
    if model._meta.db_table.startswith(OTHERS_MACHINERY):
        return Sight.MACHINERY
    return None


def declared_tables() -> dict[str, Sight | None]:
    every = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: sight_of(model) for model in every if model._meta.managed}


def secure(cursor: CursorWrapper, tables: Iterable[str]) -> None:
    """Grants and policies for every table the database has. `tables` is what stands in the schema."""
    cursor.execute(files(__package__).joinpath("sight.sql").read_text())
    for app in apps.get_app_configs():  # the few doors of packages above this one, each of which grants itself
        doors = Path(app.path, "doors.sql")
        if doors.exists():
            cursor.execute(doors.read_text())
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for table in sorted(tables):
        model = models.get(table)
        kind = sight_of(model) if model else Sight.MACHINERY if table.startswith(OTHERS_MACHINERY) else None
        cursor.execute(f'revoke all on "{table}" from public, {APP}, {VIEWER}, {VERBS}')
        if kind is None:
            continue
        if kind is Sight.MACHINERY:
            cursor.execute(f'grant {_writes(model)} on "{table}" to {APP}, {VERBS}')
        elif model is not None:
            _bind(cursor, model, kind)
    cursor.execute(f"grant usage on all sequences in schema public to {APP}, {VERBS}")


def _bind(cursor: CursorWrapper, model: type[Model], kind: Sight) -> None:
    table = model._meta.db_table
    cursor.execute(f'grant {_writes(model)} on "{table}" to {VERBS}')
    cursor.execute(f'grant select on "{table}" to {VIEWER}')
    if kind is Sight.PUBLIC and not hasattr(model, "public_when"):
        return
    cursor.execute(f'alter table "{table}" enable row level security')
    cursor.execute(f'drop policy if exists seen on "{table}"')
    cursor.execute(f'drop policy if exists worked on "{table}"')
    cursor.execute(f'create policy seen on "{table}" for select to {VIEWER} using ({_seen_when(model, kind)})')
    cursor.execute(f'create policy worked on "{table}" to {VERBS} using (true) with check (true)')


def _writes(model: type[Model] | None) -> str:
    return "select, insert" if getattr(model, "append_only", False) else "select, insert, update, delete"


def _seen_when(model: type[Model], kind: Sight) -> str:
    """The array form reads from a GIN or a joined key, the single form from a plain index; neither runs per row.

    What a party or a desk keeps is for its own people: a seat that somebody lent reads threads and nothing else.
    """
    if kind is Sight.PUBLIC:
        return f"{model.public_when} or id = any ((select viewer_seats())::int[])"  # type: ignore[attr-defined]
    if kind in {Sight.PARTY, Sight.DESK}:
        return "seats && (select viewer_own_seats())"
    if kind is Sight.PERSON:  # hers alone, and only while she still acts for the party she wrote it for
        return "person_id = (select viewer_person()) and seat_id = any ((select viewer_own_seats())::int[])"
    try:
        model._meta.get_field("seats")
    except FieldDoesNotExist:
        return "seat_id = any ((select viewer_seats())::int[])"
    published = getattr(model, "public_when", "")
    return f"({published}) or seats && (select viewer_seats())" if published else "seats && (select viewer_seats())"
