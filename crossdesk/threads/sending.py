"""A form sent twice acts once: the second sending waits for the first and answers as it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.threads.models import Sending
from crossdesk.threads.viewer import Viewer, verbs

KEPT = timedelta(days=2)


@dataclass
class Once:
    """`answer` is where the first sending led; `before` says that this one is not the first."""

    before: bool = False
    answer: str = ""
    refused: bool = False


@contextmanager
def once(key: str, *, by: Viewer, at: datetime) -> Iterator[Once]:
    """Kept in the transaction of the verb inside; what led nowhere leaves no trace and may be sent again.

    While another sending of the same form is on its way, the primary key makes this one wait for how it ends.
    """
    with transaction.atomic():
        if not key or by.person is None:
            yield Once()
            return
        with verbs():
            Sending.objects.filter(person=by.person, at__lt=at - KEPT).delete()
            Sending.objects.bulk_create([Sending(key=key, person=by.person, at=at)], ignore_conflicts=True)
            kept = Sending.objects.get(pk=key)
        this = Once(bool(kept.answer), kept.answer)
        yield this
        if not this.before:
            mine = Sending.objects.filter(pk=key)
            with verbs():
                mine.delete() if this.refused or not this.answer else mine.update(answer=this.answer)
