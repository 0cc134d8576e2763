from __future__ import annotations

import click

from crossdesk.commands.django import setup


@click.command(short_help="Bring the database to this version.")
@click.option(
    "--record", is_flag=True, help="For developers: from an empty database, write down anew what is said to one."
)
def migrate(record: bool) -> None:
    """Bring the database to this version, as its owner (CROSSDESK_OWNER_URL)."""
    setup()
    from crossdesk.project import recorded
    from crossdesk.project.schema import prepare

    if record:
        if not recorded.is_empty():
            raise click.ClickException("Recording begins with an empty database, and this one has tables.")
        recorded.RECORD.write_text(recorded.record())
    prepare()
    click.echo("The database is at this version.")
