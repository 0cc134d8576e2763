"""`crossdesk market`: the market's rules as an editor of the folder meets them."""

from __future__ import annotations

from pathlib import Path

import click

from crossdesk import rulebook
from crossdesk.rulebook.editions import digest
from crossdesk.rulebook.model import KINDS


@click.group()
def market() -> None:
    """The market's rules: check them."""


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


def summary(book: rulebook.Rulebook) -> str:
    lines = [f"{'Rules':<16} {'Rows':>5} {'Not published':>14} {'With a note':>12}"]
    for kind in KINDS:
        rows = book.rows(kind).values()
        unpublished = sum(not row.published for row in rows)
        noted = sum(bool(row.note) for row in rows)
        lines.append(f"{kind.replace('_', ' '):<16} {len(rows):>5} {unpublished or '-':>14} {noted or '-':>12}")
    return "\n".join([*lines, "", f"The rules fit together. Their digest is {digest(book)[:12]}."])
