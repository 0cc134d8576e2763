"""A client of Crossdesk's own API, for the tools of a party.

    from crossdesk.client import Crossdesk

    with Crossdesk("https://desk.example", token) as desk:
        case = desk.cases.raise_(query_type="dip-message-failure", summary="…", impact="…", without_because="…")
        for entry in desk.cases.timeline(case.reference):
            print(entry.happened_at, entry.organisation, entry.words)

Every change names what was read: it takes the case or engagement that an earlier call answered, and answers it anew. A
request that does not get through is sent again with the same Idempotency-Key, so that it acts once. Whatever the server
refuses is a `Problem`, whose text is the server's own sentence.
"""

from crossdesk.client.desk import Crossdesk
from crossdesk.client.shapes import Case, CaseRow, Engagement, Entry, Request
from crossdesk.client.webhooks import Event, NotGenuine, verify
from crossdesk.client.wire import Problem

__all__ = [
    "Case",
    "CaseRow",
    "Crossdesk",
    "Engagement",
    "Entry",
    "Event",
    "NotGenuine",
    "Problem",
    "Request",
    "verify",
]
