"""An agreement between Pennine Grid, which promises, and Elexon; and who signs for either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.desks import agreements
from crossdesk.desks.agreements import Said
from crossdesk.desks.models import Terms
from crossdesk.threads.viewer import Viewer, verbs

MINUTES = timedelta(minutes=1)
HOURS = timedelta(hours=1)
TARGETS = {"P2": {"respond": 60 * MINUTES, "update": 2 * HOURS, "resolve": 4 * HOURS}}
ORDINARY = Said(TARGETS, acknowledge=15 * MINUTES)


@dataclass
class Signing:
    here: Cast
    rhys: Viewer
    ada: Viewer

    def proposed(self, said: Said = ORDINARY, at: datetime = NOON, **more: Any) -> Terms:
        """By Pennine Grid, about its help desk."""
        sides = {"promiser": self.here.pennine, "other": self.here.elexon, "desk": self.here.pennine_help} | more
        with verbs():
            return agreements.propose(**sides, said=said, by=self.rhys, at=at)

    def in_force(self, said: Said = ORDINARY, at: datetime = NOON) -> Terms:
        return self.accepted(self.proposed(said, at), at)

    def accepted(self, terms: Terms, at: datetime = NOON) -> Terms:
        with verbs():
            return agreements.accept(terms, by=self.ada, at=at)

    def changed(self, terms: Terms, said: Said, at: datetime = NOON) -> Terms:
        with verbs():
            return agreements.propose_change(terms.agreement, said, by=self.rhys, at=at)


def signing(here: Cast) -> Signing:
    rhys = somebody("Rhys Price", here.pennine, Role.ADMINISTRATOR)
    return Signing(here, rhys, somebody("Ada Quill", here.elexon, Role.SERVICE_MANAGER))
