"""Whom a level of escalation reaches by mail."""

from __future__ import annotations

DESK, GROUP, MANAGERS, NOBODY = "desk", "group", "managers", "nobody"
REACHES = (DESK, GROUP, MANAGERS, NOBODY)
ROLES = {
    "manager": "incident manager",
    "deputy": "deputy",
    "communications": "communications lead",
    "scribe": "scribe",
}
"""Of a war room: each has one holder at most."""
ROOM = tuple(ROLES)
OWNER, LEAD = "owner", "lead"
ACTIONS = {OWNER: "whoever owes it", LEAD: "the desk that leads"}
"""Of an action of a problem or a review."""
REACHED = {
    DESK: "the desk that has the work",
    GROUP: "the group that has the work, else the service managers of its desk",
    MANAGERS: "the service managers of the desk",
    NOBODY: "nobody",
}
