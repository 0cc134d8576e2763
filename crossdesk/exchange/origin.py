"""Which link a change came over, while it is applied: what a link said is never said back to it. Nor is what a person
says of having told a desk something told to that desk by letter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_link: ContextVar[int | None] = ContextVar("applied_from_link", default=None)
_leg: ContextVar[int | None] = ContextVar("carried_by_hand_on", default=None)


@contextmanager
def coming_over(link: int) -> Iterator[None]:
    token = _link.set(link)
    try:
        yield
    finally:
        _link.reset(token)


@contextmanager
def carrying_on(leg: int) -> Iterator[None]:
    token = _leg.set(leg)
    try:
        yield
    finally:
        _leg.reset(token)


def carried_on(leg: int) -> bool:
    return _leg.get() == leg


def came_over(link: int) -> bool:
    return _link.get() == link
