"""`crossdesk status`: the public status page as files for another web server, and the check of such files."""

from __future__ import annotations

from pathlib import Path

import click

from crossdesk.commands.django import setup
from crossdesk.kit.time import in_full, now, span


@click.group()
def status() -> None:
    """Write the public status page as a signed site, and check one."""


@status.command()
@click.argument("folder", type=click.Path(path_type=Path))
def write(folder: Path) -> None:
    """Write what the public was told into FOLDER, in place of what Crossdesk wrote there before."""
    setup()
    from crossdesk.web.status.keeper import Keeper

    Keeper(folder.absolute()).write(now())
    _tell(folder, "")


@status.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--key", default="", help="The fingerprint of a key you trust; the site must be signed with it.")
def verify(folder: Path, key: str) -> None:
    """Name the first wrong, missing or extra file of FOLDER, if any. Needs no database and no network."""
    _tell(folder, key)


def _tell(folder: Path, key: str) -> None:
    from crossdesk.proof.folder import check

    checked = check(folder, key)
    at = checked.head.written_at
    click.echo(f"{checked.files} files, all as they were written on {in_full(at)}, {span(now() - at)} ago.")
    if not key:
        click.echo(f"Signed by {checked.head.key}\nCompare it with the anchors page, or give it as --key.")
