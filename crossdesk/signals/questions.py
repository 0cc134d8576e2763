"""Reading for the health board. Everything here runs as the viewer: row-level security decides which rows there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Max, Q

from crossdesk import rulebook
from crossdesk.kit.time import half_hour_of
from crossdesk.signals.models import Concern, Failing, Fault, Feed, HalfHour, Share

HALF_HOUR = timedelta(minutes=30)
SHOWN = 48
SILENT = "silent-minutes"
PAGE = 50


@dataclass
class Cell:
    """One half-hour. Without messages nothing is known of it."""

    begins_at: datetime
    messages: int = 0
    failing: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.failing / self.messages if self.messages else 0.0


@dataclass
class Strip:
    """The last half-hours of one interface, or of one participant."""

    key: str
    cells: list[Cell]
    own: int = 0
    late: int = 0
    names: set[str] = field(default_factory=set)

    @property
    def messages(self) -> int:
        return sum(cell.messages for cell in self.cells)

    @property
    def failing(self) -> int:
        return sum(cell.failing for cell in self.cells)

    @property
    def worst(self) -> Cell:
        return max(self.cells, key=lambda cell: (cell.failing, cell.begins_at))


def start_of(at: datetime) -> datetime:
    """Of the first half-hour that a strip shows."""
    return half_hour_of(at) - (SHOWN - 1) * HALF_HOUR


def _strip(key: str, start: datetime) -> Strip:
    return Strip(key, [Cell(start + place * HALF_HOUR) for place in range(SHOWN)])


def _place(begins_at: datetime, start: datetime) -> int | None:
    place = (begins_at - start) // HALF_HOUR
    return place if 0 <= place < SHOWN else None


def of_market(at: datetime) -> list[Strip]:
    """Each interface in all, as far as this viewer may know: the operator all of it, a party what many make up."""
    start = start_of(at)
    return _worst_first(_summed(HalfHour.objects.filter(begins_at__gte=start), start, lambda row: row.interface))


def of_own(at: datetime, party: int) -> list[Strip]:
    """A party's own messages, by interface, sent and received together."""
    start = start_of(at)
    rows = Share.objects.filter(begins_at__gte=start, party=party)
    return _worst_first(_summed(rows, start, lambda row: row.interface))


def of_participants(at: datetime) -> list[Strip]:
    """Whoever has failures on its own side: for the operator's desk."""
    start = start_of(at)
    rows = Share.objects.filter(begins_at__gte=start, own__gt=0).select_related("party")
    return sorted(_summed(rows, start, lambda row: row.dip_id), key=lambda strip: -strip.own)[:PAGE]


Row = TypeVar("Row", HalfHour, Share)


def _summed(rows: Iterable[Row], start: datetime, key: Callable[[Row], str]) -> list[Strip]:
    strips: dict[str, Strip] = {}
    for row in rows:
        name = key(row)
        strip = strips.setdefault(name, _strip(name, start))
        place = _place(row.begins_at, start)
        if place is not None:
            cell = strip.cells[place]
            cell.messages, cell.failing = cell.messages + row.messages, cell.failing + row.failing
        strip.late += row.late
        if isinstance(row, Share):
            strip.own += row.own
            if row.party_id and "party" in row._state.fields_cache:
                strip.names.add(str(row.party))
    return list(strips.values())


def _worst_first(strips: Iterable[Strip]) -> list[Strip]:
    return sorted(strips, key=lambda strip: (-strip.failing, strip.key))


def whole(strips: Iterable[Strip], at: datetime) -> Strip:
    """All interfaces together: the system itself."""
    summed = _strip("DIP", start_of(at))
    for strip in strips:
        for into, cell in zip(summed.cells, strip.cells, strict=True):
            into.messages, into.failing = into.messages + cell.messages, into.failing + cell.failing
        summed.late += strip.late
    return summed


def going_on(at: datetime) -> list[Fault]:
    """What the operator's desk looks at: undecided ones first, then those that go on; those long over are history."""
    lately = Q(over_at=None) | Q(over_at__gte=at - timedelta(hours=24))
    rows = Fault.objects.filter(lately | Q(state=Fault.State.PROPOSED)).exclude(state=Fault.State.FOLDED)
    found = list(rows.select_related("desk", "suspected", "joins", "case").order_by("-last_at")[:PAGE])
    order = [Fault.State.PROPOSED, Fault.State.CONFIRMED, Fault.State.DISMISSED]
    return sorted(found, key=lambda fault: (order.index(Fault.State(fault.state)), fault.over_at is not None))


def concerns(at: datetime, party: int) -> list[Concern]:
    """What the faults are to this party, those on its own side first."""
    rows = Concern.objects.filter(party=party).filter(Q(over_at=None) | Q(over_at__gte=at - timedelta(hours=24)))
    return list(rows.order_by("-at_fault", "-last_at")[:20])


def newest_feed() -> Feed | None:
    """For the operator's desk; nobody else reads of feeds."""
    return Feed.objects.filter(state=Feed.State.READ).exclude(last_at=None).order_by("-last_at").first()


def known_until(at: datetime) -> datetime | None:
    """How far the journal is read, as far as this viewer may know: by its own messages and by what is published."""
    newest = [rows.aggregate(newest=Max("begins_at"))["newest"] for rows in (Share.objects, HalfHour.objects)]
    known = [each for each in newest if each]
    return min(at, max(known) + HALF_HOUR) if known else None


def silent(until: datetime | None, at: datetime) -> bool:
    """Whether a journal that was read has stopped coming: what fails now would then stand nowhere."""
    return until is not None and at - until > timedelta(minutes=rulebook.current().signal_figures[SILENT].figure)


@dataclass(frozen=True)
class Sought:
    interface: str = ""
    side: str = ""
    still: bool = True
    before: int = 0


def failing(sought: Sought) -> tuple[list[Failing], bool]:
    """A page of failing messages, the newest first, and whether there are more."""
    rows = Failing.objects.filter(recovered_at=None) if sought.still else Failing.objects.all()
    if sought.interface:
        rows = rows.filter(interface=sought.interface)
    if sought.side:
        rows = rows.filter(side=sought.side)
    found = list(rows.order_by("-last_at", "-pk")[sought.before : sought.before + PAGE + 1])
    return found[:PAGE], len(found) > PAGE
