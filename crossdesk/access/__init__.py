"""What may be refused, and the roles a membership carries. Values only: nothing here reads a database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    SERVICE_USER = "service_user"
    AGENT = "agent"
    RESOLVER = "resolver"
    SERVICE_MANAGER = "service_manager"
    MAJOR_INCIDENT_MANAGER = "major_incident_manager"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return {"agent": "desk agent", "administrator": "party administrator"}.get(self, self.replace("_", " "))


DESK_WORK = frozenset({Role.AGENT, Role.RESOLVER, Role.SERVICE_MANAGER, Role.MAJOR_INCIDENT_MANAGER})
TRIAGE_WORK = DESK_WORK - {Role.RESOLVER}


@dataclass
class Refused(Exception):
    """A verb said no. The sentence is for the person who asked: what is wrong and what to do next."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence


class NotAllowed(Refused):
    """Asked by somebody who may not."""


class WrongStage(Refused):
    """Asked at a stage that does not have this move."""


class Invalid(Refused):
    """What was given cannot be used as it is."""


class Moved(Refused):
    """Somebody else changed it since the asker last looked."""
