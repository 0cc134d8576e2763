"""`crossdesk partner-desk`: the other side of an exchange, played on this machine for rehearsals. Needs no database."""

from __future__ import annotations

from threading import Event

import click


@click.group(name="partner-desk")
def partner_desk() -> None:
    """Play the other side of an exchange, its failures included."""


@partner_desk.command()
@click.option("--port", default=8099, show_default=True)
@click.option("--user", default="crossdesk", show_default=True)
@click.option("--password", default="rehearsal-only", show_default=True)
@click.option(
    "--plays",
    default="begin,comment,ask,resolve",
    show_default=True,
    help="What its person does with each case, in order: begin, comment, note, ask, hold, resolve, refuse, unknown.",
)
@click.option("--every", default=15.0, show_default=True, help="Seconds between two of these.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND[:METHOD[:TIMES]]",
    help="error, unavailable, garbage, hibernating, slow, landed or throttled; may be given several times.",
)
def servicenow(port: int, user: str, password: str, plays: str, every: float, faults: tuple[str, ...]) -> None:
    """A desk that works in ServiceNow."""
    from crossdesk.commands.partner_desk.servicenow import played
    from crossdesk.commands.partner_desk.servicenow.app import application
    from crossdesk.commands.partner_desk.serving import served

    player = played.player(user, password, plays, faults)
    with served(application(player.person.instance), port) as address:
        click.echo(f"A ServiceNow instance answers at {address} (Ctrl-C stops it).")
        click.echo(f"Agree on ServiceNow at this address and keep the credential {user}:{password}.")
        click.echo(f"Crossdesk speaks with it when it runs with CROSSDESK_EXCHANGE_INSIDE=127.0.0.1:{port}.")
        try:
            while not Event().wait(every):
                for line in player.step():
                    click.echo(line)
        except KeyboardInterrupt:
            click.echo("")
