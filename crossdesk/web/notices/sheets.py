"""The form of a fact sheet: as the page shows it, and as it comes back. Empty lines are offered and dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from crossdesk.access import Invalid
from crossdesk.kit.time import london
from crossdesk.majors.models import MajorIncident
from crossdesk.notices.models import Briefing, Line
from crossdesk.notices.sheet import NARROWEST, Said, Sheet, by_width
from crossdesk.web.moments import LondonTime

SPARE = {Line.Part.WORKAROUND: 1}
"""Empty lines below those that are written; two where nothing is said."""


@dataclass(frozen=True)
class Row:
    name: str
    words: str
    mark: str
    label: str


@dataclass(frozen=True)
class Part:
    key: str
    label: str
    rows: list[Row]


def filled(briefing: Briefing | None, incident: MajorIncident) -> dict[str, Any]:
    """The update in hand; else the one that was stopped last; else what the war room says of the situation."""
    if briefing:
        lines = [Said(line.part, line.words, line.mark) for line in briefing.lines.all()]
        return shown(briefing.title, lines, briefing.audiences, _local(briefing.next_update_by))
    told = [Said(Line.Part.HAPPENED, words) for words in incident.conditions.splitlines()]
    told += [Said(Line.Part.DOING, words) for words in incident.doing.splitlines()]
    return shown("", told, ["affected", "raisers"], _local(incident.next_update_by))


def shown(title: str, lines: Iterable[Said], audiences: Iterable[str], next_update_by: str) -> dict[str, Any]:
    lines = list(lines)
    return {
        "title": title,
        "parts": [_part(part, [line for line in lines if line.part == part]) for part in Line.Part],
        "chosen": list(audiences),
        "next_update_by": next_update_by,
    }


def choices() -> dict[str, Any]:
    rows = by_width()
    return {
        "marks": [(row.key, "Only the lead desk" if row.key == NARROWEST else row.name) for row in rows],
        "audiences": [row for row in rows if row.key != NARROWEST],
    }


def lines_of(posted: QueryDict) -> list[Said]:
    """In the order of the sheet. A field is called words-<part>-<number>, and its mark likewise."""
    found = []
    for part in Line.Part:
        names = [name for name in posted if name.startswith(f"words-{part}-")]
        for name in sorted(names, key=lambda name: int("0" + "".join(filter(str.isdecimal, name))[:4])):
            mark = posted.get(name.replace("words-", "mark-", 1), NARROWEST)
            found.append(Said(part, posted.get(name, ""), mark))
    return found


def read(posted: QueryDict) -> Sheet:
    return Sheet(
        posted.get("title", ""),
        lines_of(posted),
        posted.getlist("audiences"),
        _moment(posted.get("next_update_by", "")),
    )


def as_posted(posted: QueryDict) -> dict[str, Any]:
    """What was refused keeps its words."""
    kept = [line for line in lines_of(posted) if line.words.strip()]
    when = posted.get("next_update_by", "")
    return shown(posted.get("title", ""), kept, posted.getlist("audiences"), when)


def _part(part: Line.Part, lines: list[Said]) -> Part:
    spare = 1 if lines else SPARE.get(part, 2)
    every = [*lines, *(Said(part, "") for _ in range(spare))]
    rows = [
        Row(f"{part}-{number}", line.words, line.mark, f"{part.label}, line {number}")
        for number, line in enumerate(every, 1)
    ]
    return Part(part, part.label, rows)


def _moment(written: str) -> datetime | None:
    if not written.strip():
        return None
    try:
        moment: datetime = LondonTime().clean(written)
    except ValidationError:
        raise Invalid("Give the next update's day and time, such as 24/11/2026 13:00.") from None
    return moment


def _local(moment: datetime | None) -> str:
    return f"{london(moment):%Y-%m-%dT%H:%M}" if moment else ""
