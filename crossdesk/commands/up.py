"""Everything on one machine, from nothing: the database, its contents, the pages, the worker and the mailbox."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec

import click

from crossdesk import rulebook
from crossdesk.access import Refused
from crossdesk.commands import demo
from crossdesk.commands.children import Child
from crossdesk.commands.django import setup
from crossdesk.commands.ports import is_free, require_free
from crossdesk.kit.state import state_folder
from crossdesk.postgres.cluster import Cluster

ANSWERS_WITHIN = 60.0
LEFTOVERS_GO_WITHIN = 8.0
MAIL_PORT = 2525
ROOM = 64 * 1024 * 1024  # what a fresh PostgreSQL takes before the first row


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where the pages are.")
@click.option("--empty", is_flag=True, help="Start without the demonstration's parties and cases.")
@click.option(
    "--demo", "with_demo", is_flag=True, help="Load the demonstration into DATABASE_URL's empty database too."
)
@click.option("--fresh", is_flag=True, help="First delete the database that Crossdesk keeps here.")
def up(port: int, empty: bool, with_demo: bool, fresh: bool) -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    # INT as well: a shell that starts us in the background has it ignored.
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, signal.default_int_handler)
    address = f"http://127.0.0.1:{port}"
    wants_demo = with_demo or not (empty or "DATABASE_URL" in os.environ)
    if empty and with_demo:
        raise Refused("--empty and --demo say the opposite of each other: leave one of them out.")
    try:
        with contextlib.ExitStack() as running:
            _require_room()
            running.enter_context(_own_database(fresh))
            running.enter_context(_port(port))
            os.environ.setdefault("CROSSDESK_URL", address)
            shown = _prepare(wants_demo)
            _mail_ports()
            running.enter_context(_children(port))
            if shown:
                demo.load_demo()
            _await_answer(address)
            _welcome(address, shown)
            threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("Crossdesk has stopped.", err=True)


def _require_room() -> None:
    """The folder for what this machine keeps: there, ours to write to, and not full before the database begins."""
    folder = state_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(bytes(ROOM))
    except OSError as trouble:
        raise Refused(
            f"Crossdesk cannot write to {folder} ({trouble.strerror}):"
            " make room there, or set CROSSDESK_STATE to a folder of your own."
        ) from trouble


@contextlib.contextmanager
def _own_database(fresh: bool) -> Iterator[None]:
    if "DATABASE_URL" in os.environ:
        if fresh:
            raise Refused(
                "--fresh deletes only the database that Crossdesk keeps itself, and DATABASE_URL names another."
            )
        if "CROSSDESK_OWNER_URL" not in os.environ:
            raise Refused(
                "DATABASE_URL is set but CROSSDESK_OWNER_URL is not: set it to the login of crossdesk_owner,"
                " who prepares the tables."
            )
        yield
        return
    cluster = Cluster(state_folder() / "postgres")
    try:
        if fresh:
            cluster.delete()
        cluster.start()
        os.environ.update(cluster.environment)
        yield
    finally:
        with _undisturbed():
            cluster.stop()


@contextlib.contextmanager
def _port(port: int) -> Iterator[None]:
    """Leaves a mark while we run, so that the next start knows whether somebody of ours may still hold the port."""
    mark = state_folder() / "running"
    require_free("127.0.0.1", port, patience=LEFTOVERS_GO_WITHIN if mark.exists() else 0)
    mark.touch()
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def _mail_ports() -> None:
    """Where letters come in and where a demonstration's end: the usual pair, or the next free one beside another
    Crossdesk's. A port somebody asked for by name stays; `mailbox` says when it is taken."""
    taken_in = next(port for port in range(MAIL_PORT, 65535, 2) if is_free(port) and is_free(port + 1))
    os.environ.setdefault("CROSSDESK_MAIL_PORT", str(taken_in))
    os.environ.setdefault("CROSSDESK_SINK_PORT", str(taken_in + 1))


def _prepare(wants_demo: bool) -> bool:
    """Says whether the demonstration is there or is to be loaded. That happens beside the start of the others, who only
    have to know which of the two kinds of database this is."""
    setup()
    from crossdesk.project.schema import prepare

    prepare()
    _rules_in_force()
    if demo.is_loaded() or (wants_demo and demo.has_room()):
        os.environ["CROSSDESK_DEMONSTRATION"] = "1"
        return True
    if wants_demo:
        click.echo(demo.IN_USE, err=True)
    return False


def _rules_in_force() -> None:
    """The first start applies the rules as they are; later edits come into force by `crossdesk market apply`."""
    from crossdesk.editions.applying import applied, apply, plan
    from crossdesk.kit.time import now

    written = rulebook.packaged()
    if applied() is None:
        apply(written, by="first start", at=now())
    elif changes := plan(written):
        click.echo(
            f"The rules on disk differ in {len(changes)} from those in force: see crossdesk market plan.", err=True
        )


@contextlib.contextmanager
def _children(port: int) -> Iterator[None]:
    lines = [("serve", "--port", str(port)), ("worker",), ("mailbox",)]
    children = [Child(*line) for line in lines if find_spec(f"crossdesk.commands.{line[0]}")]
    try:
        for child in children:
            child.keep()
        yield
    finally:
        with _undisturbed():
            for child in children:
                child.stop()
            for child in children:
                child.join()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """An impatient second Ctrl-C must not leave half of it running."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN), signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])


def _await_answer(address: str) -> None:
    # A proxy that the machine uses for the outside does not know our own address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    give_up = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < give_up:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            opener.open(f"{address}/readyz", timeout=5).close()
            return
        time.sleep(0.05)
    raise Refused(f"The pages did not answer within {ANSWERS_WITHIN:.0f} seconds; what stands above says why.")


def _welcome(address: str, with_demonstration: bool) -> None:
    click.echo(f"Crossdesk runs at {address}  (Ctrl-C stops it)")
    if with_demonstration:
        click.echo("Sign in as any of these; each sees another side of the same day:")
        for line in demo.sign_ins():
            click.echo(f"  {line}")
    elif demo.has_nobody():
        click.echo('Nobody can sign in yet. Invite yourself: .venv/bin/crossdesk invite you@your.example --name "You"')
    click.echo(f"Letters come in at 127.0.0.1:{os.environ['CROSSDESK_MAIL_PORT']} (SMTP).")
