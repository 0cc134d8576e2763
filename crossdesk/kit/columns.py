"""Where the MPANs stand in a list: the sign between its columns, the column, and whether its first row is a heading."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from crossdesk.kit import mpan
from crossdesk.kit.refusal import Unusable

HEADINGS = {
    "mpan", "mpans", "mpancore", "mpancores", "mpanid", "mpanno", "mpannumber", "mpancorenumber", "mpancoreid",
    "supplynumber", "electricitysupplynumber", "meterpointadministrationnumber", "meterpointnumber",
}  # fmt: skip
SEPARATORS = ",;\t|"
ROWS_LOOKED_AT = 50


@dataclass(frozen=True)
class Layout:
    separator: str
    column: int
    heading: bool


def layout_of(head: str) -> Layout:
    """From the first lines of a list, the last of them whole. A heading decides; else the column most like MPANs."""
    lines = [line for line in head.split("\n") if line.strip()][:ROWS_LOOKED_AT]
    best_marks, best = -1, Layout(",", 0, False)
    for separator in SEPARATORS:
        rows = list(_rows(lines, separator))
        marks, layout = _judged(rows, separator)
        if marks > best_marks:
            best_marks, best = marks, layout
    several_columns = any(len(row) > 1 for row in _rows(lines, best.separator))
    if best_marks <= 0 and several_columns:
        raise Unusable("None of its columns looks like MPANs. Give that column the heading MPAN and upload it again.")
    return best


def is_blank(row: list[str]) -> bool:
    return not any(cell.strip() for cell in row)


def _rows(lines: list[str], separator: str) -> Iterator[list[str]]:
    for row in csv.reader(lines, delimiter=separator):
        if not is_blank(row):
            yield row


def _judged(rows: list[list[str]], separator: str) -> tuple[int, Layout]:
    width = max((len(row) for row in rows), default=0)
    marks = [sum(_likeness(row[column]) for row in rows if column < len(row)) for column in range(width)]
    first = rows[0] if rows else []
    for column, cell in enumerate(first):
        if _squeezed(cell) in HEADINGS:
            # A heading is worth more than any look, and of two separators the one that gives cells like MPANs.
            return 3 * ROWS_LOOKED_AT + marks[column], Layout(separator, column, True)
    if not any(marks):
        return 0, Layout(separator, 0, False)
    column = marks.index(max(marks))
    heading = column < len(first) and _is_words(first[column])
    return marks[column], Layout(separator, column, heading)


def _likeness(cell: str) -> int:
    digits = bare(cell)
    if not (digits.isascii() and digits.isdigit()):
        return 0
    if len(digits) in (mpan.CORE, mpan.SUPPLY_NUMBER):
        return 3 if mpan.valid(digits) else 2
    return 1 if 10 <= len(digits) <= 14 else 0


def bare(cell: str) -> str:
    """Without spaces, and without the dress spreadsheets put on a number to keep it text: '19… or ="19…"."""
    return "".join(cell.split()).removeprefix("=").strip("\"'")


def _squeezed(cell: str) -> str:
    return re.sub(r"[^a-z]", "", cell.lower())


def _is_words(cell: str) -> bool:
    return any(c.isalpha() for c in cell) and sum(c.isdigit() for c in cell) < 6
