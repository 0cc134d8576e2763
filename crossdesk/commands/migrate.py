from __future__ import annotations

import click

from crossdesk.commands.django import setup


@click.command(short_help="Bring the database to this version.")
def migrate() -> None:
    """Bring the database to this version, as its owner (CROSSDESK_OWNER_URL)."""
    setup()
    from crossdesk.project.schema import prepare

    prepare()
    click.echo("The database is at this version.")
