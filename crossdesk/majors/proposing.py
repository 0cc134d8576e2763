"""What a crossed threshold does by itself: it proposes. Nobody but a manager declares."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import policy
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.impact.models import Crossing
from crossdesk.majors.declaring import Proposal, propose
from crossdesk.majors.models import MajorIncident
from crossdesk.majors.open_cases import lock
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs

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


def by_hand(case: Case, *, title: str, because: str, by: Viewer, at: datetime) -> MajorIncident:
    """A person of the owning desk notices what no threshold counts, by the same right as it judges the priority."""
    if not title.strip():
        raise Invalid("Give it a title that everybody on it understands.")
    with verbs():
        lock([case])
        case.refresh_from_db(from_queryset=Case.objects.select_related("owner__owner", "owner__seat", "raiser"))
        if sentence := why_not(case, by):
            raise NotAllowed(sentence)
        if over := MajorIncident.objects.filter(under__case=case, under__until=None).first():
            raise Invalid(f"{case} is under {over} already.")
        proposal = Proposal(title, because, case.scenario, case.system, edition=case.edition)
        return propose(proposal, lead=leading_desk(case.owner), cases=[case], at=at, by=by)


def why_not(case: Case, by: Viewer) -> str | None:
    if not case.is_open:
        return f"{case} is closed; reopen it, or propose from a case that is open."
    return policy.why_not(by, "prioritise", case)


def leading_desk(owner: Desk) -> Desk:
    """The affected central provider's own desk, or the coordinator's for everything else."""
    if owner.central:
        return owner
    return Desk.objects.select_related("owner", "seat").filter(rule=COORDINATOR).first() or owner
