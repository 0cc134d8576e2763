"""Incidents as their reader was told of them: now, when they are over, page by page, and one by its reference.

They are read as whoever looks, under row-level security, and only those that are asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Min, Q

from crossdesk.notices.models import Bulletin, Post
from crossdesk.notices.publishing import PUBLISHED
from crossdesk.notices.sheet import audience
from crossdesk.status.models import PublicSpell, Spell, State, ToldSpell
from crossdesk.threads.models import Entry

S = TypeVar("S", bound=Spell)

A_PAGE = 20
MOST = 500
"""Rows of one kind. Beyond that the oldest are left to the pages of the past."""


@dataclass(frozen=True)
class Update:
    number: int
    title: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Stretch:
    state: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Disruption:
    """One incident as its reader was told of it."""

    reference: str
    system: str
    stretches: tuple[Stretch, ...]
    updates: tuple[Update, ...]
    next_update_by: datetime | None

    @property
    def state(self) -> str:
        return self.stretches[-1].state

    @property
    def since(self) -> datetime:
        return self.stretches[0].since

    @property
    def over_at(self) -> datetime | None:
        return self.stretches[-1].since if self.state == State.OVER else None

    @property
    def title(self) -> str:
        return self.updates[0].title if self.updates else f"Incident {self.reference}"

    def overdue(self, at: datetime) -> bool:
        return self.next_update_by is not None and self.next_update_by < at


def past(before: tuple[datetime, str] | None, at_most: int = A_PAGE) -> tuple[list[Disruption], bool]:
    """Those that are over, newest first, and whether there are earlier ones."""
    found = over(before, at_most + 1)
    shown = {each.reference: each for each in disruptions(Q(incident__in=found), updates_of=found)}
    return [shown[reference] for reference in found[:at_most]], len(found) > at_most


def one(reference: str) -> Disruption | None:
    """None of which its reader was not told."""
    return next(iter(disruptions(Q(incident=reference), updates_of=[reference])), None)


def over(before: tuple[datetime, str] | None, at_most: int) -> list[str]:
    found: dict[str, datetime] = {}
    for spells in (PublicSpell, ToldSpell):
        rows = spells.objects.filter(state=State.OVER)
        if before:
            rows = rows.filter(Q(since__lt=before[0]) | Q(since=before[0], incident__lt=before[1]))
        found |= dict(rows.order_by("-since", "-incident").values_list("incident", "since")[:at_most])
    return sorted(found, key=lambda each: (found[each], each), reverse=True)[:at_most]


def disruptions(wanted: Q, *, updates_of: Iterable[str]) -> list[Disruption]:
    """Whoever reads an incident's updates sees it as they tell it; everybody else as the public was told."""
    told = _grouped(ToldSpell.objects.filter(wanted).order_by("-since")[:MOST])
    public = _grouped(PublicSpell.objects.filter(wanted).order_by("-since")[:MOST])
    threads = {spells[0].thread_id: incident for incident, spells in told.items()}
    since = dict(
        Entry.objects.filter(thread__in=threads, kind=PUBLISHED)
        .values_list("thread")
        .annotate(Min("recorded_at"))
        .order_by()
    )
    promised = {each.reference: each.next_update_by for each in Bulletin.objects.filter(pk__in=threads)}
    stretches = {incident: _stretches(spells, since.get(spells[0].thread_id)) for incident, spells in told.items()}
    stretches = {incident: each for incident, each in stretches.items() if each}
    for incident, spells in public.items():
        stretches.setdefault(incident, _stretches(spells, None))
    read = {*updates_of, *(incident for incident, each in stretches.items() if each[-1].state != State.OVER)}
    said = _updates({thread: incident for thread, incident in threads.items() if incident in read}, read)
    systems = {incident: spells[0].system for incident, spells in (public | told).items()}
    return [
        Disruption(
            incident,
            systems[incident],
            each,
            tuple(said[incident][0]),
            promised.get(incident, said[incident][1]) if each[-1].state in {State.MAJOR, State.DEGRADED} else None,
        )
        for incident, each in stretches.items()
    ]


def _grouped(spells: Iterable[S]) -> dict[str, list[S]]:
    found: dict[str, list[S]] = defaultdict(list)
    for spell in spells:
        found[spell.incident].append(spell)
    return dict(found)


def _stretches(spells: Iterable[Spell], told_at: datetime | None) -> tuple[Stretch, ...]:
    """From the moment its reader was first told; what was before is not theirs to know."""
    kept = []
    for spell in sorted(spells, key=lambda each: (each.since, each.until is None, each.until or each.since)):
        if told_at is None or spell.until is None or spell.until > told_at or spell.state == State.OVER:
            kept.append(Stretch(spell.state, max(spell.since, told_at or spell.since), spell.until))
    return tuple(kept)


def _updates(threads: dict[UUID, str], incidents: set[str]) -> dict[str, tuple[list[Update], datetime | None]]:
    """Newest first. A reader in several audiences reads each update once, in the rendering that tells most."""
    said: dict[str, dict[int, Update]] = defaultdict(dict)
    promised: dict[str, datetime | None] = {}
    for post in Post.objects.filter(incident__in=incidents).order_by("-at")[:MOST]:
        promised.setdefault(post.incident, post.next_update_by)
        said[post.incident][post.number] = Update(post.number, post.title, post.words, post.at)
    width: dict[tuple[str, int], int] = {}
    entries = Entry.objects.filter(thread__in=threads, kind=PUBLISHED).select_related("body").order_by("-seq")[:MOST]
    for entry in entries:
        incident, number = threads[entry.thread_id], entry.facts["number"]
        order = audience(entry.audience).order
        if order < width.get((incident, number), MOST):
            width[incident, number] = order
            title = entry.body.detail.get("title", "")
            said[incident][number] = Update(number, title, entry.body.words, entry.recorded_at)
    return defaultdict(
        lambda: ([], None),
        {
            incident: (
                sorted(said[incident].values(), key=lambda each: each.number, reverse=True),
                promised.get(incident),
            )
            for incident in said
        },
    )
