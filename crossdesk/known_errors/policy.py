"""Who may do what with a known error: its desk writes it, a manager of that desk says who reads it."""

from __future__ import annotations

from crossdesk.access import TRIAGE_WORK, NotAllowed, Role
from crossdesk.desks.models import Desk
from crossdesk.known_errors.lifecycle import TABLE
from crossdesk.threads.viewer import Viewer

MANAGERS = frozenset({Role.SERVICE_MANAGER, Role.MAJOR_INCIDENT_MANAGER})
DECIDING = frozenset({"publish", "readdress", "fix", "came_back", "withdraw"})


def why_not(by: Viewer, move: str, desk: Desk) -> str | None:
    said = "write one for it" if move == "begin" else TABLE.said(move)
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    if not by.works_at(desk.pk):
        return f"Only {desk}, whose known error it is, can {said}."
    if move in DECIDING and not by.roles & MANAGERS:
        return f"Only a service manager or major incident manager of {desk} can {said}."
    if not by.roles & TRIAGE_WORK:
        return f"At {desk}, only a desk agent or a manager can {said}."
    return None


def require(by: Viewer, move: str, desk: Desk) -> None:
    if sentence := why_not(by, move, desk):
        raise NotAllowed(sentence)
