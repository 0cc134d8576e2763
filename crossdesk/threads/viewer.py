"""Who is looking. The database shows a viewer what their seats may read, and nothing outside a `viewing` block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime

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
class Lent:
    """A seat another party lent: by delegation, or as a child to its parent. It reads threads and keeps nothing."""

    seat: int
    party: int
    party_name: str
    by_delegation: bool
    until: datetime | None = None
    may_act: bool = False


@dataclass(frozen=True)
class Viewer:
    """A person, or a correspondent by mail, acting for one party, with the seats and desks that gives now.

    `lent` and `lists` say which of `seats` come from elsewhere: another party, or a restricted list.
    """

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
    lent: tuple[Lent, ...] = ()
    lists: tuple[int, ...] = ()

    @property
    def own_seats(self) -> tuple[int, ...]:
        lent = {each.seat for each in self.lent}
        return tuple(seat for seat in self.seats if seat not in lent)

    def author(self, desk: int | None = None) -> Author:
        organisation = self.desk_names.get(desk, self.party_name) if desk else self.party_name
        return Author(self.name, organisation, self.person, self.party, desk)

    def works_at(self, desk: int | None) -> bool:
        return desk is not None and desk in self.desks


ANYBODY = Viewer("Anybody", 0, "")
"""Whoever has not signed in: no seat, and so nothing but what is published."""


@dataclass(frozen=True)
class _Eyes:
    """What the database is told: the role, the seats that read threads, the viewer's own among them, and who."""

    role: str = "none"
    seats: str = ""
    own: str = ""
    person: str = ""


_standing: ContextVar[_Eyes] = ContextVar("database_role", default=_Eyes())  # noqa: B039 - frozen


@contextmanager
def _as_role(eyes: _Eyes) -> Iterator[None]:
    """`set_config(…, true)` lasts to the end of the transaction; a block within one gives back what it found."""
    before = _standing.get()
    if before == eyes:  # a verb within a verb
        with transaction.atomic():
            yield
        return
    within = connection.in_atomic_block
    with transaction.atomic():
        _set(eyes)
        token = _standing.set(eyes)
        try:
            yield
        finally:
            _standing.reset(token)
        if within:
            _set(before)


def _set(eyes: _Eyes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('role', %s, true), set_config('crossdesk.seats', %s, true),"
            " set_config('crossdesk.own_seats', %s, true), set_config('crossdesk.person', %s, true)",
            [eyes.role, eyes.seats, eyes.own, eyes.person],
        )


def _array(seats: Iterable[int]) -> str:
    return "{" + ",".join(str(seat) for seat in seats) + "}"


@contextmanager
def viewing(viewer: Viewer) -> Iterator[None]:
    """Read as this viewer: row-level security holds for every statement inside."""
    with _as_role(_Eyes(VIEWER, _array(viewer.seats), _array(viewer.own_seats), str(viewer.person or ""))):
        yield


@contextmanager
def verbs() -> Iterator[None]:
    """Write, and read for invariants, as the verbs do. Nothing read in here is rendered."""
    with _as_role(replace(_standing.get(), role=VERBS)):
        yield
