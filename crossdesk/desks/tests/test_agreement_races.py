"""Two who answer one proposal, and two who propose at once: on real connections."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from crossdesk.access import Refused
from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.desks import agreements
from crossdesk.desks.models import Terms
from crossdesk.desks.tests.terms import ORDINARY, signing
from crossdesk.threads.viewer import verbs


def at_once(*acts: Callable[[], object]) -> list[str]:
    ready = Barrier(len(acts))

    def told(act: Callable[[], object]) -> str:
        ready.wait()
        try:
            with verbs():
                act()
            return "done"
        except Refused as refused:
            return refused.sentence
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(told, acts), key=len)


def test_accepted_or_taken_back_and_never_both(committed: str) -> None:
    it = signing(cast())
    terms = it.proposed()
    told = at_once(
        lambda: agreements.accept(terms, by=it.ada, at=NOON),
        lambda: agreements.decline(terms, why="", by=it.rhys, at=NOON),
    )
    assert told[0] == "done"
    assert "was already answered or taken back" in told[1]


def test_two_who_change_one_agreement_at_once_do_not_both(committed: str) -> None:
    it = signing(cast())
    agreement = it.in_force().agreement
    told = at_once(
        lambda: agreements.propose_change(agreement, ORDINARY, by=it.ada, at=NOON, seen=1),
        lambda: agreements.propose_change(agreement, ORDINARY, by=it.rhys, at=NOON, seen=1),
    )
    assert told[0] == "done"
    assert "proposed version 2 at 12:00" in told[1]
    with verbs():
        assert Terms.objects.count() == 2
