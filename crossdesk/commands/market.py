"""`crossdesk market`: the market's rules as an editor of the folder meets them."""

from __future__ import annotations

from pathlib import Path

import click

from crossdesk import rulebook
from crossdesk.commands.django import setup
from crossdesk.rulebook.editions import digest
from crossdesk.rulebook.model import KINDS


@click.group(short_help="The market's rules: check, plan, apply.")
def market() -> None:
    """The market's rules: check them, see what an edit changes, apply them."""


@market.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def check(folder: Path | None) -> None:
    """Read the market rules and say everything that is wrong with them.

    FOLDER holds an operator's own rows, to be laid over the packaged ones; without it, the folder that
    CROSSDESK_RULES names, if any.
    """
    book, problems = rulebook.examine(rulebook.PACKAGED, folder or rulebook.overlay())
    for problem in problems:
        click.echo(f"{problem.file}, {problem.row}\n  {problem.what}\n  {problem.remedy}", err=True)
    if book is None or problems:
        count = len(problems)
        click.echo(f"\n{count} {'problem' if count == 1 else 'problems'}. Nothing has been changed.", err=True)
        raise SystemExit(1)
    click.echo(summary(book))


@market.command()
def plan() -> None:
    """Say what applying the rules would change."""
    setup()
    from crossdesk.editions.applying import applied
    from crossdesk.editions.applying import plan as planned

    if applied() is None:
        click.echo("No edition has been applied yet; `crossdesk market apply` keeps the first.")
        return
    changes = planned(rulebook.packaged())
    for change in changes:
        click.echo(change.words)
    click.echo(f"{len(changes)} changes." if changes else "The rules in force say the same; nothing would change.")


@market.command(short_help="Put the rules in force.")
@click.option("--by", default="operator", show_default=True, help="Who applies them, for the record.")
def apply(by: str) -> None:
    """Put the rules in force: the whole edition is kept, and every process reads it within half a minute."""
    setup()
    from crossdesk.editions.applying import apply as put_in_force
    from crossdesk.kit.time import now

    edition = put_in_force(rulebook.packaged(), by=by, at=now())
    click.echo(f"In force: {edition}." if edition else "The rules in force already say the same; nothing was changed.")


def summary(book: rulebook.Rulebook) -> str:
    lines = [f"{'Rules':<16} {'Rows':>5} {'Not published':>14} {'With a note':>12}"]
    for kind in KINDS:
        rows = book.rows(kind).values()
        unpublished = sum(not row.published for row in rows)
        noted = sum(bool(row.note) for row in rows)
        lines.append(f"{kind.replace('_', ' '):<16} {len(rows):>5} {unpublished or '-':>14} {noted or '-':>12}")
    return "\n".join([*lines, "", f"The rules fit together. Their digest is {digest(book)[:12]}."])
