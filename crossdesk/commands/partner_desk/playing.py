"""What every played desk has: a person who works by script, and a command that goes on until it is stopped."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from threading import Event
from typing import Protocol

import click


class Plays(Protocol):
    def step(self) -> Iterator[str]:
        """The next of each ticket, told in a line each."""


def steps_of(plays: str, known: Collection[str]) -> list[str]:
    steps = [each.strip() for each in plays.split(",") if each.strip()]
    if wrong := next((each for each in steps if each not in known), None):
        raise click.BadParameter(f"“{wrong}” is nothing its person does; there are {', '.join(known)}.")
    return steps


def play(player: Plays, every: float) -> None:
    try:
        while not Event().wait(every):
            for line in player.step():
                click.echo(line)
    except KeyboardInterrupt:
        click.echo("")
