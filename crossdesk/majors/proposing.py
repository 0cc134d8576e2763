"""What a crossed threshold does by itself: it proposes. Nobody but a manager declares."""

from __future__ import annotations

from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.impact.models import Crossing
from crossdesk.majors.declaring import Proposal, propose
from crossdesk.threads.models import Entry

COORDINATOR = "elexon"
"""The desk of the rules that leads where no central provider's own desk has the case."""


def from_threshold(entry: Entry) -> None:
    """A reaction to a crossing: only the major column proposes a candidate."""
    if entry.facts["column"] != Crossing.Column.MAJOR:
        return
    case = Case.objects.select_related("owner__owner", "owner__seat", "raiser").get(pk=entry.thread_id)
    crossing = Crossing.objects.get(pk=entry.facts["crossing"])
    proposal = Proposal(case.summary, crossing.because, crossing.scenario, case.system, edition=case.edition)
    propose(proposal, lead=leading_desk(case.owner), cases=[case], at=entry.recorded_at)


def leading_desk(owner: Desk) -> Desk:
    """The affected central provider's own desk, or the coordinator's for everything else."""
    if owner.central:
        return owner
    return Desk.objects.select_related("owner", "seat").filter(rule=COORDINATOR).first() or owner
