"""Ten thousand letters with loops, bounces, copies and machines that answer machines: that it ends, and how fast.

    python -m crossdesk.postgres FOLDER python -m benchmarks.loops --mails 10000

Like benchmarks.desk it makes a database of its own on that server and drops it again. Each letter is stored, read and
filed as by the mailbox and the worker; ours leave by SMTP to a server of the story. Exits with 1 where a letter has no
fate or answers go round.
"""

from __future__ import annotations

import sys
from random import Random

import click

from benchmarks.borrowed import database


@click.command()
@click.option("--mails", default=10_000, show_default=True)
@click.option("--seed", default=621, show_default=True)
def main(mails: int, seed: int) -> None:
    with database(f"crossdesk_bench_loops_{mails}"):
        from django.test import override_settings

        from crossdesk.cases.tests.cast import cast
        from crossdesk.exchange.tests.post_office import post_office
        from crossdesk.exchange.tests.storm import MOST_ROUNDS, Storm

        with post_office() as office, override_settings(SMTP_URL=office.url):
            told = Storm(cast(), office, Random(seed)).blow(mails)
    fates = ", ".join(f"{count:,} {fate}" for fate, count in sorted(told.fates.items()))
    click.echo(
        f"{told.offered:,} letters offered, {told.kept:,} different ones kept: {fates}; {told.waiting} without a fate"
    )
    click.echo(
        f"{told.sent:,} letters of ours, {told.cases:,} cases, {told.rounds} rounds of machines answering machines"
    )
    click.echo(f"{told.per_second:.0f} letters a second, stored, read, filed and answered")
    if told.waiting or told.rounds >= MOST_ROUNDS or sum(told.fates.values()) != told.kept:
        sys.exit(1)


if __name__ == "__main__":
    main()
