"""`crossdesk signals`: the DIP's message journal from files, a followed folder or a stream; and made-up journals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crossdesk.commands.django import setup

if TYPE_CHECKING:
    from crossdesk.signals.models import Feed
    from crossdesk.signals.sampling import Market

BY = "The command line"


@click.group()
def signals() -> None:
    """Notice faults in the DIP's message journal."""


@signals.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def read(files: tuple[Path, ...]) -> None:
    """Read FILES: CSV, JSON lines or Parquet, plain or compressed by gzip or zstd."""
    setup()
    from crossdesk.kit.time import now
    from crossdesk.signals.digesting import digest_waiting
    from crossdesk.signals.receiving import take_in_file

    for file in files:
        feed, new = take_in_file(file, way="file", by=BY, at=now())
        digest_waiting(now())
        _tell(feed, new)
    _tell_proposed()


@signals.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--every", default=5, show_default=True, help="Seconds between two looks.")
def follow(folder: Path, every: int) -> None:
    """Read what is put into FOLDER until this command is stopped. Files move to its folder `taken`."""
    setup()
    import threading

    from crossdesk.kit.time import now
    from crossdesk.signals.digesting import digest_waiting
    from crossdesk.signals.following import take_from

    stopped = threading.Event()
    while not stopped.is_set():
        for feed in take_from(folder, now()):
            digest_waiting(now())
            _tell(feed, new=True)
        stopped.wait(every)


@signals.command()
@click.option("--name", default="journal", show_default=True, help="What its batches are called.")
@click.option("--every", default=10, show_default=True, help="Seconds of events that make one batch.")
def stream(name: str, every: int) -> None:
    """Read events as JSON lines from standard input until it ends, as the client of a broker writes them.

    Where it stopped, start the client from a little earlier: an event that is told twice counts once.
    """
    setup()
    import sys

    from crossdesk.kit.time import now
    from crossdesk.signals.digesting import digest_waiting
    from crossdesk.signals.receiving import take_in
    from crossdesk.signals.streaming import batches

    for batch in batches(sys.stdin.fileno(), every=timedelta(seconds=every)):
        at = now()
        feed, new = take_in([batch], name=f"{name}-{at:%Y%m%dT%H%M%SZ}.ndjson", way="stream", by=BY, at=at)
        digest_waiting(now())
        _tell(feed, new)
    _tell_proposed()


@signals.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same events.")
@click.option("--hours", default=3, show_default=True, help="How long it lasts, up to now or to --until.")
@click.option("--until", default="", help="An ISO 8601 moment.")
@click.option("--messages", default=200, show_default=True, help="In the busiest half-hour.")
@click.option("--trouble", type=click.Choice(["none", "unknown-mpans", "endpoint"]), default="unknown-mpans")
@click.option("--mpans", default=640, show_default=True, help="How many fail.")
def sample(file: Path, seed: int, hours: int, until: str, messages: int, trouble: str, mpans: int) -> None:
    """Write a made-up journal to FILE (.ndjson, .csv, .parquet; .gz after the first two).

    Its participants are the parties of the directory where the database holds three suppliers with DIP ids, and
    invented otherwise.
    """
    from crossdesk.kit.time import half_hour_of, now
    from crossdesk.signals.sampling import Sampling, Trouble, written

    end = datetime.fromisoformat(until).astimezone(UTC) if until else now()
    begins = half_hour_of(end - timedelta(hours=hours))
    made = Sampling(_market(), seed)
    events = list(made.calm(begins, hours * 2, messages))
    if trouble != "none":
        events += made.trouble(Trouble(end - timedelta(minutes=50), timedelta(minutes=40), trouble, mpans))
    events = [event for event in events if event["TimeGenerated"] <= f"{end:%Y-%m-%dT%H:%M:%S}"]
    file.write_bytes(written(events, "".join(file.suffixes[-2:] if file.suffix == ".gz" else file.suffixes[-1:])[1:]))
    click.echo(f"{len(events):,} events are in {file}. They are made up: seed {seed}.")


def _market() -> Market:
    """Of the directory, so that a demonstration's board shows its own parties."""
    setup()
    from crossdesk.commands.demonstration.journal import market_here

    return market_here()


def _tell(feed: Feed, new: bool) -> None:
    from crossdesk.signals.models import Feed as Kept
    from crossdesk.threads.viewer import verbs

    with verbs():
        feed = Kept.objects.get(pk=feed.pk)
    if feed.state == Kept.State.FAILED:
        click.echo(f"{feed.name}: {feed.trouble}", err=True)
        return
    before = "" if new else " It was given before, and is the same feed."
    click.echo(
        f"{feed.name}: {feed.lines:,} lines, {feed.events:,} events taken, {feed.repeated:,} said twice,"
        f" {feed.rejected:,} lines rejected.{before}"
    )
    for reason, lines in feed.reasons.items():
        click.echo(f"  {lines:,} × {reason}")


def _tell_proposed() -> None:
    from crossdesk.signals.models import Fault
    from crossdesk.threads.viewer import verbs

    with verbs():
        for fault in Fault.objects.filter(state=Fault.State.PROPOSED).order_by("-last_at")[:20]:
            click.echo(f"Proposed: {fault.detector}: {fault.because}")
