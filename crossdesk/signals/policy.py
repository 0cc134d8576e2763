"""Who gives events, and who decides about what was noticed in them. The answer is a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from crossdesk import rulebook
from crossdesk.access import TRIAGE_WORK, NotAllowed
from crossdesk.desks.models import Desk
from crossdesk.threads.viewer import Viewer


def operators_desk() -> Desk | None:
    """Whose eyes see all of the journal: the desk that the detectors propose to. Inside `verbs()`, or as a viewer."""
    rules = list(dict.fromkeys(row.desk for row in rulebook.current().detectors.values() if row.desk))
    return Desk.objects.select_related("owner", "seat").filter(rule__in=rules).order_by("pk").first()


def at_operator(by: Viewer, desk: Desk | None) -> bool:
    return desk is not None and by.works_at(desk.pk)


def why_not_give(by: Viewer) -> str | None:
    """Who gives events says what the whole market reads of itself, so it is the operator's own people and keys."""
    desk = operators_desk()
    if at_operator(by, desk):
        return None
    name = desk.name if desk else "operator's desk"
    return f"Only the {name} gives events of the journal; ask it, where yours are missing."


def why_not_decide(by: Viewer, desk: Desk) -> str | None:
    if not by.works_at(desk.pk):
        return f"Only the {desk} decides about what was noticed."
    if not by.roles & TRIAGE_WORK:
        return f"At the {desk}, only a desk agent or a service manager decides about what was noticed."
    if by.party != desk.owner_id:
        return f"You act for {by.party_name}; to raise a case of the {desk}, act for {desk.owner}."
    return None


def require(sentences: Iterable[str | None]) -> None:
    for sentence in sentences:
        if sentence:
            raise NotAllowed(sentence)
