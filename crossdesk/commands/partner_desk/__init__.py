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


@partner_desk.command("crossdesk")
@click.option("--port", default=8098, show_default=True)
@click.option("--token", default="rehearsal-only", show_default=True, help="What it is signed in to with.")
@click.option(
    "--answer-to", default="", metavar="URL", help="The Crossdesk it answers; without one it works in silence."
)
@click.option("--key", default="", metavar="TOKEN", help="Its own key there: crossdesk token create --scope exchange.")
@click.option("--plays", default="begin,resolve", show_default=True, help="In order: begin, ask, resolve, refuse.")
@click.option("--every", default=5.0, show_default=True, help="Seconds between two of these.")
@click.option("--slow", default=0.0, help="Seconds before it answers.")
@click.option("--down", is_flag=True, help="It answers 503.")
@click.option("--duplicate", is_flag=True, help="It says everything twice.")
@click.option("--out-of-order", is_flag=True, help="What waits leaves the newest first.")
@click.option("--garbage", is_flag=True, help="It answers with cut-off JSON.")
@click.option("--refuses", is_flag=True, help="It refuses every case.")
@click.option("--redirects", default="", metavar="DESK", help="It refuses every case and names this desk.")
def crossdesk_desk(
    port: int, token: str, answer_to: str, key: str, plays: str, every: float, refuses: bool, redirects: str,
    slow: float, down: bool, duplicate: bool, out_of_order: bool, garbage: bool,
) -> None:  # fmt: skip
    """A desk that works in another Crossdesk."""
    from crossdesk.commands.partner_desk.messages.app import Player, application
    from crossdesk.commands.partner_desk.messages.desk import STEPS, Manner, MessageDesk
    from crossdesk.commands.partner_desk.serving import served

    steps = [each.strip() for each in plays.split(",") if each.strip()]
    if wrong := next((each for each in steps if each not in STEPS), None):
        raise click.BadParameter(f"“{wrong}” is nothing its person does; there are {', '.join(STEPS)}.")
    chosen = ("refuse",) if refuses or redirects else tuple(steps)
    desk = MessageDesk(Manner(chosen, redirects, slow, down, duplicate, out_of_order, garbage))
    player = Player(desk, answer_to, key)
    with served(application(desk, token), port) as address:
        click.echo(f"A desk with a Crossdesk of its own answers at {address} (Ctrl-C stops it).")
        click.echo(f"Agree on another Crossdesk at this address and keep the credential {token}.")
        click.echo(f"Crossdesk speaks with it when it runs with CROSSDESK_EXCHANGE_INSIDE=127.0.0.1:{port}.")
        try:
            while not Event().wait(every):
                for line in player.step():
                    click.echo(line)
        except KeyboardInterrupt:
            click.echo("")
