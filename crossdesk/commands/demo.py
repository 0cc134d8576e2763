"""`crossdesk demo`: invented companies at work, for looking around and for rehearsing."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import click

from crossdesk.access import Refused
from crossdesk.commands.django import setup

IN_USE = "This database is in use: the demonstration is loaded only into an empty one."


@click.group(short_help="The demonstration: load it, list its sign-ins.")
def demo() -> None:
    """The demonstration: invented companies and what happened to them."""


@demo.command()
def load() -> None:
    """Fill an empty database with the demonstration."""
    setup()
    loaded = load_demo()
    click.echo("The demonstration is loaded." if loaded else "The demonstration was loaded before.")
    for line in sign_ins():
        click.echo(line)


@demo.command(name="sign-ins")
def show_sign_ins() -> None:
    """Say who can sign in to the demonstration, and what they see."""
    setup()
    for line in sign_ins():
        click.echo(line)


def load_demo(at: datetime | None = None) -> bool:
    """True when it was loaded now, False when it was there already. Refused where there is anything else."""
    from crossdesk import rulebook
    from crossdesk.cases.standing import once_at_the_end
    from crossdesk.commands.demonstration.agreed import agree
    from crossdesk.commands.demonstration.cast import settle
    from crossdesk.commands.demonstration.journal import play_journal
    from crossdesk.commands.demonstration.knowledge import write_down
    from crossdesk.commands.demonstration.letters import strays
    from crossdesk.commands.demonstration.maintenance import maintain
    from crossdesk.commands.demonstration.problems import analyse
    from crossdesk.commands.demonstration.stories import play
    from crossdesk.commands.demonstration.their_tool import their_tool
    from crossdesk.commands.demonstration.tools import equip
    from crossdesk.exchange.measuring import measure
    from crossdesk.kit.time import now
    from crossdesk.threads.viewer import verbs

    with verbs():
        if is_loaded():
            return False
        if not has_room():
            raise Refused(IN_USE)
        click.echo("Loading the demonstration; this happens once and takes a moment.", err=True)
        at = at or now()
        here = settle(rulebook.current(), at)
        agree(here, at)
        equip(here, at)
        with once_at_the_end(), their_tool() as here.tool:
            strays(play(here, at), at)
            maintain(here, at)
        play_journal(at)
        measure(at)
        write_down(here, at)
        analyse(here, at)
    return True


def is_loaded() -> bool:
    from crossdesk.parties.models import Party
    from crossdesk.threads.viewer import verbs

    with verbs():
        return Party.objects.filter(demonstration=True).exists()


def has_room() -> bool:
    from crossdesk.parties.models import Party, Person
    from crossdesk.threads.viewer import verbs

    with verbs():
        return not Party.objects.exists() and not Person.objects.exists()


def has_nobody() -> bool:
    from crossdesk.parties.models import Person
    from crossdesk.threads.viewer import verbs

    with verbs():
        return not Person.objects.exists()


class SignIn(NamedTuple):
    who: str
    email: str
    password: str
    sees: str

    def __str__(self) -> str:
        return f"{self.email:<32} {self.password}  {self.who}, {self.sees}"


def sign_ins() -> list[SignIn]:
    from crossdesk.commands.demonstration.cast import PASSWORD, shown_people

    return [SignIn(name, email, PASSWORD, sees) for name, email, sees in shown_people()]
