"""Letters that carry words which were erased: our copies are blanked, and what has not left does not leave."""

from __future__ import annotations

from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.threads.models import Entry

NOTE = "Erased with the entry it belongs to."
LETTER = f"Subject: Erased\r\n\r\n{NOTE}\r\n".encode()


def forget_letters(said: Entry) -> None:
    letters = OutboxItem.objects.filter(entry__thread=said.thread_id, entry__seq=said.facts["seq"])
    letters.exclude(state=OutboxItem.State.SENT).update(state=OutboxItem.State.STOPPED, last_error=NOTE)
    letters.update(subject="", body=NOTE, raw=None)
    arrived = RawMail.objects.filter(entry__thread=said.thread_id, entry__seq=said.facts["seq"])
    arrived.update(content=LETTER, opened=None, subject="Erased")
