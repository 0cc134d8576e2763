"""`crossdesk certificate`: the S/MIME certificates of other organisations, for whoever runs the installation."""

from __future__ import annotations

from pathlib import Path

import click

from crossdesk.access import Invalid
from crossdesk.commands.django import setup

BY = "The command line"


@click.group(short_help="S/MIME certificates of parties.")
def certificate() -> None:
    """Keep, list and retire the certificates that signed letters of a party are checked against."""


@certificate.command()
@click.option("--party", "party_name", required=True, help="The party's name, or its short name.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def keep(party_name: str, file: Path) -> None:
    """Keep the certificate in FILE (PEM): an authority's, or that of one mailbox."""
    setup()
    from crossdesk.commands.token import party_named
    from crossdesk.exchange import certificates
    from crossdesk.kit.time import in_full, now
    from crossdesk.threads.viewer import verbs

    party = party_named(party_name)
    with verbs():
        kept = certificates.keep(party, file.read_text(encoding="utf-8", errors="replace"), by=BY, at=now())
    click.echo(f"{kept} is kept for {party}, until {in_full(kept.until)}.")


@certificate.command("list")
@click.option("--party", "party_name", default="", help="Only this party's.")
def listed(party_name: str) -> None:
    """Show the certificates that are kept, with the number `retire` takes."""
    setup()
    from crossdesk.commands.token import party_named
    from crossdesk.exchange.certificates import Certificate
    from crossdesk.kit.time import in_full
    from crossdesk.threads.viewer import verbs

    chosen = {"party": party_named(party_name)} if party_name else {}
    with verbs():
        for each in Certificate.objects.filter(retired_at=None, **chosen).select_related("party").order_by("pk"):
            click.echo(f"{each.pk}  {each.party}: {each}, until {in_full(each.until)}")


@certificate.command()
@click.argument("number", type=int)
def retire(number: int) -> None:
    """Trust the certificate NUMBER no longer."""
    setup()
    from crossdesk.exchange import certificates
    from crossdesk.kit.time import now
    from crossdesk.threads.viewer import verbs

    with verbs():
        found = certificates.Certificate.objects.filter(pk=number).first()
        if found is None:
            raise Invalid(f"No certificate has the number {number}; crossdesk certificate list shows them.")
        certificates.retire(found, at=now())
    click.echo(f"{found} is trusted no longer.")
