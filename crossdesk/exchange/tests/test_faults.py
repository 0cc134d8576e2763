"""Whatever the line between two installations does, and whoever dies meanwhile: no message is lost, none is applied
twice, both ends are equal, and every one has a fate.

`CROSSDESK_EXCHANGES=1000 ./test crossdesk/exchange/tests/test_faults.py` plays a thousand conversations.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import Count
from django.test import override_settings

from crossdesk.access import Refused
from crossdesk.cases import closing, leg_work, triage, writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.exchange.links import Link
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.exchange.shared import shared_messages
from crossdesk.exchange.tests.installations import Installation, Pair, two_installations
from crossdesk.exchange.tests.wire import Wire, wire
from crossdesk.kit.time import now
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

CONVERSATIONS = int(os.environ.get("CROSSDESK_EXCHANGES", "6"))
SEED = int(os.environ.get("CROSSDESK_SEED", "621"))
FAULTS = 35
"""Of a hundred requests."""


def test_nothing_is_lost_and_nothing_twice(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path: Path,
    free_ports: Callable[[int], tuple[int, ...]],
) -> None:
    a, b, before_a, before_b = free_ports(4)
    chance = random.Random(SEED)
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})),
        wire(f"http://127.0.0.1:{a}", before_a, SEED + 1, FAULTS) as to_a,
        wire(f"http://127.0.0.1:{b}", before_b, SEED + 2, FAULTS) as to_b,
        two_installations(tmp_path, (a, b), (to_a.url, to_b.url)) as pair,
    ):
        legs = [pair.engaged(f"Conversation {number}") for number in range(CONVERSATIONS)]
        hours = 0
        for step in range(6):
            hours = _rounds(pair, hours, 2)
            for leg in legs:
                _something_here(pair, leg, chance)
            _something_there(pair, chance)
            if step in {1, 4}:
                chance.choice([pair.elexon, pair.pennine]).kill(tmp_path / "killed.log")
        _until_quiet(pair, (to_a, to_b), hours)
        for leg in legs:
            _assert_equal(pair, leg)
        _assert_once(pair.elexon)
        _assert_once(pair.pennine)


def _clock(hours: int) -> Callable[[], datetime]:
    """Ahead of the wall, so that what is tried again in hours is tried now."""
    return lambda: now() + timedelta(hours=hours)


def _rounds(pair: Pair, hours: int, how_many: int) -> int:
    for _ in range(how_many):
        hours += 1
        pair.elexon.send(_clock(hours), 1000)
        pair.pennine.send(_clock(hours), 1000)
    return hours


def _until_quiet(pair: Pair, wires: tuple[Wire, Wire], hours: int) -> None:
    """The line is bad for a while yet, and then is mended; what was given up is sent again by a person."""
    hours = _rounds(pair, hours, 4)
    for each in wires:
        each.faults = 0
    for _ in range(40):
        hours += 25
        pair.elexon.send(_clock(hours), 5000)
        pair.pennine.send(_clock(hours), 5000)
        if not (_waiting(pair.elexon) + _waiting(pair.pennine)):
            return
    raise AssertionError("Something still waits to be sent.")


def _waiting(at: Installation) -> int:
    with at.on(), verbs():
        return OutboxItem.objects.filter(link__isnull=False, state__in=OutboxItem.UNSENT).count()


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


def _assert_once(at: Installation) -> None:
    with at.on(), verbs():
        assert not InboxItem.objects.filter(fate=InboxItem.Fate.WAITING).exists()
        assert not OutboxItem.objects.filter(link__isnull=False).exclude(state=OutboxItem.State.SENT).exists()
        said = Entry.objects.filter(body__words__regex=r"^(Ours|Theirs) \d+$").values("thread", "body__words")
        twice = said.annotate(times=Count("pk")).filter(times__gt=1)
        assert list(twice) == []
