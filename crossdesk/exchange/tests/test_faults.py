"""Whatever the line between two installations does, and whoever is killed meanwhile: no message is lost, none is
applied twice, both ends are equal, and every one has a fate.

`CROSSDESK_EXCHANGES=300 ./test crossdesk/exchange/tests/test_faults.py` plays three hundred conversations, and
`CROSSDESK_SEED` other faults; which messages meet them is the machine's to say, for the ends work side by side.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Lock

import pytest
from django.db.models import Count
from django.test import override_settings

from crossdesk.access import Refused
from crossdesk.cases import closing, leg_work, triage, writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.exchange.links import Link
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.exchange.sending import send_again
from crossdesk.exchange.shared import shared_messages
from crossdesk.exchange.tests.at_work import AWAY
from crossdesk.exchange.tests.installations import Installation, Pair, two_installations
from crossdesk.exchange.tests.wire import Wire, wire
from crossdesk.kit.tests.waiting import until
from crossdesk.kit.time import now
from crossdesk.postgres.cluster import Cluster
from crossdesk.postgres.tests import own
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.xdist_group("killed")
CONVERSATIONS = int(os.environ.get("CROSSDESK_EXCHANGES", "4"))
SEED = int(os.environ.get("CROSSDESK_SEED", "621"))
FAULTS = 35
"""Of a hundred requests."""
STEPS = 6
LONGEST = 60 + 3 * CONVERSATIONS
"""Seconds that all of them may take to be quiet."""
SOON = 40
"""Crossings of the wire; a round that has fewer ends before anybody is killed amid a message."""


@dataclass
class Killer:
    """Kills one of those who take part amid a message: before it goes on, or before its answer goes back."""

    pair: Pair
    cluster: Cluster
    chance: random.Random
    folder: Path
    killed: list[str] = field(default_factory=list)
    amid: int = 0
    """How many of them while a message was on its way."""
    victim: str = ""
    after: int = 0
    """So many crossings of the wire."""
    server: int | None = None
    lock: Lock = field(default_factory=Lock)

    @property
    def ways(self) -> dict[str, Callable[[], None]]:
        here, there = self.pair.elexon, self.pair.pennine
        return {
            "our server": here.kill_server,
            "our worker": here.kill_worker,
            "their server": there.kill_server,
            "their worker": there.kill_worker,
            **{name: partial(own.kill, self.cluster, way) for name, way in own.WAYS.items()},
        }

    def choose(self) -> None:
        """Everybody in turn, in an order of chance."""
        left = [name for name in self.ways if name not in self.killed[len(self.killed) // 6 * 6 :]]
        self.victim, self.after = self.chance.choice(left), self.chance.randrange(min(2 * CONVERSATIONS, SOON)) + 1
        self.server = self.cluster.pid

    def crossing(self) -> None:
        with self.lock:
            self.after -= 1
            if self.after == 0 and self.victim:
                self._kill()

    def mend(self) -> None:
        """Where the round was over before its time came, it is killed now."""
        with self.lock:
            if self.victim:
                self._kill()
            else:
                self.amid += 1
        if self.killed[-1] in own.WAYS:
            own.back(self.cluster, self.server)
        self.pair.see_to_it(self.folder)

    def _kill(self) -> None:
        self.ways[self.victim]()
        if self.victim in own.WAYS:
            for each in self.pair.both:
                each.bereft = now()
        self.killed.append(self.victim)
        self.victim = ""


def test_nothing_is_lost_and_nothing_twice(
    killable: Cluster,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path: Path,
    free_ports: Callable[[int], tuple[int, ...]],
) -> None:
    print(f"CROSSDESK_SEED={SEED}")
    a, b, before_a, before_b = free_ports(4)
    chance = random.Random(SEED)
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        own.fresh(killable, "crossdesk_faults"),
        override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})),
        wire(f"http://127.0.0.1:{a}", before_a, SEED + 1, FAULTS) as to_a,
        wire(f"http://127.0.0.1:{b}", before_b, SEED + 2, FAULTS) as to_b,
        two_installations(tmp_path, (a, b), (to_a.url, to_b.url)) as pair,
    ):
        killer = Killer(pair, killable, chance, tmp_path)
        to_a.crossing = to_b.crossing = killer.crossing
        pair.see_to_it(tmp_path)
        legs = [pair.engaged(f"Conversation {number}") for number in range(CONVERSATIONS)]
        for _ in range(STEPS):
            for _ in range(1 + CONVERSATIONS // 50):
                _round(pair, tmp_path, 1, killer)
                killer.mend()
            for leg in legs:
                _something_here(pair, leg, chance)
            _something_there(pair, chance)
        _until_quiet(pair, tmp_path, (to_a, to_b))
        assert set(killer.killed) == set(killer.ways)
        for leg in legs:
            _assert_equal(pair, leg)
        messages = _assert_once(pair.elexon) + _assert_once(pair.pennine)
        print(f"{messages} messages, {len(killer.killed)} kills, {killer.amid} of them amid a message")


def _round(pair: Pair, folder: Path, hours: int, killer: Killer | None = None) -> None:
    """So many hours pass, so that what is tried again in hours is tried now; until nothing is left to do, or somebody
    is killed."""
    pair.see_to_it(folder)
    for each in pair.both:
        each.ready()
    if killer:
        killer.choose()
    try:
        for each in pair.both:
            each.pass_hours(hours)
        until(
            lambda: (killer and not killer.victim) or _idle(pair, folder), "both ends to have done what is due", LONGEST
        )
    except AWAY:
        if killer is None:
            raise
        until(lambda: not killer.victim, "PostgreSQL to have been the one")


def _idle(pair: Pair, folder: Path) -> bool:
    """One that was starting when PostgreSQL was killed has ended meanwhile, and whoever runs it starts it again."""
    pair.see_to_it(folder)
    return all(each.idle for each in pair.both)


def _until_quiet(pair: Pair, folder: Path, wires: tuple[Wire, Wire]) -> None:
    """The line is bad for a while yet, and then is mended; what was given up is sent again by a person."""
    _round(pair, folder, 2)
    for each in wires:
        each.faults = 0
    for _ in range(40):
        _round(pair, folder, 25)
        if not (_waiting(pair.elexon) + _waiting(pair.pennine)):
            return
    raise AssertionError("Something still waits to be sent.")


def _waiting(at: Installation) -> int:
    """How much is not sent yet. What was given up is sent again by a person."""
    with at.on() as here:
        with verbs():
            by_machine = OutboxItem.objects.filter(link__isnull=False)
            dead = list(by_machine.filter(state=OutboxItem.State.DEAD))
        for item in dead:
            send_again(item, by=here.nia if at.name.endswith("_a") else here.gwen, at=now())
        with verbs():
            return by_machine.filter(state__in=OutboxItem.UNSENT).count()


def _something_here(pair: Pair, leg: Leg, chance: random.Random) -> None:
    with pair.elexon.on() as here:
        with verbs():
            ours = Leg.objects.select_related("case__owner", "from_desk", "to_desk").get(pk=leg.pk)
        by, at, word = here.nia, now(), f"Ours {chance.randrange(10**9)}"
        act = chance.choice(["update", "update", "ask", "answer", "dispute", ""])
        try:
            if act == "ask":
                leg_work.ask(ours, by=by, at=at, words=word, due_at=at + timedelta(hours=3))
            elif act == "dispute":
                leg_work.dispute(ours, by=by, at=at, why=word)
            elif act:
                getattr(leg_work, act)(ours, by=by, at=at, words=word)
        except Refused:
            return


def _something_there(pair: Pair, chance: random.Random) -> None:
    with pair.pennine.on() as there:
        with verbs():
            cases = list(Case.objects.select_related("owner", "raiser").filter(links__isnull=False))
        for case in cases:
            by, at, word = there.gwen, now(), f"Theirs {chance.randrange(10**9)}"
            act = chance.choice(["take", "own", "write", "write", "ask", "resolve"])
            try:
                match act:
                    case "take":
                        triage.take(case, by=by, at=at)
                    case "own":
                        triage.own(case, by=by, at=at)
                    case "write":
                        writing.write(case, to="raiser", words=word, by=by, at=at)
                    case "ask":
                        writing.ask_raiser(case, words=word, due_at=at + timedelta(hours=3), by=by, at=at)
                    case _:
                        closing.resolve(case, by=by, at=at, words=word)
            except Refused:
                continue


def _assert_equal(pair: Pair, leg: Leg) -> None:
    with pair.elexon.on(), verbs():
        link = Link.objects.get(leg=leg.pk)
        ours, token = [each.told for each in shared_messages(link)], link.token
        sent = set(OutboxItem.objects.filter(link=link).values_list("message_id", flat=True))
    with pair.pennine.on(), verbs():
        theirs = Link.objects.get(token=token)
        came = set(InboxItem.objects.filter(token=token).values_list("message_id", flat=True))
        assert [each.told for each in shared_messages(theirs)] == ours
    assert came == sent


def _assert_once(at: Installation) -> int:
    with at.on(), verbs():
        assert not InboxItem.objects.filter(fate=InboxItem.Fate.WAITING).exists()
        assert not OutboxItem.objects.filter(link__isnull=False).exclude(state=OutboxItem.State.SENT).exists()
        said = Entry.objects.filter(body__words__regex=r"^(Ours|Theirs) \d+$").values("thread", "body__words")
        twice = said.annotate(times=Count("pk")).filter(times__gt=1)
        assert list(twice) == []
        return InboxItem.objects.count()
