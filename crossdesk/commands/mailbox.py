"""`crossdesk mailbox`: takes letters in by SMTP or LMTP, by IMAP where that is all there is, and keeps them."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from crossdesk.commands.django import setup
from crossdesk.commands.figures import figures_port, tell_figures
from crossdesk.commands.patience import once_there
from crossdesk.commands.ports import require_free
from crossdesk.kit.leash import follow_parent
from crossdesk.kit.time import now

if TYPE_CHECKING:
    from crossdesk.exchange.letters.raw import RawLetter, Store
    from crossdesk.mailbox.grants import Grant
    from crossdesk.mailbox.polling import Looking

PORTS_FREE_WITHIN = 8.0

log = logging.getLogger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the mail server in front of us finds us.")
@click.option(
    "--port",
    default=2525,
    show_default=True,
    envvar="CROSSDESK_MAIL_PORT",
    type=click.IntRange(1, 65535),
    help="Where letters come in.",
)
@figures_port
@click.option("--lmtp", is_flag=True, help="Speak LMTP instead of SMTP.")
@click.option("--imap", default="", envvar="CROSSDESK_IMAP_URL", help="imaps://name:password@host/folder to poll.")
@click.option("--every", default=60.0, show_default=True, envvar="CROSSDESK_IMAP_EVERY", help="Seconds between polls.")
def mailbox(host: str, port: int, lmtp: bool, imap: str, every: float, figures_port: int | None) -> None:
    """Take letters for the desks. A demonstration's own letters end in its sink."""
    setup()
    from django.conf import settings

    from crossdesk.exchange.letters.raw import Transport
    from crossdesk.exchange.office import rehearsing
    from crossdesk.exchange.sunk import keep
    from crossdesk.mailbox.listener import Listener
    from crossdesk.mailbox.sink import sink
    from crossdesk.project.schema import refuse_powerful_role
    from crossdesk.threads.viewer import verbs

    once_there(refuse_powerful_role)
    looking = boxes(imap, every)
    tell_figures(figures_port)
    with verbs():
        sinking = rehearsing()
    require_free(host, port, patience=PORTS_FREE_WITHIN, choose="CROSSDESK_MAIL_PORT=")
    if sinking:
        require_free("127.0.0.1", settings.SINK_PORT, patience=PORTS_FREE_WITHIN, choose="CROSSDESK_SINK_PORT=")
    with _until_told_to_stop() as stopped, ExitStack() as open_doors:
        known = Known()
        transport = Transport.LMTP if lmtp else Transport.SMTP
        door = Listener(fresh(store_and_wake), clock=now, takes=known, host=host, port=port, transport=transport)
        open_doors.enter_context(door)
        if sinking:
            played = os.environ.get("CROSSDESK_PLAYED_MAIL", "")
            open_doors.enter_context(sink(fresh(keep), clock=now, port=settings.SINK_PORT, played=played))
        look_after(known, looking)
        while not stopped.wait(every):
            look_after(known, looking)


def boxes(imap: str, every: float) -> list[Looking]:
    """Every mailbox the settings name. What belongs to one is said in docs/operating.md."""
    from crossdesk.mailbox.graph import GraphAccount
    from crossdesk.mailbox.polling import GraphPolling, Looking, Polling, account_from

    pause, found = timedelta(seconds=every), list[Looking]()
    told = os.environ.get
    if imap:
        grant = granted("CROSSDESK_IMAP_", scope="https://outlook.office365.com/.default")
        token_file = told("CROSSDESK_IMAP_TOKEN_FILE", "")
        found.append(Polling(fresh(store_and_wake), now, pause, account_from(imap), token_file, grant))
    if mailbox := told("CROSSDESK_GRAPH_MAILBOX", ""):
        base = told("CROSSDESK_GRAPH_URL", "https://graph.microsoft.com/v1.0").rstrip("/")
        grant = granted("CROSSDESK_GRAPH_", scope="https://graph.microsoft.com/.default")
        if grant is None:
            raise click.ClickException("Set CROSSDESK_GRAPH_TOKEN_URL, its client id and secret file as well.")
        folders = (told("CROSSDESK_GRAPH_FOLDER", "inbox"), told("CROSSDESK_GRAPH_KEPT_FOLDER", ""))
        found.append(GraphPolling(fresh(store_and_wake), now, pause, GraphAccount(mailbox, grant, base, *folders)))
    return found


def granted(prefix: str, *, scope: str) -> Grant | None:
    from crossdesk.mailbox.grants import Grant

    told = os.environ.get
    if not (url := told(f"{prefix}TOKEN_URL", "")):
        return None
    client, secret = told(f"{prefix}CLIENT_ID", ""), told(f"{prefix}CLIENT_SECRET_FILE", "")
    if not client or not secret:
        raise click.ClickException(f"Set {prefix}CLIENT_ID and {prefix}CLIENT_SECRET_FILE beside {prefix}TOKEN_URL.")
    return Grant(url, client, secret, told(f"{prefix}SCOPE", scope))


def look_after(known: Known, looking: list[Looking]) -> None:
    """A database that is away for a while is no reason to close the door: senders are asked to try again."""
    from django.db import InterfaceError, OperationalError, close_old_connections

    close_old_connections()
    try:
        known.refresh()
        for each in looking:
            each.look()
    except (OperationalError, InterfaceError) as trouble:
        log.warning("The database does not answer (%s); looking again in a minute.", type(trouble).__name__)


class Known:
    """Whether a letter's address is ours. Read beforehand, because a listener cannot wait for the database."""

    def __init__(self) -> None:
        from crossdesk.exchange.office import addresses

        self._addresses = addresses()
        self._desks: set[str] = set()

    def refresh(self) -> None:
        from crossdesk.desks.models import Desk
        from crossdesk.threads.viewer import verbs

        with verbs():
            hosted = Desk.objects.filter(home=Desk.Home.HOSTED).exclude(address="")
            self._desks = {address.lower() for address in hosted.values_list("address", flat=True)}

    def __call__(self, address: str) -> bool:
        return self._addresses.is_ours(address) or address.strip().lower() in self._desks


def store_and_wake(letter: RawLetter) -> str:
    """Kept and announced together: a reader is woken only for what is kept."""
    from django.db import transaction

    from crossdesk.exchange.receiving import store
    from crossdesk.jobs.mail import read

    with transaction.atomic():
        name = store(letter)
        read.defer()
    return name


def fresh(store: Store) -> Store:
    """The listener's threads live long, so a connection the database dropped meanwhile is given up first."""
    from django.db import close_old_connections

    def storing(letter: RawLetter) -> str:
        close_old_connections()
        return store(letter)

    return storing


@contextmanager
def _until_told_to_stop() -> Iterator[threading.Event]:
    stopped = threading.Event()

    def tell(*_: object) -> None:
        stopped.set()

    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, tell)
    if "CROSSDESK_PARENT" in os.environ:
        follow_parent()
    yield stopped
