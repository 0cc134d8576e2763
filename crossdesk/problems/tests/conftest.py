from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.problems import fixing, involving, opening
from crossdesk.problems.fixing import Account, Plan
from crossdesk.problems.models import Part, Problem
from crossdesk.problems.opening import Opening
from crossdesk.threads.viewer import Viewer, verbs

DAY = timedelta(days=1)
SAID = Opening("Confirmations of IF-036 go missing", "No message comes back.", "dip", "REG0000")
ACCOUNT = Account(
    SAID.title, SAID.seen, "The queue drops what waits longer than a minute.", "Send it again.", "dip", "REG0000"
)


@dataclass(frozen=True)
class Shared:
    """A problem of Elexon's desk with a case of Sycamore's; Mo manages the desk."""

    here: Cast
    mo: Viewer
    problem: Problem

    def analysed(self) -> Problem:
        """Sycamore, its competitor Harrier and Pennine are involved."""
        fixing.analyse(self.problem, by=self.here.nia, at=NOON)
        for party in (self.here.sycamore, self.here.harrier, self.here.pennine):
            involving.involve(self.problem, party, why="Please say what you saw.", by=self.mo, at=NOON)
        return self.problem

    def part(self, viewer: Viewer) -> Part:
        with verbs():
            return Part.objects.select_related("party", "problem").get(problem=self.problem, party=viewer.party)

    def plan(self) -> Plan:
        return Plan("Keep what waits for a day.", self.part(self.here.nia), NOON + 30 * DAY, "DIP release 2.4")


def shared(here: Cast) -> Shared:
    mo = somebody("Mo Karim", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)
    case = here.case()
    return Shared(here, mo, opening.open_problem(SAID, desk=here.elexon_desk, by=here.nia, at=NOON, cases=[case]))


@pytest.fixture
def it(db: None) -> Shared:
    return shared(cast())
