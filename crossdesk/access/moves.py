"""One row of a lifecycle's table. Every lifecycle is such a table, which can be read aloud and drawn."""

from __future__ import annotations

from collections.abc import Container, Mapping, Set
from dataclasses import dataclass

from crossdesk.access import WrongStage


@dataclass(frozen=True)
class Move:
    """From these stages, to that one; `to=None` stays where it is. `done` is how the timeline tells it."""

    origin: frozenset[str]
    to: str | None
    done: str


def move(origin: Set[str], to: str | None, done: str) -> Move:
    return Move(frozenset(origin), to, done)


def possible(stage: str, moves: Mapping[str, Move]) -> list[str]:
    return [name for name, each in moves.items() if stage in each.origin]


@dataclass(frozen=True)
class Table:
    """A lifecycle with the words its refusals use. `unsaid` are no advice for somebody who was refused."""

    moves: Mapping[str, Move]
    words: Mapping[str, str]
    unsaid: Container[str] = frozenset()
    nothing: str = "nothing more can be done with it"

    def said(self, name: str) -> str:
        return self.words.get(name, f"{name} it")

    def advance(self, name: str, stage: str, what: str, label: str) -> str | None:
        """The stage this move leads to, or WrongStage naming what can be done instead."""
        step = self.moves[name]
        if stage in step.origin:
            return step.to
        can = [self.said(each) for each in possible(stage, self.moves) if each not in self.unsaid]
        instead = f"you can still {', '.join(can)}" if can else self.nothing
        raise WrongStage(f"{what} is {label}, so you cannot {self.said(name)}; {instead}.")
