"""Whom an article is for, and what becomes of older versions when that changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crossdesk import rulebook
from crossdesk.access import Invalid
from crossdesk.desks.models import Desk
from crossdesk.knowledge.models import Article, Audienced
from crossdesk.parties.models import Party

For = Article.For


@dataclass(frozen=True)
class Readers:
    """As a person chooses them: `parties` are keys of parties, `roles` keys of market/roles.toml."""

    kind: str = For.DESK
    parties: Sequence[int] = ()
    roles: Sequence[str] = ()


@dataclass(frozen=True)
class Sights:
    """As rows carry them."""

    seats: tuple[int, ...]
    everyone: bool = False
    reaches: tuple[str, ...] = ()

    def put_on(self, row: Audienced) -> None:
        row.seats, row.everyone, row.reaches = list(self.seats), self.everyone, list(self.reaches)

    @property
    def fields(self) -> dict[str, object]:
        return {"seats": list(self.seats), "everyone": self.everyone, "reaches": list(self.reaches)}


def sights_of(readers: Readers, desk: Desk) -> Sights:
    """Inside `verbs()`. Refuses an audience that names nobody or somebody unknown."""
    if readers.kind == For.DESK:
        return Sights((desk.seat_id,))
    if readers.kind == For.EVERYONE:
        return Sights((desk.seat_id,), everyone=True)
    if readers.kind == For.ROLES:
        return Sights((desk.seat_id,), reaches=_reached(readers.roles))
    if readers.kind != For.PARTIES:
        raise Invalid("Choose whom it is for: the desk alone, named organisations, market roles or everyone.")
    named = set(Party.objects.filter(pk__in=readers.parties, closed_at=None).values_list("seat", flat=True))
    if not named or len(named) != len(set(readers.parties)):
        raise Invalid("Choose at least one organisation of the directory, and none that is closed.")
    return Sights(tuple(sorted({desk.seat_id, *named})))


def _reached(chosen: Sequence[str]) -> tuple[str, ...]:
    """Every role that counts as one of these: an article for metering agents reaches smart metering services."""
    book = rulebook.current()
    if not chosen or not set(chosen) <= set(book.roles):
        raise Invalid("Choose at least one market role of the list.")
    return tuple(sorted(key for key in book.roles if any(book.is_role(key, wanted) for wanted in chosen)))


def of(row: Audienced) -> Sights:
    return Sights(tuple(row.seats), row.everyone, tuple(row.reaches))


def narrowed(older: Sights, now: Sights) -> Sights:
    """Who could read it and still may. A role and a named organisation are not compared: that would need to guess."""
    if older.everyone:
        return now
    if now.everyone:
        return older
    return Sights(
        tuple(sorted(set(older.seats) & set(now.seats))), reaches=tuple(sorted(set(older.reaches) & set(now.reaches)))
    )


def told(readers: Readers) -> str:
    """For the desk's own timeline."""
    if readers.kind == For.ROLES:
        book = rulebook.current()
        return ", ".join(book.roles[key].name for key in readers.roles)
    if readers.kind == For.PARTIES:
        return ", ".join(Party.objects.filter(pk__in=readers.parties).values_list("name", flat=True))
    return For(readers.kind).label
