"""The difference between two versions, as a reader follows it: line by line, and word by word inside a changed line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]
PIECES = re.compile(r"\s+|[^\s]+")
LONGEST_LINE = 2_000
AROUND = 2


@dataclass(frozen=True)
class Piece:
    kind: Kind
    words: str


@dataclass(frozen=True)
class Line:
    """`kind` is "same", "gone", "new" or, with pieces of all three, "changed"; "skipped" stands for so many alike."""

    kind: str
    pieces: tuple[Piece, ...]
    count: int = 0


def difference(older: str, newer: str) -> list[Line]:
    one, other = older.splitlines(), newer.splitlines()
    lines: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=len(one) > 500).get_opcodes():
        if tag == "equal":
            lines += _same(one[a:b])
        else:
            lines += _changed(one[a:b], other[c:d])
    return lines


def _same(lines: Sequence[str]) -> Iterator[Line]:
    whole = [Line("same", (Piece("same", each),)) for each in lines]
    if len(whole) <= 2 * AROUND + 1:
        yield from whole
        return
    yield from whole[:AROUND]
    yield Line("skipped", (), len(whole) - 2 * AROUND)
    yield from whole[-AROUND:]


def _changed(gone: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    paired = min(len(gone), len(new))
    for one, other in zip(gone[:paired], new[:paired], strict=True):
        if max(len(one), len(other)) > LONGEST_LINE:
            yield Line("gone", (Piece("gone", one),))
            yield Line("new", (Piece("new", other),))
        else:
            yield Line("changed", tuple(_within(one, other)))
    yield from (Line("gone", (Piece("gone", each),)) for each in gone[paired:])
    yield from (Line("new", (Piece("new", each),)) for each in new[paired:])


def _within(one: str, other: str) -> Iterator[Piece]:
    left, right = PIECES.findall(one), PIECES.findall(other)
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(left[a:b]))
            continue
        if gone := "".join(left[a:b]):
            yield Piece("gone", gone)
        if new := "".join(right[c:d]):
            yield Piece("new", new)
