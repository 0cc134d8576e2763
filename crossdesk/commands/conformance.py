"""`crossdesk conformance`: tries out a new participant's desk before cases go to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crossdesk.commands.django import setup

if TYPE_CHECKING:
    from crossdesk.exchange.conformance.steps import Step


@click.command(short_help="Try out a participant's endpoint.")
@click.option("--party", "name", required=True, help="The party's name, or its short name.")
@click.option("--by", default="The command line", help="Who runs it; kept with the report.")
@click.option("--wait", default=60.0, show_default=True, help="Seconds to wait for each answer of theirs.")
def conformance(name: str, by: str, wait: float) -> None:
    """Run the joining kit through the agreement in force: test messages only, no case here. The report is kept on the
    agreement. Exits with 1 where something is to be mended or not proved."""
    setup()
    from crossdesk.commands.token import party_named
    from crossdesk.exchange.conformance import runs

    party = party_named(name)
    kept = runs.run(party, by=by, told=_told, patience=wait, every=min(2.0, wait))
    verdict = "passes" if kept.passed else "does not pass yet"
    click.echo(f"{party} {verdict}; the report is kept on {kept.agreement}.")
    if not kept.passed:
        raise SystemExit(1)


def _told(step: Step) -> None:
    click.echo(f"{step.name:<12} {step.verdict:<10} {step.words}")
