"""Encoded queries as `sysparm_query` writes them. What of one is invalid is left out, unless the instance is told to
answer with no rows then (glide.invalid_query.returns_no_rows)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Record = Mapping[str, str]

OPERATORS = (
    "ISNOTEMPTY",
    "ISEMPTY",
    "STARTSWITH",
    "ENDSWITH",
    "NOT IN",
    "NOT LIKE",
    "LIKE",
    "IN",
    "!=",
    ">=",
    "<=",
    "=",
    ">",
    "<",
)
TERM = re.compile(rf"(?P<column>[a-z_.0-9]+?)(?P<operator>{'|'.join(OPERATORS)})(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True)
class Condition:
    column: str
    operator: str
    value: str

    def holds(self, record: Record) -> bool:
        return HOLDS[self.operator](record.get(self.column, ""), self.value)


@dataclass(frozen=True)
class Query:
    """Any of the sets, all of a set's groups, any of a group's conditions."""

    sets: tuple[tuple[tuple[Condition, ...], ...], ...]
    order: tuple[tuple[str, bool], ...] = ()
    broken: bool = False

    def holds(self, record: Record) -> bool:
        return any(all(any(c.holds(record) for c in group) for group in groups) for groups in self.sets)

    def sorted(self, records: list[dict[str, str]]) -> list[dict[str, str]]:
        for column, descending in reversed(self.order):
            records = sorted(records, key=lambda each: each.get(column, ""), reverse=descending)
        return records


def _ordered(compare: Callable[[float | str, float | str], bool]) -> Callable[[str, str], bool]:
    def holds(have: str, asked: str) -> bool:
        if have.isdecimal() and asked.isdecimal():
            return compare(int(have), int(asked))
        return bool(have) and compare(have, asked)

    return holds


HOLDS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda have, asked: have == asked,
    "!=": lambda have, asked: have != asked,
    "LIKE": lambda have, asked: asked.lower() in have.lower(),
    "NOT LIKE": lambda have, asked: asked.lower() not in have.lower(),
    "STARTSWITH": lambda have, asked: have.lower().startswith(asked.lower()),
    "ENDSWITH": lambda have, asked: have.lower().endswith(asked.lower()),
    "IN": lambda have, asked: have in asked.split(","),
    "NOT IN": lambda have, asked: have not in asked.split(","),
    "ISEMPTY": lambda have, _: have == "",
    "ISNOTEMPTY": lambda have, _: have != "",
    ">": _ordered(lambda have, asked: have > asked),  # type: ignore[operator] # both are numbers or both are words
    ">=": _ordered(lambda have, asked: have >= asked),  # type: ignore[operator]
    "<": _ordered(lambda have, asked: have < asked),  # type: ignore[operator]
    "<=": _ordered(lambda have, asked: have <= asked),  # type: ignore[operator]
}


def read(encoded: str, columns: Mapping[str, object]) -> Query:
    sets: list[list[list[Condition]]] = [[]]
    order: list[tuple[str, bool]] = []
    broken = False
    for part in re.split(r"\^(?!\^)", encoded):
        if part.startswith("NQ"):
            sets.append([])
            part = part[2:]
        alternative = part.startswith("OR") and not part.startswith("ORDERBY")
        part = part[2:] if alternative else part
        if part in ("", "EQ"):
            continue
        if part.startswith("ORDERBY"):
            column = part.removeprefix("ORDERBY").removeprefix("DESC")
            if column in columns:
                order.append((column, part.startswith("ORDERBYDESC")))
            continue
        found = TERM.fullmatch(part)
        if found is None or found["column"] not in columns:
            broken = True
            continue
        condition = Condition(found["column"], found["operator"], found["value"])
        if alternative and sets[-1]:
            sets[-1][-1].append(condition)
        else:
            sets[-1].append([condition])
    return Query(tuple(tuple(tuple(g) for g in groups) for groups in sets), tuple(order), broken)
