"""Reading a proof's lines with suspicion: whatever a file holds, what is wrong with it is a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn, TypeVar
from uuid import UUID

from crossdesk.kit.refusal import Unusable

LONGEST_LINE = 8 * 2**20
Kind = TypeVar("Kind")
NAMES = {int: "a whole number", str: "text", dict: "an object", list: "a list", bool: "true or false"}


class Line:
    """One record of the file; its fields are asked for by name and type."""

    def __init__(self, number: int, fields: dict[str, Any]) -> None:
        self.number, self.fields = number, fields

    def wrong(self, because: str) -> NoReturn:
        raise Unusable(f"Line {self.number}: {because}.")

    def field(self, name: str, kind: type[Kind]) -> Kind:
        value = self.fields.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(f"“{name}” is not {NAMES[kind]}")
        return value

    def text(self, name: str) -> str:
        return self.field(name, str)

    def number_of(self, name: str, most: int = 2**63) -> int:
        value = self.field(name, int)
        if not 0 <= value < most:
            self.wrong(f"“{name}” is out of range")
        return value

    def number_or_nothing(self, name: str) -> int | None:
        return None if self.fields.get(name) is None else self.field(name, int)

    def bytes_of(self, name: str, length: int | None = 32) -> bytes:
        return self._bytes(name, self.text(name), length)

    def list_of_bytes(self, name: str) -> list[bytes]:
        return [self._bytes(name, each, 32) for each in self.field(name, list)]

    def _bytes(self, name: str, written: Any, length: int | None) -> bytes:
        try:
            held = bytes.fromhex(written)
        except (ValueError, TypeError):
            self.wrong(f"“{name}” is not written in hexadecimal digits")
        if length is not None and len(held) != length:
            self.wrong(f"“{name}” is not {length} bytes long")
        return held

    def uuid(self, name: str) -> str:
        try:
            return str(UUID(self.text(name)))
        except ValueError:
            self.wrong(f"“{name}” is not a thread's identifier")


def lines(file: BinaryIO) -> Iterator[Line]:
    number = 0
    while row := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(row) > LONGEST_LINE:
            raise Unusable(f"Line {number} is longer than any line of a proof; this is no proof of Crossdesk's.")
        if not row.endswith(b"\n"):
            raise Unusable(f"The file breaks off in line {number}; fetch it again.")
        yield Line(number, _object(number, row))


def _object(number: int, row: bytes) -> dict[str, Any]:
    try:
        value = json.loads(row, parse_constant=_refuse, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Unusable(f"Line {number} is not a JSON object; this is no proof of Crossdesk's, or it was damaged.")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two fields of one name would let two readers see two things."""
    held = dict(pairs)
    if len(held) != len(pairs):
        raise ValueError("a field twice")
    return held
