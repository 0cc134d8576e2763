"""The letter that words would become, before they are sent: written by doing it, and then undone.

So the preview is the letter, not a likeness of it; only its Message-ID is given anew when it is really sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy

from django.db import transaction

from crossdesk.cases.models import Case
from crossdesk.cases.saying import say
from crossdesk.exchange.composing import write_letter
from crossdesk.exchange.models import OutboxItem
from crossdesk.threads.viewer import Viewer, verbs


@dataclass(frozen=True)
class Preview:
    sender: str
    to: str
    reply_to: str
    subject: str
    text: str
    attachments: list[str]


def preview(
    case: Case, *, to: str, words: str, by: Viewer, at: datetime, ask_by: datetime | None = None
) -> list[Preview]:
    """Every letter that would leave; none where all readers read here."""
    with verbs():
        before = transaction.savepoint()
        try:
            entry = say(case, to=to, words=words, ask_by=ask_by, by=by, at=at)
            items = OutboxItem.objects.filter(entry=entry).order_by("pk")
            return [_read(write_letter(item, at)) for item in items.select_related("leg__from_desk", "leg__to_desk")]
        finally:
            transaction.savepoint_rollback(before)


def _read(raw: bytes) -> Preview:
    letter = message_from_bytes(raw, policy=policy.default)
    text = letter.get_body(preferencelist=("plain",))
    return Preview(
        sender=str(letter["From"]),
        to=str(letter["To"]),
        reply_to=str(letter["Reply-To"] or ""),
        subject=str(letter["Subject"]),
        text=text.get_content() if text else "",
        attachments=[part.get_filename() or "a file" for part in letter.iter_attachments()],
    )
