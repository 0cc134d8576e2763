"""What takes long to work out from a rulebook is worked out once for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .book import Rulebook

T = TypeVar("T")
BOOKS = 4
"""An edition or two, and the files, are in use at once."""


def once(make: Callable[[Rulebook], T]) -> Callable[[Rulebook], T]:
    kept: dict[int, tuple[Rulebook, T]] = {}

    def made(book: Rulebook) -> T:
        held = kept.get(id(book))
        if held is None:
            if len(kept) >= BOOKS:
                kept.clear()
            held = kept[id(book)] = (book, make(book))  # the book is kept too, so that its id stays its own
        return held[1]

    return made
