"""Who is looking. The database shows a viewer what their seats may read, and nothing outside a `viewing` block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection, transaction

from crossdesk.access import Role
from crossdesk.threads.sight import VERBS, VIEWER


@dataclass(frozen=True)
class Author:
    """Whose hand an entry is in. All ids are None for the product itself."""

    name: str
    organisation: str = ""
    person: int | None = None
    party: int | None = None
    desk: int | None = None


CROSSDESK = Author("Crossdesk")


@dataclass(frozen=True)
class Viewer:
    """A person, or a correspondent by mail, acting for one party, with the seats and desks that gives now."""

    name: str
    party: int
    party_name: str
    seats: tuple[int, ...] = ()
    person: int | None = None
    party_seat: int | None = None
    desks: tuple[int, ...] = ()
    desk_names: dict[int, str] = field(default_factory=dict, hash=False, compare=False)
    desk_seats: dict[int, int] = field(default_factory=dict, hash=False, compare=False)
    roles: frozenset[Role] = frozenset()

    def author(self, desk: int | None = None) -> Author:
        organisation = self.desk_names.get(desk, self.party_name) if desk else self.party_name
        return Author(self.name, organisation, self.person, self.party, desk)

    def works_at(self, desk: int | None) -> bool:
        return desk is not None and desk in self.desks


_standing: ContextVar[tuple[str, str]] = ContextVar("database_role", default=("none", ""))


@contextmanager
def _as_role(role: str, seats: str) -> Iterator[None]:
    """`set_config(…, true)` lasts to the end of the transaction; a nested block gives back what it found."""
    before = _standing.get()
    if before == (role, seats):  # a verb within a verb
        with transaction.atomic():
            yield
        return
    with transaction.atomic():
        _set(role, seats)
        token = _standing.set((role, seats))
        try:
            yield
        finally:
            _standing.reset(token)
        _set(*before)


def _set(role: str, seats: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('role', %s, true), set_config('crossdesk.seats', %s, true)", [role, seats])


@contextmanager
def viewing(viewer: Viewer) -> Iterator[None]:
    """Read as this viewer: row-level security holds for every statement inside."""
    with _as_role(VIEWER, "{" + ",".join(str(seat) for seat in viewer.seats) + "}"):
        yield


@contextmanager
def verbs() -> Iterator[None]:
    """Write, and read for invariants, as the verbs do. Nothing read in here is rendered."""
    with _as_role(VERBS, _standing.get()[1]):
        yield
