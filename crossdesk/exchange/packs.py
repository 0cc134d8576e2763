"""A message as a person carries it: each part ready to be copied into a form of another organisation's portal or read
out on the telephone, and all of it as files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crossdesk.exchange.messages.message import About, File, Kind, Message
from crossdesk.kit.names import safe_name
from crossdesk.kit.time import in_full

TITLES = {
    Kind.RAISE: "The engagement",
    Kind.UPDATE: "News",
    Kind.REQUEST_INFO: "A question",
    Kind.SUPPLY_INFO: "An answer",
    Kind.CONFIRM: "Confirmed: it is resolved",
    Kind.DISPUTE: "Disputed: it is not resolved",
    Kind.WITHDRAW: "Withdrawn: they can close their ticket",
    Kind.CLOSE: "The whole case is closed",
}


@dataclass(frozen=True)
class Part:
    """One field to copy."""

    label: str
    text: str


def title_of(message: Message) -> str:
    return TITLES.get(message.kind, message.kind.value.replace("-", " ").capitalize())


def parts_of(message: Message) -> list[Part]:
    """What the desk needs (section 7.1.2 of the approach), in the order in which forms ask for it; no empty ones."""
    about = message.about
    told = _engagement(message, about) if about else [("What to tell them", message.words)]
    told = [("Their number", message.your_number), *told, ("Our reference", message.our_number)]
    told.append(("Needed by", in_full(message.due) if message.due else ""))
    told.append(("References", "\n".join(f"{each.type} {each.value}" for each in message.references)))
    return [Part(label, text.strip()) for label, text in told if text.strip()]


def _engagement(message: Message, about: About) -> list[tuple[str, str]]:
    return [
        ("Title", about.title),
        ("What we ask of them", about.description),
        ("Impact", about.impact),
        ("Why it lies with them", about.outside_because),
        ("What we investigated", about.investigated),
        ("Suspected cause", about.suspected_cause),
        ("Our priority", f"P{about.priority}" if about.priority else ""),
        ("Began", in_full(about.started_at) if about.started_at else ""),
        ("Raised by", ", ".join(each for each in (message.sender.desk, message.sender.party) if each)),
    ]


def as_text(message: Message) -> str:
    """All of it at once, for a form that has one field."""
    return "\n\n".join(f"{each.label}:\n{each.text}" for each in parts_of(message))


def as_zip(messages: Sequence[Message], at: datetime) -> bytes:
    """`case.json` and `case.txt`, and the files that go along; the same name twice gets a number."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        bare = [each.model_copy(update={"files": [_without(file) for file in each.files]}) for each in messages]
        archive.writestr("case.json", "[" + ",\n".join(each.encoded().decode() for each in bare) + "]\n")
        told = [f"{title_of(each)}, {in_full(each.occurred_at)}\n\n{as_text(each)}\n" for each in messages]
        archive.writestr("case.txt", f"\n{'—' * 20}\n\n".join(told))
        for number, file in enumerate((file for each in messages for file in each.files), 1):
            if file.content is not None:
                archive.writestr(f"files/{number:02}-{safe_name(file.name)}", file.content)
    return content.getvalue()


def _without(file: File) -> File:
    return file.model_copy(update={"content": None})
