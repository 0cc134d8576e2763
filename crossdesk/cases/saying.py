"""What the writing place does in one go: words or a question to one audience, and a file that goes with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crossdesk.access import Invalid
from crossdesk.cases import evidence, leg_work, writing
from crossdesk.cases.models import Case
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs


@dataclass(frozen=True)
class Attached:
    name: str
    chunks: Iterable[bytes]


def say(
    case: Case,
    *,
    to: str,
    words: str,
    by: Viewer,
    at: datetime,
    ask_by: datetime | None = None,
    attached: Attached | None = None,
    seen: int | None = None,
) -> Entry:
    """One transaction: a file that is refused takes its words with it, so that nothing leaves half."""
    with verbs():
        if ask_by:
            entry = _ask(case, to, words, ask_by, by, at, seen)
        else:
            entry = writing.write(case, to=to, words=words, by=by, at=at, seen=seen)
        if attached:
            evidence.add(case, attached.name, attached.chunks, by=by, at=at, audience=to, goes_with=entry.seq)
    return entry


def _ask(case: Case, to: str, words: str, due_at: datetime, by: Viewer, at: datetime, seen: int | None) -> Entry:
    if to == "raiser":
        return writing.ask_raiser(case, words=words, due_at=due_at, by=by, at=at, seen=seen).entry
    _, leg = writing.audience_for(case, to, by)
    if leg is None:
        raise Invalid("A question goes to the raiser or to one engaged desk; choose which.")
    return leg_work.ask(leg, words=words, due_at=due_at, by=by, at=at, seen=seen).entry
