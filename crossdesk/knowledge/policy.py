"""Who may do what with an article. The answer is a sentence that the refusal and the page share."""

from __future__ import annotations

from crossdesk.access import DESK_WORK, TRIAGE_WORK, NotAllowed, Role
from crossdesk.desks.models import Desk
from crossdesk.knowledge.lifecycle import WORDS
from crossdesk.knowledge.models import Article
from crossdesk.threads.viewer import Viewer

WRITING = frozenset({"write", "attach", "remove"})


def why_not(by: Viewer, move: str, article: Article) -> str | None:
    if move == "answer":
        return why_not_answer(by)
    return why_not_at(by, move, article.desk)


def why_not_at(by: Viewer, move: str, desk: Desk) -> str | None:
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    if not by.works_at(desk.pk):
        return f"Only {desk}, whose article it is, can {WORDS[move]}."
    needed = DESK_WORK if move in WRITING else TRIAGE_WORK
    if not by.roles & needed:
        return (
            f"At {desk}, only {'its own people' if move in WRITING else 'a desk agent or a manager'} can {WORDS[move]}."
        )
    return None


def why_not_answer(by: Viewer) -> str | None:
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    if by.person is None:
        return "Only a person who signed in can say whether an article solved something."
    return None


def require(by: Viewer, move: str, article: Article) -> None:
    if sentence := why_not(by, move, article):
        raise NotAllowed(sentence)
