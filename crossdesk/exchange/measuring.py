"""Keeping the reading of every desk that works elsewhere and of every party, for the pages that list them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from crossdesk.desks.models import Desk
from crossdesk.exchange import reach
from crossdesk.exchange.reach import DOUBTFUL, LOST, Found
from crossdesk.exchange.readings import Reach, Reading
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer, verbs


def measure(at: datetime) -> int:
    """Answers how many cannot be reached."""
    with verbs():
        central = sorted(
            Desk.objects.filter(owner__central=True, home=Desk.Home.HOSTED).values_list("seat_id", flat=True)
        )
        Reach.objects.exclude(desk=None).filter(
            ~Q(desk__home=Desk.Home.ELSEWHERE) | Q(party__closed_at__lte=at)
        ).delete()
        return sum(_keep(party, desk, found, central, at) for party, desk, found in _every(at))


def _every(at: datetime) -> Iterator[tuple[Party, Desk | None, Found]]:
    for party in Party.objects.filter(closed_at=None).order_by("pk"):
        yield party, None, reach.of_party(party, at)
    elsewhere = Desk.objects.filter(owner__closed_at=None, home=Desk.Home.ELSEWHERE).select_related("owner")
    for desk in elsewhere.order_by("pk"):
        yield desk.owner, desk, reach.of_desk(desk, at)


def _keep(party: Party, desk: Desk | None, found: Found, central: list[int], at: datetime) -> bool:
    seats = sorted({party.seat_id, *central, *([desk.seat_id] if desk else [])})
    said: dict[str, Any] = {
        "reading": found.reading,
        "since": found.since,
        "path": found.path[:320],
        "why": found.why[:500],
    }
    said |= {"fallback": found.fallback[:500], "measured_at": at, "seats": seats}
    Reach.objects.update_or_create(party=party, desk=desk, defaults=said)
    return found.lost


# Read as the viewer


def kept(party: Party | int, desk: Desk | None = None) -> Found | None:
    row = Reach.objects.filter(party=party, desk=desk).first()
    return found_in(row) if row else None


def seen(desk: Desk, viewer: Viewer, at: datetime) -> Found | None:
    """What is kept, where this viewer may read it; else what the exchanges of the viewer's own desks tell."""
    if row := kept(desk.owner_id, desk):
        return row
    return reach.of_desk(desk, at) if viewer.desks else None


def of_parties(parties: Iterable[int]) -> dict[int, Found]:
    rows = Reach.objects.filter(party__in=list(parties), desk=None)
    return {row.party_id: found_in(row) for row in rows}


def found_in(row: Reach) -> Found:
    return Found(Reading(row.reading), row.since, row.path, row.why, row.fallback)


def unreached() -> list[Reach]:
    """Those that cannot be reached before those in doubt; whoever has been so for longest first."""
    rows = Reach.objects.filter(reading__in=[*LOST, *DOUBTFUL]).select_related("party", "desk")
    rank = [*LOST, *DOUBTFUL]
    return sorted(rows, key=lambda row: (rank.index(Reading(row.reading)), row.since or row.measured_at, row.pk))
