"""`crossdesk audit`: proving that no timeline was changed."""

from __future__ import annotations

import click

from crossdesk.commands.django import setup


@click.group()
def audit() -> None:
    """Prove that the timelines are as they were written."""


@audit.command()
def verify() -> None:
    """Recompute every hash chain and name the first entry that does not fit."""
    setup()
    from crossdesk.threads.chain import broken_links
    from crossdesk.threads.models import ChainHead, Entry
    from crossdesk.threads.viewer import verbs

    with verbs():
        broken = next(broken_links(), None)
        chains, entries = ChainHead.objects.count(), Entry.objects.count()
    if broken:
        click.echo(f"{broken}\nKeep this database as it is and compare it with a backup.", err=True)
        raise SystemExit(1)
    click.echo(f"Chains: {chains:,}. Entries: {entries:,}. All are as they were written.")
