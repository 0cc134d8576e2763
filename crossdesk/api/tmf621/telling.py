"""Words, files and references that come with a ticket, by the verbs of the pages. All of them are only ever added."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crossdesk.api.tmf621 import bodies
from crossdesk.api.tmf621.bodies import Body
from crossdesk.api.tmf621.errors import invalid
from crossdesk.api.tmf621.faces import opaque
from crossdesk.cases import evidence, leg_work, references, writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case, Question
from crossdesk.threads.viewer import Viewer

LONGEST_NAME = 120
EXTENSIONS = {
    "text/plain": "txt", "text/csv": "csv", "application/json": "json", "application/xml": "xml", "text/xml": "xml",
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "message/rfc822": "eml",
}  # fmt: skip


def audience(leg: Leg | None) -> str:
    return f"leg:{leg.pk}" if leg else "raiser"


def write_notes(case: Case, leg: Leg | None, notes: Iterable[Body], *, by: Viewer, at: datetime) -> None:
    """The first words after a question are its answer, as they are by mail."""
    for note in notes:
        say(case, leg, note["text"], by=by, at=at)


def say(case: Case, leg: Leg | None, words: str, *, by: Viewer, at: datetime) -> None:
    if leg:
        leg_work.answer(leg, by=by, at=at, words=words)
    elif Question.objects.filter(case=case, leg=None, addressee=case.raiser.seat_id, answered_at=None).exists():
        writing.answer(case, question=None, words=words, by=by, at=at)
    else:
        writing.write(case, to="raiser", words=words, by=by, at=at)


def add_files(case: Case, leg: Leg | None, attachments: Iterable[Body], *, by: Viewer, at: datetime) -> dict[str, str]:
    """What their sender called the type of each, by the id it has from now on."""
    types: dict[str, str] = {}
    for each in attachments:
        content = bodies.content_of(each)
        name = file_name(each)
        if content is None:
            where = each.get("url") or each.get("href") or ""
            if not where:
                raise invalid("Each “attachment” has a “content” or a “url”.", "missingProperty")
            words = f"An attachment is kept elsewhere: {name}, {where}"
            say(case, leg, words[: writing.LONGEST], by=by, at=at)
            continue
        kept = evidence.add(case, name, [content], by=by, at=at, audience=audience(leg))
        if each.get("attachmentType"):
            types[opaque(kept.entry)] = each["attachmentType"][:120]
    return types


def file_name(attachment: Body) -> str:
    """With the ending that its type has, where its name brings none."""
    name = (attachment.get("name") or attachment.get("description") or "attachment")[:LONGEST_NAME]
    ending = EXTENSIONS.get(attachment.get("mimeType", "").split(";")[0].strip().lower())
    return name if "." in name[-6:] or not ending else f"{name}.{ending}"


def add_lists(case: Case, entities: Iterable[Body], *, by: Viewer, at: datetime, leg: Leg | None = None) -> None:
    by_kind: dict[str, list[str]] = {}
    for entity in entities:
        if kind := bodies.kind_of(entity):
            by_kind.setdefault(kind, []).append(entity["id"])
    for kind, values in by_kind.items():
        chunks = ["\n".join(values).encode()]
        references.add_list(case, chunks, kind, by=by, at=at, source="TMF621", to=audience(leg))
