"""The timeline of a war room in plain words: when it happened and, where that differs, when it was written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdesk.majors.lifecycle import MOVES
from crossdesk.majors.models import MajorIncident
from crossdesk.threads.models import Entry
from crossdesk.web.console import timed
from crossdesk.web.console.telling import Known

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


@dataclass(frozen=True)
class Line:
    seq: int
    at: datetime
    recorded_at: datetime | None
    title: str
    author: str
    organisation: str
    words: str
    erased: bool
    audience: str
    audience_words: str


def line(entry: Entry, incident: MajorIncident) -> Line:
    body = entry.body
    audience, audience_words = READERS.get(entry.audience, ("everyone", "Everyone in the room"))
    return Line(
        seq=entry.seq,
        at=entry.happened_at,
        recorded_at=entry.recorded_at if entry.recorded_at - entry.happened_at >= AT_ONCE else None,
        title=title_of(entry),
        author=body.author,
        organisation=body.organisation,
        words=body.words,
        erased=body.erased,
        audience=audience,
        audience_words=audience_words.format(lead=incident.lead),
    )


def title_of(entry: Entry) -> str:
    if entry.kind in timed.TITLES:
        return timed.title(entry)
    name = entry.kind.rpartition(".")[2]
    told = TOLD.get(name)
    if told is None:
        return MOVES[name].done if name in MOVES else name.replace("_", " ").capitalize()
    return told.format_map(Known(entry.facts | entry.body.detail)).strip()
