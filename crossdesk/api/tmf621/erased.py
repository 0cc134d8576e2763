"""Words that were erased are not told by a ticket either."""

from __future__ import annotations

from crossdesk.api.tmf621.models import Given
from crossdesk.threads.models import Entry


def forget_given(said: Entry) -> None:
    """A reaction. What the author's tool had said beside the words may repeat them, so all of it goes."""
    erased = Entry.objects.filter(thread=said.thread_id, seq=said.facts["seq"]).values_list("by_party", flat=True)
    given = Given.objects.filter(case=said.thread_id, party__in=[party for party in erased if party])
    given.update(name="", description="", more={}, changed_at=said.recorded_at)
