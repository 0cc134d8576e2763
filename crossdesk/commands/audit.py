"""`crossdesk audit`: proving that no timeline was changed, anchoring them, and having words erased."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crossdesk.access import Invalid
from crossdesk.commands.django import setup

if TYPE_CHECKING:
    from crossdesk.proof.check import Report
    from crossdesk.threads.viewer import Viewer


@click.group()
def audit() -> None:
    """Prove that the timelines are as they were written."""


@audit.command()
def verify() -> None:
    """Recompute every hash chain and every anchor, and name the first thing that does not fit."""
    setup()
    from crossdesk.cases.evidence import altered
    from crossdesk.threads.anchored import broken_anchors
    from crossdesk.threads.chain import broken_links
    from crossdesk.threads.models import Anchor, ChainHead, Entry
    from crossdesk.threads.viewer import verbs

    began = time.monotonic()
    with verbs():
        chains, entries, anchors = ChainHead.objects.count(), Entry.objects.count(), Anchor.objects.count()
        looks: tuple[Callable[[], object], ...] = (
            lambda: next(broken_links(_progress(entries)), None),
            lambda: next(altered(), None),
            lambda: next(broken_anchors(), None),
        )
        broken = next((found for look in looks if (found := look())), None)
    if broken:
        click.echo(f"{broken}\nKeep this database as it is and compare it with a backup.", err=True)
        raise SystemExit(1)
    click.echo(
        f"Chains: {chains:,}. Entries: {entries:,}. Anchors: {anchors:,}. All are as they were written"
        f" ({time.monotonic() - began:.1f} s)."
    )


def _progress(entries: int) -> Callable[[int], None]:
    return lambda seen: click.echo(f"  {seen:,} of {entries:,} entries", err=True)


@audit.command()
def anchor() -> None:
    """Make today's anchor now, if it is not there yet."""
    setup()
    from crossdesk.kit.time import now
    from crossdesk.threads import anchoring

    made = anchoring.anchor(now())
    click.echo(f"Anchor {made.number} of {made.day}\n  root {bytes(made.root).hex()}\n  key  {made.key.fingerprint}")


@audit.command()
@click.option("--lost", is_flag=True, help="The old key is gone, so it cannot vouch for the new one.")
def rotate(lost: bool) -> None:
    """Hand over to a new signing key; the old one vouches for it and is then deleted."""
    setup()
    from crossdesk.kit.time import now
    from crossdesk.threads import keys
    from crossdesk.threads.viewer import verbs

    with verbs():
        key = keys.rotate(now(), lost=lost)
    with verbs():
        keys.finish_rotation()
    click.echo(f"The key in force is {key.fingerprint}\nCopy its file to every machine that runs a worker.")


@audit.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", default="", help="The fingerprint of a key you trust; the newest anchor must lead to it.")
def check(file: Path, key: str) -> None:
    """Check a proof that was taken away. Needs no database and no network."""
    from crossdesk.proof.check import check as checked

    try:
        with file.open("rb") as proof:
            report = checked(proof, key)
    except OSError as trouble:
        raise Invalid(f"{file} cannot be read: {trouble.strerror}.") from trouble
    click.echo(_told(report, bool(key)))


def _told(report: Report, trusted: bool) -> str:
    said = [
        f"Proof for {report.reader}, made {report.made_at}: everything in it fits.",
        f"Cases: {report.cases:,}. Chains: {report.chains:,}. Entries: {report.entries:,},"
        f" {report.erased:,} of them erased; {report.hidden:,} more are not shown to this reader.",
    ]
    if report.last is None:
        return "\n".join([*said, "Nothing in it is anchored yet: it shows only that the entries belong together."])
    said.append(
        f"Anchors: {report.anchors:,}, the newest of {report.last.day}. Newer than all of them: {report.newer:,}."
    )
    said += [f"The key {name} stands alone: the one before it was lost." for name in report.alone]
    if not trusted:
        said.append(f"Compare with the anchors page:\n  root {report.last.root}\n  key  {report.last.key}")
    return "\n".join(said)


@audit.command()
@click.argument("reference")
@click.argument("entry", type=int)
@click.option("--why", required=True, help="Everybody who could read the words reads this in their place.")
@click.option("--as", "email", required=True, help="The service manager in whose name it is done.")
def erase(reference: str, entry: int, why: str, email: str) -> None:
    """Have the words of one entry erased; its number is the last part of its address on the case page."""
    setup()
    from crossdesk.cases import erasing
    from crossdesk.cases.questions import find_case
    from crossdesk.kit.time import now
    from crossdesk.threads.viewer import viewing

    for viewer in _acting(email):
        with viewing(viewer):
            case = find_case(reference)
        if case:
            erasing.erase(case, seq=entry, why=why, by=viewer, at=now())
            click.echo(f"The words of entry {entry} of {case} are erased; the timeline says why.")
            return
    raise Invalid(f"{email} is on no case {reference}.")


def _acting(email: str) -> list[Viewer]:
    """The person for each party they act for, those with a desk first."""
    from crossdesk.desks.seats import acting_for
    from crossdesk.kit.time import now
    from crossdesk.parties.models import Person
    from crossdesk.threads.viewer import verbs

    with verbs():
        person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
        if person is None:
            raise Invalid(f"Nobody signs in as {email}.")
        every = [acting_for(person, party, now()).chosen for party, _ in acting_for(person, None, now()).choices]
    return sorted((each for each in every if each), key=lambda each: not each.desks)
