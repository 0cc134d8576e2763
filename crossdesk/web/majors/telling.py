"""The timeline of a war room in plain words: when it happened and, where that differs, when it was written down."""

from __future__ import annotations

from datetime import timedelta

from crossdesk.majors.lifecycle import MOVES
from crossdesk.majors.models import MajorIncident
from crossdesk.threads.models import Entry
from crossdesk.web import told
from crossdesk.web.told import Line, titled

AT_ONCE = timedelta(minutes=1)
TOLD = {
    "propose": "Proposed as a major incident",
    "declare": "Declared",
    "add_case": "Put {case} under it",
    "remove_case": "Took {case} out",
    "offer_role": "Offered the role of {role} to {name}",
    "take_role": "{name} is {role}",
    "refuse_role": "{name} refused the role of {role}",
    "describe": "Wrote the situation, edition {situation}",
    "note": "",
    "decide": "Decided",
    "give_action": "Gave an action to {owner} of {party}: {what}",
    "finish_action": "Done: {what}",
    "reach": "{party} reached: {reached}",
    "brief": "Update {number} was published: {title}",
    "remind": "{level}, for the next update: told {told}",
    "bring_in": "Brought in",
    "agree": "{party} agrees that its records are reconciled",
    "object": "{party} objects: its records are not reconciled",
    "answer_objection": "Answered the objection of {party}",
    "without": "Closed without the word of {parties}",
}
READERS = {"internal": ("internal", "{lead} only"), "party": ("leg", "{lead} and the party itself")}
"""How the audiences narrower than the room are drawn and called."""


def line(entry: Entry, incident: MajorIncident) -> Line:
    audience, audience_words = READERS.get(entry.audience, ("everyone", "Everyone in the room"))
    late = entry.recorded_at if entry.recorded_at - entry.happened_at >= AT_ONCE else None
    return told.line(entry, titled(entry, TOLD, MOVES), audience, audience_words.format(lead=incident.lead), late)
