"""`crossdesk invite`: the first person of a real installation, who then invites everybody else."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from crossdesk.access import Invalid, Role
from crossdesk.commands.django import setup

if TYPE_CHECKING:
    from crossdesk.desks.models import Desk
    from crossdesk.parties.models import Person


@click.command(short_help="Let the first person in.")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as others will read it.")
def invite(email: str, name: str) -> None:
    """Let the first person in, as administrator and agent of the desk that works here.

    Makes the central parties and their desks where they are missing, and shows the invitation once.
    """
    setup()
    from crossdesk.accounts.links import invitation_link
    from crossdesk.kit.time import now

    person, desk = invite_first(email, name, now())
    click.echo(f"{person.name} is administrator and agent of {desk}. Hand over this link yourself;")
    click.echo("it works once, within three days, and asks for a password:")
    click.echo(f"  {invitation_link(person)}")


def invite_first(email: str, name: str, at: datetime) -> tuple[Person, Desk]:
    """Asked again before the person has chosen a password, it answers the same person, for a fresh link."""
    from crossdesk import rulebook
    from crossdesk.commands.central import found_centre
    from crossdesk.parties.models import Person
    from crossdesk.threads.viewer import verbs

    address, called = _checked(email, name)
    with verbs():
        desk = found_centre(rulebook.current())
        person = Person.objects.filter(email__iexact=address).first()
        if person is None:
            person = Person.objects.create_user(address, called)
            _seat(person, desk, at)
    if person.has_usable_password():
        raise Invalid(f"{address} can sign in already; an administrator gives further roles on the directory's pages.")
    return person, desk


def _checked(email: str, name: str) -> tuple[str, str]:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    address, called = email.strip().lower(), " ".join(name.split())[:120]
    try:
        validate_email(address)
    except ValidationError as trouble:
        raise Invalid(f"“{email}” is not an e-mail address; nobody was invited.") from trouble
    if not called:
        raise Invalid("Give the person's name with --name; nobody was invited.")
    return address, called


def _seat(person: Person, desk: Desk, at: datetime) -> None:
    from crossdesk.desks.founding import give_place
    from crossdesk.parties.founding import join

    give_place(desk, join(person, desk.owner, Role.ADMINISTRATOR, Role.AGENT, since=at))
