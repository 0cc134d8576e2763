"""Says what a response or error code means and who answers it, and finds such codes in what people write."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .book import Rulebook

CODE = re.compile(r"\b(REG|ECS|DSCA|DS|SP|IE|MSG)[ -]?(\d{3,4})\b", re.IGNORECASE)
DIGITS = {"REG": 4, "ECS": 4, "DSCA": 3, "DS": 3, "SP": 3, "IE": 3, "MSG": 4}


@dataclass(frozen=True)
class Explanation:
    code: str
    meaning: str
    family: str = ""
    answered_by: str = ""
    desks: tuple[str, ...] = ()
    help_desk: str = ""
    note: str = ""
    source: str = ""
    known: bool = True


def find_codes(text: str) -> tuple[str, ...]:
    """Every code in the text, once, in the order it appears."""
    found = ((prefix.upper(), number) for prefix, number in CODE.findall(text))
    return tuple(dict.fromkeys(prefix + number for prefix, number in found if len(number) == DIGITS[prefix]))


def explain(book: Rulebook, written: str) -> Explanation | None:
    """None where this is no code at all; an explanation with `known` false where nobody has said what it means."""
    codes = find_codes(written)
    if not codes:
        return None
    code = codes[0]
    row = book.codes.get(code)
    if row is None:
        return unknown(book, code)
    family = book.families[row.family]
    return Explanation(
        code=code,
        meaning=row.meaning,
        family=family.name,
        answered_by=family.answered_by,
        desks=family.desks,
        help_desk=family.help_desk,
        note=row.note or family.note,
        source=row.source,
    )


def unknown(book: Rulebook, code: str) -> Explanation:
    prefix, number = code.rstrip("0123456789"), int(code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    for row in book.unloaded.values():
        if row.prefix == prefix and row.first <= number <= row.last:
            return Explanation(code=code, meaning=row.because, source=row.source, known=False)
    return Explanation(
        code=code,
        meaning="This code is not among those loaded. Look it up in DES-138, and quote it in the case.",
        known=False,
    )
