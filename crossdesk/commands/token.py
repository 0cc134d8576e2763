"""`crossdesk token`: keys of machines, for whoever runs the installation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from crossdesk.access import Invalid
from crossdesk.commands.django import setup

if TYPE_CHECKING:
    from crossdesk.parties.models import Party

BY = "The command line"


@click.group(short_help="Keys for machines.")
def token() -> None:
    """Make, list and revoke the keys that machines of a party sign in with."""


@token.command()
@click.option("--party", "party_name", required=True, help="The party's name, or its short name.")
@click.option("--scope", "scopes", multiple=True, required=True, help="What it is for; may be given several times.")
@click.option("--name", default="", help="What uses it.")
@click.option("--days", type=int, default=365, show_default=True, help="How long it lasts.")
def create(party_name: str, scopes: tuple[str, ...], name: str, days: int) -> None:
    """Make a key and print its token, once; on a line of its own, so that a script can take it."""
    setup()
    from crossdesk.accounts.keys import make_unasked
    from crossdesk.accounts.scopes import scopes_from
    from crossdesk.kit.time import in_full, now

    party = party_named(party_name)
    wanted = scopes_from(scopes)
    called = name or ", ".join(sorted(wanted))
    key, secret = make_unasked(party, name=called, scopes=wanted, by=BY, at=now(), lasting=timedelta(days=days))
    click.echo(f"{key} of {party}, for {', '.join(key.scopes)}, until {in_full(key.expires_at)}.", err=True)
    click.echo("Its token is shown this once:", err=True)
    click.echo(secret)


@token.command("list")
@click.option("--party", "party_name", default="", help="Only this party's.")
def listed(party_name: str) -> None:
    """Show the keys there are; never their secrets."""
    setup()
    from crossdesk.accounts.keys import why_shut
    from crossdesk.accounts.models import Key
    from crossdesk.kit.time import clock_time, now
    from crossdesk.threads.viewer import verbs

    at = now()
    chosen = {"party": party_named(party_name)} if party_name else {}
    with verbs():
        keys = list(Key.objects.filter(**chosen).select_related("party").order_by("party__name", "-created_at"))
    for key in keys:
        used = f"last used {clock_time(key.last_used_at, at)}" if key.last_used_at else "never used"
        state = "opens nothing" if why_shut(key, at) else f"until {clock_time(key.expires_at, at)}"
        click.echo(f"{key.public_id}  {key.party}  {key.name}  [{' '.join(key.scopes)}]  {state}, {used}")
    if not keys:
        click.echo("There is no key yet: crossdesk token create --party … --scope tickets makes one.")


@token.command()
@click.argument("public_id")
def revoke(public_id: str) -> None:
    """Revoke a key by the public id that `list` shows; its token opens nothing from then on."""
    setup()
    from crossdesk.accounts.keys import revoke_unasked
    from crossdesk.accounts.models import Key
    from crossdesk.kit.time import now
    from crossdesk.threads.viewer import verbs

    with verbs():
        key = Key.objects.select_related("party").filter(public_id=public_id.strip().upper()).first()
    if key is None:
        raise Invalid(f"There is no key {public_id}; crossdesk token list shows those there are.")
    revoke_unasked(key, by=BY, at=now())
    click.echo(f"{key} of {key.party} is revoked.")


def party_named(name: str) -> Party:
    from django.db.models import Q

    from crossdesk.parties.models import Party
    from crossdesk.threads.viewer import verbs

    with verbs():
        found = list(Party.objects.filter(Q(name__iexact=name.strip()) | Q(short_name__iexact=name.strip()))[:2])
        near = list(Party.objects.filter(name__icontains=name.strip()).values_list("name", flat=True)[:5])
    if len(found) == 1:
        return found[0]
    hint = f" Did you mean {' or '.join(near)}?" if near else " The directory's pages show every party."
    raise Invalid(f"“{name}” is the name of {'several parties' if found else 'no party'} here.{hint}")
