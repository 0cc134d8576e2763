"""What was done with a review in plain words: when, by whom, and who reads it."""

from __future__ import annotations

from crossdesk.reviews.lifecycle import MOVES
from crossdesk.reviews.models import Review
from crossdesk.threads.models import Entry
from crossdesk.web.console import timed
from crossdesk.web.console.telling import Known
from crossdesk.web.majors.telling import Line

TOLD = {
    "open": "Opened",
    "describe": "Wrote the account, edition {edition}",
    "word_event": "Worded a line of the timeline: {title}",
    "say_when": "Said when {moment}",
    "write_section": "Wrote our section, edition {edition}",
    "name": "Is read as {as}",
    "sign": "Signed the section",
    "unsign": "Took the signature back",
    "give_action": "Gave an action to {owner} of {party}: {what}",
}
LOOKS = {"internal": "internal", "section": "internal", "part": "leg"}


def line(entry: Entry, review: Review) -> Line:
    body = entry.body
    return Line(
        seq=entry.seq,
        at=entry.happened_at,
        recorded_at=None,
        title=title_of(entry),
        author=body.author,
        organisation=body.organisation,
        words=body.words,
        erased=body.erased,
        audience=LOOKS.get(entry.audience, "everyone"),
        audience_words=readers(entry, review),
    )


def readers(entry: Entry, review: Review) -> str:
    named = {
        "internal": f"{review.lead} only",
        "section": "Your own party only",
        "part": f"The party and {review.lead}",
    }
    return named.get(entry.audience, "Every reader of the review")


def title_of(entry: Entry) -> str:
    if entry.kind in timed.TITLES:
        return timed.title(entry)
    name = entry.kind.rpartition(".")[2]
    told = TOLD.get(name)
    if told is None:
        return MOVES[name].done if name in MOVES else name.replace("_", " ").capitalize()
    return told.format_map(Known(entry.facts | entry.body.detail)).strip()
