"""Keeping what a demonstration sent, for those who may read the letter it was."""

from __future__ import annotations

from crossdesk.exchange.letters.raw import RawLetter
from crossdesk.exchange.letters.read import read_letter
from crossdesk.exchange.models import OutboxItem, SunkMail
from crossdesk.exchange.receiving import receiving_seats
from crossdesk.threads.viewer import verbs


def keep(letter: RawLetter) -> str:
    read = read_letter(letter.content)
    with verbs():
        ours = OutboxItem.objects.filter(message_id=read.message_id).first()
        kept, _ = SunkMail.objects.get_or_create(
            sha256=letter.digest,
            defaults={
                "content": letter.content,
                "to": list(letter.envelope_to),
                "subject": read.subject,
                "arrived_at": letter.arrived_at,
                "seats": ours.seats if ours else receiving_seats(()),
            },
        )
    return f"letter {kept.pk}"
