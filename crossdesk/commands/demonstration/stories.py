"""Reads the stories, lays all their steps on one line of time that ends now, and plays them in that order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crossdesk.cases.models import Case
from crossdesk.commands.demonstration.ago import length
from crossdesk.commands.demonstration.cast import Here, table
from crossdesk.commands.demonstration.letters import leave
from crossdesk.commands.demonstration.steps import STEPS
from crossdesk.commands.demonstration.told import Told

FILES = (
    "switching_2023.toml",
    "switching_2022.toml",
    "dip.toml",
    "settlement.toml",
    "distributors.toml",
    "suppliers.toml",
    "requests.toml",
)


@dataclass(frozen=True)
class Moment:
    at: datetime
    order: int
    key: str
    by: str
    do: str
    more: dict[str, Any]


def play(here: Here, at: datetime) -> dict[str, Case]:
    """Returns the cases by the key of their story."""
    cases: dict[str, Case] = {}
    for moment in sorted(moments(at), key=lambda each: (each.at, each.order)):
        leave(moment.at, here.tool)
        told = Told(here, cases, moment.key, here.acting(moment.by, moment.at), moment.at, moment.more)
        try:
            STEPS[moment.do](told)
        except Exception as trouble:
            trouble.add_note(f"In the story {moment.key}, at “{moment.do}” by {moment.by}.")
            raise
    leave(at, here.tool)
    return cases


def moments(at: datetime) -> Iterator[Moment]:
    order = 0
    for row in rows():
        when = at - length(row["ago"])
        yield Moment(when, order, row["key"], row["by"], "raise", row)
        for step in row.get("steps", ()):
            order += 1
            when += length(step["after"])
            if when >= at:
                raise ValueError(f"The story {row['key']} ends in the future, at “{step['do']}”.")
            yield Moment(when, order, row["key"], step["by"], step["do"], step)
        order += 1


def rows() -> Iterator[dict[str, Any]]:
    for name in FILES:
        for row in table(name)["case"]:
            yield from _each_day(row) if "days" in row else [row]


def _each_day(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same story for each of its `days`, by each raiser in turn: one ticket a day, unless they lie closer."""
    apart = length(row.get("apart", "1d"))
    for number, day in enumerate(row["days"]):
        raiser = row["by"][number % len(row["by"])]
        told = _filled(row, {"{day}": day, "{number}": str(number + 1)}, raiser)
        ago = f"{(length(row['ago']) - number * apart) // timedelta(minutes=1)}m"
        yield {**told, "key": f"{row['key']}-{number + 1}", "by": raiser, "ago": ago}


def _filled(value: Any, words: dict[str, str], raiser: str) -> Any:
    if isinstance(value, str):
        for mark, word in words.items():
            value = value.replace(mark, word)
        return raiser if value == "raiser" else value
    if isinstance(value, dict):
        return {name: _filled(each, words, raiser) for name, each in value.items()}
    return [_filled(each, words, raiser) for each in value] if isinstance(value, list) else value
