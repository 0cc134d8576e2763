"""A line of a record's timeline in plain words: what was done, by whom, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crossdesk.access.moves import Move
from crossdesk.desks.models import Desk
from crossdesk.threads.models import Entry
from crossdesk.web.console import timed
from crossdesk.web.console.telling import Known

LOOKS = {"internal": "internal", "section": "internal", "part": "leg"}
"""How the audiences of a joint record that are narrower than all its readers are drawn."""


@dataclass(frozen=True)
class Line:
    seq: int
    at: datetime
    recorded_at: datetime | None
    title: str
    author: str
    organisation: str
    words: str
    erased: bool
    audience: str
    audience_words: str


def line(entry: Entry, title: str, audience: str, audience_words: str, recorded_at: datetime | None = None) -> Line:
    body = entry.body
    return Line(
        seq=entry.seq,
        at=entry.happened_at,
        recorded_at=recorded_at,
        title=title,
        author=body.author,
        organisation=body.organisation,
        words=body.words,
        erased=body.erased,
        audience=audience,
        audience_words=audience_words,
    )


def joint_line(entry: Entry, title: str, desk: Desk | str, noun: str) -> Line:
    """Of a record that several parties write and `desk` leads."""
    named = {
        "internal": f"{desk} only",
        "section": "Your own party only",
        "part": f"The party and {desk}",
    }
    readers = named.get(entry.audience, f"Every reader of the {noun}")
    return line(entry, title, LOOKS.get(entry.audience, "everyone"), readers)


def titled(entry: Entry, told: Mapping[str, str], moves: Mapping[str, Move]) -> str:
    """As `told` words it, else as its lifecycle does; an unknown kind is still told, by its own name."""
    if entry.kind in timed.TITLES:
        return timed.title(entry)
    name = entry.kind.rpartition(".")[2]
    words = told.get(name)
    if words is None:
        return moves[name].done if name in moves else name.replace("_", " ").capitalize()
    return words.format_map(Known(entry.facts | entry.body.detail)).strip()
