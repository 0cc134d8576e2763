"""`crossdesk market`: the market's rules as an editor of the folder meets them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from crossdesk import rulebook
from crossdesk.access import Invalid
from crossdesk.commands.django import setup
from crossdesk.kit.time import LONDON
from crossdesk.rulebook.editions import digest
from crossdesk.rulebook.kinds import KINDS


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


@market.command(short_help="What an edit changes, and how past cases would have been judged.")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--replay", is_flag=True, help="Judge past cases by the edited rules.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only cases raised from this day on.")
@click.option("--limit", type=click.IntRange(min=1), help="Only so many of the newest, those linked to them included.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; the last has the totals.")
def plan(folder: Path | None, replay: bool, since: datetime | None, limit: int | None, as_json: bool) -> None:
    """Say what applying the rules would change.

    FOLDER holds edited rows, to be laid over the packaged ones; without it, the folder that CROSSDESK_RULES names,
    if any. With --replay, past cases are walked entry by entry and judged by the edited rules, beside what really
    happened. Nothing is written.
    """
    if not replay and (since or limit or as_json):
        raise click.UsageError("--since, --limit and --json go with --replay.")
    edited = _edited(folder)
    setup()
    from crossdesk.editions.applying import applied
    from crossdesk.rulebook.editions import difference

    before = applied()
    if replay:
        _replay(before or rulebook.packaged(), edited, since, limit, as_json)
        return
    if before is None:
        click.echo("No edition has been applied yet; `crossdesk market apply` keeps the first.")
        return
    changes = difference(before, edited)
    for change in changes:
        click.echo(change.words)
    click.echo(f"{len(changes)} changes." if changes else "The rules in force say the same; nothing would change.")


def _edited(folder: Path | None) -> rulebook.Rulebook:
    """The rules as edited, or one sentence: every problem is `check`'s to tell."""
    laid_over = folder or rulebook.overlay()
    if laid_over is not None and not laid_over.is_dir():
        raise Invalid(f"There is no folder {laid_over}: name one with the rows you edited, as TOML files.")
    book, problems = rulebook.examine(rulebook.PACKAGED, laid_over)
    if book is None:
        first, more = problems[0], f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        raise Invalid(
            f"The edited rules do not check ({first.file}, {first.row}: {first.what.rstrip('.')}{more}):"
            f" run crossdesk market check{f' {folder}' if folder else ''}, which names every remedy."
        )
    return book


def _replay(
    then: rulebook.Rulebook, edited: rulebook.Rulebook, since: datetime | None, limit: int | None, as_json: bool
) -> None:
    from crossdesk.commands.replaying import told
    from crossdesk.impact.history import only_reading, replay
    from crossdesk.rulebook.editions import difference

    start = since.replace(tzinfo=LONDON) if since else datetime.min.replace(tzinfo=UTC)
    with only_reading():
        told(difference(then, edited), replay(then, edited, since=start, limit=limit), as_json)


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
