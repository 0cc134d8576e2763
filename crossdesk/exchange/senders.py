"""What a desk noted about a sender: turned away, or known. Neither gives a right; only a directory contact does."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, NotAllowed
from crossdesk.desks.models import Desk
from crossdesk.exchange.models import RawMail, SenderNote
from crossdesk.threads.viewer import Viewer, verbs


def note(mail: RawMail, *, words: str, turned_away: bool, by: Viewer, at: datetime) -> SenderNote:
    """From now on: the note stands on each letter of theirs, and one that is turned away is set aside unread."""
    if not words.strip():
        raise Invalid("Say who this sender is, or why their letters are turned away; whoever reads the next one asks.")
    if not mail.sender:
        raise Invalid("This letter names no sender to note anything about.")
    with verbs():
        desk = Desk.objects.filter(pk__in=by.desks, seat__in=mail.seats).first()
        if desk is None:
            raise NotAllowed("This letter was not written to your desk.")
        SenderNote.objects.filter(address=mail.sender, seats=[desk.seat_id], ended_at=None).update(ended_at=at)
        return SenderNote.objects.create(
            address=mail.sender,
            words=words.strip()[:500],
            turned_away=turned_away,
            noted_by=by.name[:120],
            noted_at=at,
            seats=[desk.seat_id],
        )


def end_note(kept: SenderNote, *, by: Viewer, at: datetime) -> None:
    with verbs():
        if not set(kept.seats) & set(by.seats):
            raise NotAllowed("This note is another desk's.")
        SenderNote.objects.filter(pk=kept.pk, ended_at=None).update(ended_at=at)


def noted(mail: RawMail) -> SenderNote | None:
    """As whoever asks may see it."""
    live = SenderNote.objects.filter(address=mail.sender, ended_at=None, seats__overlap=mail.seats)
    return live.order_by("-pk").first() if mail.sender else None
