"""`crossdesk partner-desk`: the other side of an exchange, played on this machine for rehearsals. Needs no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crossdesk.commands.partner_desk.faults import fault_option

if TYPE_CHECKING:
    from crossdesk.commands.partner_desk.faults import Faults

EVERY = click.option("--every", default=15.0, show_default=True, help="Seconds between two steps of its person.")


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
@EVERY
@fault_option
def servicenow(port: int, user: str, password: str, plays: str, every: float, faults: Faults) -> None:
    """A desk that works in ServiceNow."""
    from crossdesk.commands.partner_desk.playing import play
    from crossdesk.commands.partner_desk.servicenow import played
    from crossdesk.commands.partner_desk.servicenow.app import application
    from crossdesk.commands.partner_desk.serving import served

    player = played.player(user, password, plays, faults)
    with served(application(player.person.instance), port) as address:
        click.echo(f"A ServiceNow instance answers at {address} (Ctrl-C stops it).")
        click.echo(f"Agree on ServiceNow at this address and keep the credential {user}:{password}.")
        click.echo(f"Crossdesk speaks with it when it runs with CROSSDESK_EXCHANGE_INSIDE=127.0.0.1:{port}.")
        play(player, every)


@partner_desk.command("crossdesk")
@click.option("--port", default=8098, show_default=True)
@click.option("--token", default="rehearsal-only", show_default=True, help="What it is signed in to with.")
@click.option(
    "--answer-to", default="", metavar="URL", help="The Crossdesk it answers; without one it works in silence."
)
@click.option("--key", default="", metavar="TOKEN", help="Its own key there: crossdesk token create --scope exchange.")
@click.option("--plays", default="begin,resolve", show_default=True, help="In order: begin, ask, resolve, refuse.")
@EVERY
@fault_option
def crossdesk_desk(port: int, token: str, answer_to: str, key: str, plays: str, every: float, faults: Faults) -> None:
    """A desk that works in another Crossdesk."""
    from crossdesk.commands.partner_desk.messages.app import Player, application
    from crossdesk.commands.partner_desk.messages.desk import STEPS, MessageDesk
    from crossdesk.commands.partner_desk.playing import play, steps_of
    from crossdesk.commands.partner_desk.serving import served

    desk = MessageDesk(steps_of(plays, STEPS), faults)
    with served(application(desk, token), port) as address:
        click.echo(f"A desk with a Crossdesk of its own answers at {address} (Ctrl-C stops it).")
        click.echo(f"Agree on another Crossdesk at this address and keep the credential {token}.")
        click.echo(f"Crossdesk speaks with it when it runs with CROSSDESK_EXCHANGE_INSIDE=127.0.0.1:{port}.")
        play(Player(desk, answer_to, key), every)


@partner_desk.command()
@click.option("--port", default=8097, show_default=True)
@click.option("--token", default="rehearsal-only", show_default=True, help="What it is signed in to with.")
@click.option(
    "--answer-to",
    default="",
    metavar="URL",
    help="The face it tells that something changed: https://our.address/tmf-api/troubleTicket/v5. Without one it is"
    " asked every minute.",
)
@click.option("--key", default="", metavar="TOKEN", help="Its own key there: crossdesk token create --scope tickets.")
@click.option(
    "--plays",
    default="begin,comment,ask,attach,resolve",
    show_default=True,
    help="In order: begin, comment, ask, attach, hold, resolve, refuse.",
)
@EVERY
@fault_option
def tmf621(port: int, token: str, answer_to: str, key: str, plays: str, every: float, faults: Faults) -> None:
    """A desk behind a TMF621 Trouble Ticket server, v5 and v4."""
    from crossdesk.commands.partner_desk.playing import play, steps_of
    from crossdesk.commands.partner_desk.serving import served
    from crossdesk.commands.partner_desk.tmf621.app import BASE, application
    from crossdesk.commands.partner_desk.tmf621.desk import TicketDesk
    from crossdesk.commands.partner_desk.tmf621.played import STEPS, Player

    desk = TicketDesk(faults)
    steps = steps_of(plays, STEPS)
    with served(application(desk, token), port) as address:
        click.echo(f"A TMF621 server answers at {address}{BASE}/v5 and …/v4 (Ctrl-C stops it).")
        click.echo(f"Agree on TMF621 at one of these addresses (profile v5 or v4) and keep the credential {token}.")
        click.echo(f"Crossdesk speaks with it when it runs with CROSSDESK_EXCHANGE_INSIDE=127.0.0.1:{port}.")
        play(Player(desk, steps, answer_to, key), every)


@partner_desk.command()
@click.option("--port", default=8096, show_default=True, help="Where letters come in, by SMTP.")
@click.option("--address", default="service-desk@pennine.example", show_default=True, help="Its mailbox.")
@click.option(
    "--answer-to", default="smtp://127.0.0.1:2525", show_default=True, metavar="URL", help="Where its letters leave."
)
@click.option(
    "--style",
    type=click.Choice(["prefix", "servicenow", "jira", "blocks"]),
    default="prefix",
    show_default=True,
    help="prefix: [PG-1001] in the subject; servicenow: number and watermark; jira: key; blocks: our own lines.",
)
@click.option(
    "--form",
    type=click.Choice(["plain", "html", "top-posted"]),
    default="plain",
    show_default=True,
    help="Text alone, a page alone, or text above the quoted letter.",
)
@click.option(
    "--plays",
    default="begin,ask,resolve",
    show_default=True,
    help="In order: begin, comment, ask, attach, away (out of office), resolve, refuse.",
)
@EVERY
@fault_option
def mail(
    port: int, address: str, answer_to: str, style: str, form: str, plays: str, every: float, faults: Faults
) -> None:
    """A desk behind a mailbox."""
    from crossdesk.commands.partner_desk.mail.desk import STEPS, MailDesk
    from crossdesk.commands.partner_desk.mail.played import Player, listening
    from crossdesk.commands.partner_desk.mail.writing import Manner
    from crossdesk.commands.partner_desk.playing import play, steps_of

    desk = MailDesk(steps_of(plays, STEPS), Manner(address, style, form), faults)
    with listening(desk, port) as server:
        click.echo(f"A desk reads letters to {address} at {server} and answers to {answer_to} (Ctrl-C stops it).")
        click.echo(f"Letters reach it with CROSSDESK_SMTP_URL={server}, or out of a demonstration with")
        click.echo(f"CROSSDESK_PLAYED_MAIL={desk.manner.domain}:{port}.")
        play(Player(desk, answer_to), every)
