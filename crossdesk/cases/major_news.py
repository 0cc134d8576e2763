"""What comes to a case from above it: a major incident's news for its raiser, a parent's resolution as a proposal."""

from __future__ import annotations

from datetime import datetime

from crossdesk.cases.models import Case, CaseLink
from crossdesk.cases.moving import settle
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Author


def tell_raiser(case: Case, words: str, *, incident: str, title: str, by: Author, at: datetime) -> None:
    """In the hand of the desk that leads the incident, to this case's raiser and its desk. Inside `verbs()`."""
    thread = Thread.objects.select_for_update().get(pk=case.pk)
    case.refresh_from_db()
    detail = {"incident": incident, "title": title}
    record(thread, "case.major_update", audience=case.to_raiser(), by=by, at=at, words=words, detail=detail)
    settle(case, thread, at)


def propose_to_children(entry: Entry) -> None:
    """A reaction to a parent's resolution. Each child's own desk decides; nothing closes by it.

    The parent's words are another raiser's: they go along only where the child's desk reads them anyway.
    """
    links = CaseLink.objects.filter(parent=entry.thread_id, kind=CaseLink.Kind.CHILD)
    for link in links.select_related("parent", "child__owner", "child__raiser").order_by("child"):
        child = link.child
        thread = Thread.objects.select_for_update().get(pk=child.pk)
        if not child.is_open:
            continue
        readers = child.internal(child.owner)
        same = set(readers.seats) <= set(entry.seats)
        record(
            thread,
            "case.resolution_proposed",
            audience=readers,
            by=CROSSDESK,
            at=entry.recorded_at,
            words=entry.body.words if same else "",
            detail={"parent": str(link.parent) if same else ""},
        )
