"""What was done with a review in plain words: when, by whom, and who reads it."""

from __future__ import annotations

from crossdesk.reviews.lifecycle import MOVES
from crossdesk.reviews.models import Review
from crossdesk.threads.models import Entry
from crossdesk.web.told import Line, joint_line, titled

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
    "remind": "{level}: {told} reminded of action {number}",
}


def line(entry: Entry, review: Review) -> Line:
    return joint_line(entry, titled(entry, TOLD, MOVES), review.lead, "review")
