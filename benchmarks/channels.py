"""How many messages a second go out and come in on every channel, with the queue short and with 100,000 of the same
channel waiting, beside the limit: empty posts or bare SMTP one after the other for what leaves, plain inserts for what
comes in.

    python -m crossdesk.postgres FOLDER python -m benchmarks.channels --waiting 100000

Each channel is measured in a process and on a database of its own; far sides of ServiceNow, TMF621 and mail are
processes too.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import click
import psycopg

from benchmarks.borrowed import database
from benchmarks.every_channel import CHANNELS, Way

HEADS = ("", "short", "limit", "ratio", "waiting", "limit", "ratio", "against it")
"""The last: how the rate fares against the limit of that moment while so many wait, compared with a short queue."""


@click.command()
@click.option("--waiting", default=100_000, show_default=True)
@click.option("--messages", default=30, show_default=True)
@click.option("--rounds", default=3, show_default=True, help="The best counts.")
@click.option("--channel", type=click.Choice([*CHANNELS]), help="Without it: every channel, one after the other.")
def main(waiting: int, messages: int, rounds: int, channel: str | None) -> None:
    if channel is None:
        click.echo(f"{HEADS[0]:24}" + "".join(f"{each:>11}" for each in HEADS[1:]))
        asked = {"--waiting": waiting, "--messages": messages, "--rounds": rounds}
        told = [str(each) for pair in asked.items() for each in pair]
        again = [sys.executable, "-m", "benchmarks.channels", *told]
        for each in CHANNELS:
            subprocess.run([*again, "--channel", each], check=True)
        return
    os.environ |= {"CROSSDESK_EXCHANGE_INSIDE": "127.0.0.1", "CROSSDESK_API_RATE": "1000000"}
    with database(f"crossdesk_bench_{channel.replace('-', '_')}") as owner, CHANNELS[channel](owner, messages) as ways:
        _measure(owner, channel, ways, (waiting, messages, rounds))


def _measure(owner: psycopg.Connection, channel: str, ways: list[Way], sizes: tuple[int, int, int]) -> None:
    waiting, messages, rounds = sizes
    logging.disable(logging.WARNING)  # each request of a tool, and that no mail server is there
    short = [each.rate(messages, rounds) for each in ways]
    for each in ways:
        each.fill(waiting)
    owner.execute("analyze")
    for each, (before, then) in zip(ways, short, strict=True):
        full, now = each.rate(messages, rounds)
        told = [before, then, then / before, full, now, now / full]
        fares = (full / now) / (before / then)
        click.echo(
            f"{channel + ', ' + each.name:24}" + "".join(f"{value:>11.1f}" for value in told) + f"{fares:>11.2f}"
        )


if __name__ == "__main__":
    main()
