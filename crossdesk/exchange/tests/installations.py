"""Two installations of Crossdesk, each on its own database with its own server, who agreed to exchange cases."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGKILL
from urllib.parse import urlsplit

from django.conf import settings

from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.cases import triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, as_viewer, cast
from crossdesk.desks.founding import give_place
from crossdesk.desks.models import Desk
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange.links import Link
from crossdesk.exchange.models import InboxItem
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.at_work import Worker, idle, pass_hours
from crossdesk.exchange.tests.far_side import agreed
from crossdesk.kit.time import now
from crossdesk.parties.models import Membership, Party, Person
from crossdesk.postgres.tests import databases
from crossdesk.postgres.tests.processes import wait_for
from crossdesk.threads.viewer import verbs

NO_DATABASE = "The database does not answer"
"""With this line a server or a worker ends whose database is away while it starts; whoever runs it starts it again."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Installation:
    """One of the two. Within `on()` this process works on its database."""

    name: str
    address: str
    here: Cast = field(init=False)
    server: subprocess.Popen[bytes] | None = None
    worker: Worker | None = None
    """Only where a test has one; else the test sends by itself."""
    bereft: datetime = LONG_AGO
    """When it last lost its worker or its database, and with it whoever was at what had been claimed."""

    @contextmanager
    def on(self) -> Iterator[Cast]:
        before = databases.in_use()
        if before == self.name:
            yield self.here
            return
        databases.use(self.name)
        try:
            yield self.here
        finally:
            databases.use(before)

    def send(self, clock: Callable[[], datetime] = now, most: int = 200) -> int:
        with self.on():
            return send_due(clock, most)

    def kill_server(self) -> None:
        """As a machine dies: in the middle of whatever it does."""
        assert self.server is not None
        self.server.kill()
        self.server.wait(15)

    def kill_worker(self) -> None:
        assert self.worker is not None
        self.worker.kill()
        self.bereft = now()

    def pass_hours(self, hours: int) -> None:
        with self.on():
            pass_hours(hours)

    @property
    def idle(self) -> bool:
        with self.on():
            return idle(self.bereft)

    def see_to_it(self, folder: Path) -> None:
        """Whatever of it was killed is started again; nothing of it may have ended by itself."""
        for process, log in (
            (self.server, folder / f"{self.name}.log"),
            (self.worker and self.worker.process, folder / f"{self.name}.worker.log"),
        ):
            if process and process.poll() not in (None, -SIGKILL):
                last = log.read_text().splitlines()[-1]
                assert last.startswith(NO_DATABASE), f"It ended by itself: {log.read_text()[-3000:]}"
        if self.worker is None or not self.worker.alive:
            self.worker = Worker.start(self.environment(), folder / f"{self.name}.worker.log")
        if self.server is None or self.server.poll() is not None:
            self.start(folder / f"{self.name}.log")

    def start(self, log: Path) -> None:
        with log.open("ab") as kept:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "crossdesk", "serve", "--port", str(urlsplit(self.address).port)],
                env=self.environment(),
                stdout=kept,
                stderr=kept,
            )

    def ready(self) -> None:
        assert self.server
        wait_for(f"{self.address}/healthz", self.server)

    def stop(self) -> None:
        if self.worker:
            self.worker.kill()
        if self.server:
            self.server.terminate()
            self.server.wait(15)

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": databases.address("default", self.name),
            "CROSSDESK_OWNER_URL": databases.address("owner", self.name),
            "CROSSDESK_SECRET_KEY": settings.SECRET_KEY,
            "CROSSDESK_URL": self.address,
            "CROSSDESK_EXCHANGE_INSIDE": "127.0.0.1",
            "CROSSDESK_API_RATE": "1000000",
            "DJANGO_SETTINGS_MODULE": "crossdesk.project.settings",
        }


@dataclass
class Pair:
    """Elexon's installation, and that of Pennine Grid, whose service desk works there."""

    elexon: Installation
    pennine: Installation

    @property
    def both(self) -> tuple[Installation, Installation]:
        return self.elexon, self.pennine

    def see_to_it(self, folder: Path) -> None:
        for each in self.both:
            each.see_to_it(folder)

    def engaged(self, summary: str = "Confirmations missing") -> Leg:
        """Elexon's desk engages Pennine's on a fresh case; nothing has left yet."""
        with self.elexon.on() as here:
            case = here.case(summary)
            triage.take(case, by=here.nia, at=now())
            what = Engagement(ask="Please check the registrations.", outside_because="All was delivered.")
            return engage(case, here.pennine_service, what, by=here.nia, at=now())

    def exchange(self, rounds: int = 6) -> None:
        """Until neither has anything to say. On the wall clock, as the servers are."""
        for _ in range(rounds):
            if not (self.elexon.send() + self.pennine.send()):
                return

    def their_case(self, leg: Leg) -> Case:
        token = _link(self.elexon, leg)
        with self.pennine.on(), verbs():
            item = InboxItem.objects.select_related("case__owner", "case__raiser").get(token=token, kind="raise")
            assert item.case is not None
            return item.case


def _link(at: Installation, leg: Leg) -> str:
    with at.on(), verbs():
        return Link.objects.get(leg=leg.pk).token


@contextmanager
def two_installations(folder: Path, ports: tuple[int, int], ways_in: tuple[str, str] = ("", "")) -> Iterator[Pair]:
    """`ways_in`: the addresses each is called by, where something stands before it."""
    worn = databases.in_use()
    with ExitStack() as stack:
        both = [
            Installation(f"{worn}_{end}", f"http://127.0.0.1:{port}") for end, port in zip("ab", ports, strict=True)
        ]
        for each in both:
            databases.use(worn)
            databases.copy_of(worn, each.name)
            stack.callback(databases.drop, each.name)
        elexon, pennine = both
        for each in both:
            databases.use(each.name)
            each.here = cast()
        databases.use(worn)
        with pennine.on() as here:
            _hosted_there(here)
        _agree(elexon, pennine, ways_in)
        for each in both:
            each.start(folder / f"{each.name}.log")
            stack.callback(each.stop)
        for each in both:
            each.ready()
        yield Pair(elexon, pennine)
        databases.use(worn)


def _hosted_there(here: Cast) -> None:
    """Pennine's service desk works in Pennine's own installation, and Gwen with it."""
    with verbs():
        Desk.objects.filter(pk=here.pennine_service.pk).update(home=Desk.Home.HOSTED)
        here.pennine_service.refresh_from_db()
        gwen = Person.objects.get(pk=here.gwen.person or 0)
        give_place(here.pennine_service, Membership.objects.get(person=gwen))
    here.gwen = as_viewer(gwen)


def _agree(elexon: Installation, pennine: Installation, ways_in: tuple[str, str]) -> None:
    """Each keeps how the other is reached, with a key the other made."""
    with elexon.on() as here:
        to_elexon = _key(here.pennine)
    with pennine.on() as here:
        to_pennine = _key(here.elexon)
    with elexon.on() as here:
        agreed(here.pennine, here.elexon, here.pennine_service, _at(ways_in[1] or pennine.address), to_pennine)
    with pennine.on() as here:
        agreed(here.elexon, here.pennine, None, _at(ways_in[0] or elexon.address), to_elexon)


def _key(party: Party) -> str:
    made = keys.make_unasked(party, name="exchange", scopes=frozenset({Scope.EXCHANGE}), by="the operator", at=NOON)
    return made[1]


def _at(endpoint: str) -> Ways:
    return Ways(channel=Channel.CROSSDESK, endpoint=endpoint, largest_file=25 * 2**20, file_types=("txt", "csv"))
