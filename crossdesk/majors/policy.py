"""Who may do what in a major incident. The affected central provider's desk leads; the room takes part."""

from __future__ import annotations

from crossdesk.access import NotAllowed, Role
from crossdesk.majors.lifecycle import TABLE
from crossdesk.majors.models import MajorIncident, RoleHeld
from crossdesk.threads.viewer import Viewer

UPDATES = frozenset({"draft_update", "ask_second", "release_update", "stop_update", "hold_update", "brief"})
"""An update holds lines that only the lead desk may read, so nobody else writes or sends it."""
MANAGERS = frozenset({Role.MAJOR_INCIDENT_MANAGER, Role.SERVICE_MANAGER})
LEADING = frozenset(
    {"declare", "reject", "restore", "stand_down", "resend", "answer_objection", "close", "review", "declare_again"}
)
RUNNING = frozenset(
    {"add_case", "remove_case", "bring_in", "offer_role", "describe", "bridge", "give_action", "reach", "promise"}
)
"""What the lead desk's people and whoever holds a role in the room may do."""


def why_not(by: Viewer, move: str, incident: MajorIncident) -> str | None:
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    at_lead, said = by.works_at(incident.lead_id), TABLE.said(move)
    if move in LEADING:
        if at_lead and by.roles & MANAGERS:
            return None
        return f"Only a major incident manager or service manager of {incident.lead}, which leads, can {said}."
    if move in UPDATES:
        return None if at_lead else f"Only {incident.lead}, which leads, can {said}."
    if move in RUNNING:
        return None if at_lead or _holds_a_role(by, incident) else f"Only {incident.lead}, which leads, can {said}."
    return None if set(by.seats) & set(incident.seats) else f"Only those in the war room of {incident} can {said}."


def require(by: Viewer, move: str, incident: MajorIncident) -> None:
    if sentence := why_not(by, move, incident):
        raise NotAllowed(sentence)


def _holds_a_role(by: Viewer, incident: MajorIncident) -> bool:
    mine = RoleHeld.objects.filter(incident=incident, person=by.person, ended_at=None, accepted_at__isnull=False)
    return by.person is not None and mine.exclude(role=RoleHeld.Role.LIAISON).exists()
