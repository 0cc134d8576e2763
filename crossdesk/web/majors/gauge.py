"""How many MPANs are affected, against the published edges of the row that applies, as far as the viewer may know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crossdesk import rulebook
from crossdesk.impact.judging import CROSS_PARTY, MAJOR
from crossdesk.majors.models import OnIt
from crossdesk.majors.questions import Room
from crossdesk.rulebook.rows.handling import Scenario
from crossdesk.rulebook.rows.row import Threshold
from crossdesk.web.gauge import aloud, edge, scale


@dataclass(frozen=True)
class Part:
    """One party's share: its word, and whether it was reached, where the viewer is told."""

    name: str
    mpans: int
    percent: float
    says: str = ""
    reached: str = ""


@dataclass(frozen=True)
class Gauge:
    total: int
    counted_at: datetime | None
    parts: list[Part]
    edges: list[dict[str, Any]]
    words: str
    questions: list[tuple[str, str, str]]
    """A worded threshold: its words, its column, and what triage answered."""

    @property
    def crossed(self) -> list[str]:
        return [edge["column"] for edge in self.edges if edge["crossed"]]


def gauge_of(room: Room) -> Gauge:
    whole = next((share for share in room.shares if share.party_id is None), None)
    total = whole.mpans if whole else 0
    scenario = rulebook.current().scenarios.get(room.incident.scenario)
    counted = list(_counted(scenario)) if scenario else []
    whole_scale = scale(total, [threshold.count for _, threshold in counted])
    edges = [edge(column, threshold, total, whole_scale) for column, threshold in counted]
    return Gauge(
        total=total,
        counted_at=whole.counted_at if whole else None,
        parts=list(_parts(room, total, whole_scale)),
        edges=edges,
        words=aloud(total, "MPANs", whole_scale, edges),
        questions=list(_questions(room, scenario)) if scenario else [],
    )


def _parts(room: Room, total: int, whole: int) -> Iterator[Part]:
    """To the lead desk each party's share; to anybody else their own, and the rest as one."""
    on_it = {place.party_id: place for place in room.parties}
    said = room.said if room.at_lead else {}
    told = 0
    for share in room.shares:
        if share.party is None or not (room.at_lead or share.party_id == room.viewer.party):
            continue
        told += share.mpans
        word = said.get(share.party.pk)
        yield Part(
            share.party.name,
            share.mpans,
            100 * share.mpans / whole,
            word.get_says_display() if word else "",
            _reached(on_it.get(share.party.pk)),
        )
    if not room.at_lead and total > told:
        yield Part("Other parties", total - told, 100 * (total - told) / whole)


def _reached(place: OnIt | None) -> str:
    return place.get_reached_display() if place else ""


def _counted(scenario: Scenario) -> Iterator[tuple[str, Threshold]]:
    book = rulebook.current()
    for column, threshold in ((CROSS_PARTY, scenario.cross_party), (MAJOR, scenario.major)):
        phrase = book.phrase(scenario.key, column) if threshold.phrase else None
        counted = phrase.measured if phrase else threshold
        if counted is not None and counted.measure == "mpans":
            yield column, counted


def _questions(room: Room, scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    book = rulebook.current()
    for column, threshold in ((CROSS_PARTY, scenario.cross_party), (MAJOR, scenario.major)):
        phrase = book.phrase(scenario.key, column) if threshold.phrase else None
        if phrase is None or phrase.measured:
            continue
        answer = room.answers.get(phrase.key) if room.at_lead else None
        words = f"{'yes' if answer.holds else 'no'}: {answer.why}" if answer else ""
        yield phrase.as_written, column, words
