"""The door to counting: after whatever may tip a threshold, its case is looked at again in a transaction of its own."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from crossdesk.exchange import changed_fields
from crossdesk.impact.crossing import TIPPING, look_again
from crossdesk.jobs.mail import own_connection
from crossdesk.kit.time import now
from crossdesk.majors.counting import case_counted
from crossdesk.threads.models import Entry

MAY_TIP = (*TIPPING, "case.link")


@app.task(name="impact.look")
def look(case: str) -> None:
    with own_connection():
        at = now()
        look_again(UUID(case), at)
        case_counted(UUID(case), at)
        changed_fields.counted(UUID(case), at)


def wake_looking(entry: Entry) -> None:
    """Not in the verb's own transaction: a million identifiers are counted, and cases of other threads with them."""
    look.defer(case=str(entry.thread_id))
