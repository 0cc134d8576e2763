"""What every verb on a known error does around its own few lines: lock, state, permission."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from crossdesk.access import Moved
from crossdesk.known_errors import policy
from crossdesk.known_errors.lifecycle import TABLE, State
from crossdesk.known_errors.models import EVERYBODY, KnownError
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs

TRUTH = KnownError.objects.select_related("desk__owner", "desk__seat").defer("tsv")


@contextmanager
def moving(known: KnownError, name: str, *, by: Viewer, at: datetime, edition: int | None = None) -> Iterator[Thread]:
    """Inside, the thread is locked and the row as it truly is; `told` keeps it. `edition` is the writing seen.

    A verb that changes a known error and a case locks the known error first.
    """
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=known.pk)
        known.refresh_from_db(from_queryset=TRUTH)
        policy.require(by, name, known.desk)
        to = TABLE.advance(name, known.state, str(known), State(known.state).label.lower())
        if edition is not None and edition != known.edition:
            raise Moved(
                f"Edition {known.edition} of {known} was written meanwhile."
                " Your words are kept; take in what changed and save again."
            )
        known.state = to or known.state
        yield thread


def seats_of(known: KnownError) -> list[int]:
    """The desk always; the others only while it stands published or fixed."""
    desk = known.desk.seat_id
    if known.state not in {State.PUBLISHED, State.FIXED} or known.to == KnownError.To.DESK:
        return [desk]
    if known.to == KnownError.To.EVERYONE:
        return [EVERYBODY, desk]
    named = Party.objects.filter(pk__in=known.readers.values("party")).values_list("seat", flat=True)
    return sorted({desk, *named})


def told(thread: Thread, known: KnownError, move: str, words: str, by: Viewer, at: datetime, **more: Any) -> Entry:
    """Keeps the row and then tells: what follows from the entry finds it as it is from now on."""
    known.changed_at, known.seats = at, seats_of(known)
    known.save()
    author = by.author(known.desk_id)
    return record(thread, f"known_error.{move}", audience=known.internal(), by=author, at=at, words=words, **more)
