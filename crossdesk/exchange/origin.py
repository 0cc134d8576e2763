"""Which link a change came over, while it is applied: what a link said is never said back to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_link: ContextVar[int | None] = ContextVar("applied_from_link", default=None)


@contextmanager
def coming_over(link: int) -> Iterator[None]:
    token = _link.set(link)
    try:
        yield
    finally:
        _link.reset(token)


def came_over(link: int) -> bool:
    return _link.get() == link
