"""The fact sheet: written once, each line with its mark, and read by each audience as far as its marks allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crossdesk import rulebook
from crossdesk.access import Invalid
from crossdesk.kit.time import in_full
from crossdesk.notices.models import Line
from crossdesk.rulebook.rows.telling import Audience

NARROWEST = "lead"
LONGEST_LINE, MOST_LINES, LONGEST_TITLE = 2_000, 60, 140


@dataclass(frozen=True)
class Said:
    """One line: of which part of the sheet, and the widest audience that may read it."""

    part: str
    words: str
    mark: str = NARROWEST


@dataclass(frozen=True)
class Sheet:
    title: str
    lines: Sequence[Said]
    audiences: Sequence[str]
    next_update_by: datetime | None = None


def audience(key: str) -> Audience:
    row = rulebook.current().audiences.get(key)
    if row is None:
        raise Invalid(f"“{key}” is no audience of the communications plan; choose one of the list.")
    return row


def by_width() -> list[Audience]:
    """From narrow to wide."""
    return sorted(rulebook.current().audiences.values(), key=lambda row: row.order)


def may_read(reader: str, mark: str) -> bool:
    """Everybody who is not wider than the mark."""
    return audience(reader).order <= audience(mark).order


def tidy(sheet: Sheet) -> Sheet:
    """As it is kept: lines without words dropped, audiences from narrow to wide; or what is wrong with it."""
    lines = [Said(line.part, line.words.strip(), line.mark) for line in sheet.lines if line.words.strip()]
    title = " ".join(sheet.title.split())
    if not title:
        raise Invalid("Give the update a title; it is the subject of every letter.")
    if len(title) > LONGEST_TITLE:
        raise Invalid(f"The title is longer than {LONGEST_TITLE} characters; shorten it.")
    if not lines:
        raise Invalid("Write at least one line.")
    if len(lines) > MOST_LINES or any(len(line.words) > LONGEST_LINE for line in lines):
        raise Invalid(f"An update has at most {MOST_LINES} lines of {LONGEST_LINE:,} characters each.")
    for line in lines:
        if line.part not in Line.Part.values:
            raise Invalid("A line belongs to one of the parts of the sheet; choose one.")
        audience(line.mark)
    chosen = [row.key for row in by_width() if row.key in sheet.audiences and row.key != NARROWEST]
    if unknown := set(sheet.audiences) - set(chosen):
        raise Invalid(f"An update cannot be sent to “{min(unknown)}”; choose audiences of the list.")
    if not chosen:
        raise Invalid("Choose at least one audience.")
    return Sheet(title, lines, chosen, sheet.next_update_by)


def rendered(lines: Iterable[Line], reader: str, next_update_by: datetime | None) -> str:
    """What this audience may know, in the order of the sheet; nothing where no line is marked for it."""
    readable = [line for line in lines if may_read(reader, line.mark)]
    if not readable:
        return ""
    pieces = []
    for part in Line.Part:
        words = [line.words for line in readable if line.part == part]
        if words:
            pieces.append("\n".join([part.label, *(f"- {each}" for each in words)]))
    pieces.append(until_words(next_update_by))
    return "\n\n".join(pieces)


def until_words(next_update_by: datetime | None) -> str:
    if next_update_by is None:
        return "No further update is promised."
    return f"Next update by {in_full(next_update_by)}."
