"""`crossdesk invite`: the first person of a real installation, who then invites everybody else."""

from __future__ import annotations

import secrets
from datetime import datetime

import click

from crossdesk.access import Invalid, Role
from crossdesk.commands.django import setup


@click.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as others will read it.")
def invite(email: str, name: str) -> None:
    """Let the first person in, as administrator and agent of the desk that works here.

    Makes the central parties and their desks where they are missing, and shows the password once.
    """
    setup()
    from crossdesk.kit.time import now

    desk, password = invite_first(email, name, now())
    click.echo(f"{name.strip()} is administrator and agent of {desk}, and signs in with")
    click.echo(f"  {email.strip().lower()}  {password}")
    click.echo("This password is not shown again. Hand it over in person and have it changed at the first sign-in.")


def invite_first(email: str, name: str, at: datetime) -> tuple[str, str]:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from crossdesk import rulebook
    from crossdesk.commands.central import found_centre
    from crossdesk.desks.founding import give_place
    from crossdesk.parties.founding import join
    from crossdesk.parties.models import Person
    from crossdesk.threads.viewer import verbs

    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as trouble:
        raise Invalid(f"“{email}” is not an e-mail address; nobody was invited.") from trouble
    if not name.strip():
        raise Invalid("Give the person's name with --name; nobody was invited.")
    if Person.objects.filter(email__iexact=email).exists():
        raise Invalid(f"{email} can sign in already; ask an administrator for a new password if it is lost.")
    password = secrets.token_urlsafe(12)
    with verbs():
        desk = found_centre(rulebook.current())
        person = Person.objects.create_user(email, name.strip(), password)
        membership = join(person, desk.owner, Role.ADMINISTRATOR, Role.AGENT, since=at)
        give_place(desk, membership)
    return desk.name, password
