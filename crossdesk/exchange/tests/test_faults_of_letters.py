"""Letters come in by SMTP and LMTP while the mailbox, the worker and PostgreSQL are killed: what was answered by 250 is
kept, and each letter is applied once, however often and by whichever door its sender offers it.

`CROSSDESK_EXCHANGES` and `CROSSDESK_SEED` as in test_faults.py.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from signal import Signals
from threading import Lock

import pytest

from crossdesk.cases.tests.cast import cast
from crossdesk.exchange.models import RawMail
from crossdesk.exchange.tests.at_work import AWAY, Worker, idle, wake
from crossdesk.exchange.tests.doors import Door, Written, letter_on
from crossdesk.exchange.tests.installations import Installation
from crossdesk.exchange.tests.post_office import engaged
from crossdesk.exchange.tests.test_faults import CONVERSATIONS, SEED
from crossdesk.kit.tests.waiting import until
from crossdesk.kit.time import now
from crossdesk.postgres.cluster import Cluster
from crossdesk.postgres.tests import databases, own
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.xdist_group("killed")
LETTERS = 3 * CONVERSATIONS
EVERY = 6
"""One letter of so many sees somebody die."""


@dataclass
class Story:
    cluster: Cluster
    worker: Worker
    chance: random.Random
    struck: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def strike(self, door: Door) -> None:
        """Everybody in turn, in an order of chance. One at a time: what is dead is not killed again."""
        with self.lock:
            ways: dict[str, Callable[[], None]] = {
                f"{'lmtp' if door.lmtp else 'smtp'} mailbox": door.kill,
                "worker": self.worker.kill,
                **{name: partial(self._kill_postgres, way) for name, way in own.WAYS.items()},
            }
            if not self.left:
                self.left = self.chance.sample(["mailbox", "worker", *own.WAYS], 4)
            chosen = self.left.pop()
            name = next(each for each in ways if each.endswith(chosen))
            ways[name]()
            self.struck.append(name)

    def _kill_postgres(self, way: Signals) -> None:
        gone = self.cluster.pid
        own.kill(self.cluster, way)
        own.back(self.cluster, gone)

    def deliver(self, door: Door, letters: list[Written]) -> None:
        """As a mail server does: again until it is taken."""
        for number, letter in enumerate(letters):
            strikes: list[Callable[[], None]] = [partial(self.strike, door)] if number % EVERY == EVERY - 1 else []
            until(partial(self._offered, door, letter, strikes), "a letter to be taken")

    def _offered(self, door: Door, letter: Written, strikes: list[Callable[[], None]]) -> bool:
        door.see_to_it()
        return door.offer(letter, strikes.pop() if strikes else lambda: None)


def test_a_letter_answered_is_kept_and_applied_once(
    killable: Cluster,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path: Path,
    free_ports: Callable[[int], tuple[int, ...]],
) -> None:
    print(f"CROSSDESK_SEED={SEED}")
    chance, ports = random.Random(SEED), free_ports(2)
    house = Installation("crossdesk_letters", "http://127.0.0.1:1")
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        own.fresh(killable, house.name),
    ):
        here = cast()
        legs = [engaged(here, here.case(f"Case {number}")) for number in range(3)]
        letters = [letter_on(number, legs[number % 3]) for number in range(LETTERS)]
        log = tmp_path / "log"
        doors = [Door(port, lmtp, house.environment(), log) for port, lmtp in zip(ports, (False, True), strict=True)]
        story = Story(killable, Worker.start(house.environment(), log), chance)
        orders = [chance.sample(letters, LETTERS) for _ in doors]
        try:
            with ThreadPoolExecutor(2) as senders:
                sending = [senders.submit(story.deliver, *each) for each in zip(doors, orders, strict=True)]
                while not all(each.done() for each in sending):
                    _see_to_it(story, house, log)
                    wait(sending, timeout=0.2)
            for each in sending:
                each.result()
            databases.use(house.name)  # ours died with the server
            until(partial(_all_read, story, house, log), "every letter to be read", 60 + LETTERS)
        finally:
            story.worker.kill()
            for door in doors:
                door.kill()
        _assert_once(letters)
        assert {name.split()[-1] for name in story.struck} >= {"mailbox", "worker", "-9", "shutdown"}
        print(f"{LETTERS} letters by two doors, {len(story.struck)} kills")


def _see_to_it(story: Story, house: Installation, log: Path) -> None:
    """Whoever runs it starts a worker that died; what came just before is read in its next minute."""
    if not story.worker.alive:
        story.worker = Worker.start(house.environment(), log)
        with suppress(*AWAY):
            databases.use(house.name)  # ours may have died with the server
            wake()


def _all_read(story: Story, house: Installation, log: Path) -> bool:
    _see_to_it(story, house, log)
    with suppress(*AWAY):
        databases.use(house.name)
        wake()
        return idle(now())
    return False


def _assert_once(letters: list[Written]) -> None:
    with verbs():
        kept = Counter(RawMail.objects.values_list("sha256", flat=True))
        fates = Counter(RawMail.objects.values_list("fate", flat=True))
        said = Counter(Entry.objects.filter(body__words__startswith="We look").values_list("body__words", flat=True))
    assert kept == Counter(each.digest for each in letters)
    assert fates == Counter({RawMail.Fate.FILED.value: len(letters)})
    assert said == Counter(each.words for each in letters)
