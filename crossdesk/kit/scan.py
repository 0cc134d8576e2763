"""What a pasted text mentions: MPANs, message identifiers, error codes and times, in the order they stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from crossdesk.kit import mpan

MPAN, TRANSACTION, SENDER_REFERENCE = "mpan", "transaction", "sender-reference"
CORRELATION, ERROR_CODE, TIMESTAMP = "correlation", "error-code", "timestamp"

_MESSAGE = r"(?:(?:IF|REP)-)?\d{3}[AB]?-[0-9A-Fa-f]{10}-[A-Z]{3,5}-\d{8}-[A-Za-z0-9]{1,120}"
_MENTIONS = re.compile(
    rf"""
      (?<![\w-]) (?:
        (?P<transaction>      T-{_MESSAGE}                   )
      | (?P<sender_reference> S-{_MESSAGE}                   )
      | (?P<correlation>      CI-\d{{8}}-[A-Za-z0-9]{{1,50}} )
      | (?P<error_code>       [A-Z]{{2,6}}\d{{3,4}}          )
      | (?P<timestamp>        \d{{4}}-\d\d-\d\d[T\x20]\d\d:\d\d
                              (?: :\d\d (?: [.,]\d{{1,7}} )? )? (?: Z | [+-]\d\d:?\d\d )?
                            | \d\d/\d\d/\d{{4}},?\x20\d\d:\d\d (?: :\d\d )? )
      | (?P<mpan>             \d{{13}} | \d{{21}}            )
      | (?P<groups>           \d{{1,12}} (?: [\x20\u00a0\u2009\u202f]\d{{1,12}} )+ )
      ) (?![\w-])
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True)
class Mention:
    """`value` is ready to store; `fault` and `note` finish a sentence that begins with what stands in the text."""

    kind: str
    value: str
    fault: str | None = None
    note: str | None = None


def scan(text: str) -> list[Mention]:
    """Each mention once. Thirteen digits in a row that are no MPAN are told with their fault: it is often a slip."""
    return list(dict.fromkeys(_mentions(text)))


def _mentions(text: str) -> Iterator[Mention]:
    for found in _MENTIONS.finditer(text):
        words, kind = found[0], (found.lastgroup or "").replace("_", "-")
        if kind == "groups":
            yield from _grouped(words.split())
        elif kind == MPAN:
            yield Mention(MPAN, mpan.core(words), mpan.fault(words), mpan.note(words))
        elif kind != TIMESTAMP or _is_a_time(words):
            yield Mention(kind, words)


def _grouped(groups: list[str]) -> Iterator[Mention]:
    """MPANs written in groups of digits, beside other numbers perhaps: only what proves itself by its check digit."""
    start = 0
    while start < len(groups):
        taken = _taken(groups[start : start + mpan.SUPPLY_NUMBER])
        if taken:
            digits = "".join(groups[start : start + taken])
            yield Mention(MPAN, mpan.core(digits), note=mpan.note(digits))
        start += taken or 1


def _taken(groups: list[str]) -> int:
    """How many groups from the first make an MPAN; none if they do not."""
    digits = ""
    for count, group in enumerate(groups, start=1):
        digits += group
        if len(digits) in (mpan.CORE, mpan.SUPPLY_NUMBER) and mpan.valid(digits):
            return count
    return 0


def _is_a_time(words: str) -> bool:
    try:
        if "/" in words:
            datetime.strptime(words.replace(",", "")[:16], "%d/%m/%Y %H:%M")
        else:
            datetime.fromisoformat(words)
    except ValueError:
        return False
    return True
