"""The case page, one for every side of a case; what stands on it is what its reader may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk import rulebook
from crossdesk.cases import journeys, likeness, policy, seeing
from crossdesk.cases.identifiers import KINDS
from crossdesk.cases.lifecycle import LegStage, Stage
from crossdesk.cases.models import Case
from crossdesk.cases.proof import last_anchored
from crossdesk.cases.questions import CaseFile, read_case
from crossdesk.kit.time import clock_time, now
from crossdesk.web.console import composing, telling
from crossdesk.web.console.acting import case_for
from crossdesk.web.console.controls import case_controls, leg_controls, others_controls
from crossdesk.web.console.lanes import lanes_of
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen

PARTS = ("head", "lanes", "timeline", "aside")


@dataclass(frozen=True)
class Step:
    label: str
    at: datetime | None
    current: bool


@require_GET
def case_page(request: Seen, reference: str) -> HttpResponse:
    case = case_for(reference)
    before = request.GET.get("before", "")
    file = read_case(case, request.viewer, int(before) if before.isdecimal() and len(before) < 9 else None)
    here = context(file, now()) | {"before": before if before.isdecimal() else ""}
    return show(request, "console/case.html", here, parts=PARTS)


def context(file: CaseFile, at: datetime) -> dict[str, Any]:
    case, stepped = file.case, steps(file)
    return {
        "case": case,
        "address": f"/cases/{case.reference}/",
        "legs_known": legs_known(file),
        "in_hand": in_hand(file, at),
        "file": file,
        "at": at,
        "steps": [{"label": step.label, "at": clock_time(step.at, at) if step.at else ""} for step in stepped],
        "current_step": next((n for n, step in enumerate(stepped) if step.current), 0),
        "drawing": lanes_of(file, at),
        "lines": telling.lines(file),
        "anchored": last_anchored(case),
        "may_erase": policy.why_not(file.viewer, "erase", case) is None,
        "choices": composing.choices(file),
        "who_sees": seeing.who_sees(case, file.legs, file.standing, file.readers, at),
        "lent": seeing.why_lent(case, file.viewer, at),
        "places": seeing.named_places(case),
        "may_restrict": policy.why_not(file.viewer, "restrict", case) is None,
        "controls": case_controls(file),
        "others": others_controls(file),
        "leg_controls": {leg.pk: leg_controls(file, leg) for leg in file.legs},
        "leg_label": lambda stage: LegStage(stage).label,
        "kinds": KINDS,
        "query_type": query_type_name(case.query_type),
        "engaged": is_engaged(file),
        "onward": journeys.waiting(case, file.viewer),
        "journey": journeys.journey_of(case) if case.bounces else [],
        "alike": likeness.alike(case, file.viewer) if file.at_owner else [],
    }


def legs_known(file: CaseFile) -> list[dict[str, str]]:
    """Desk and stage of every leg, for those who are told no more of it."""
    marks = file.standing.legs if file.standing and not file.at_owner else []
    return [
        {"state": leg["flag"] or leg["stage"], "name": leg["desk"], "label": LegStage(leg["stage"]).label.lower()}
        for leg in marks
    ]


def in_hand(file: CaseFile, at: datetime) -> list[tuple[str, str]]:
    """Who of each desk this viewer works at has it; an offer says until when it waits."""
    rows = []
    for offer in file.assignments:
        waits = f"offered, accept by {clock_time(offer.accept_by, at)}" if offer.accept_by else "offered"
        rows.append((offer.group.name, f"accepted by {offer.accepted_name}" if offer.accepted_at else waits))
    return rows


def query_type_name(key: str) -> str:
    row = rulebook.current().query_types.get(key)
    return row.name if row else key


def is_engaged(file: CaseFile) -> bool:
    marks = file.standing.legs if file.standing else []
    settled = {LegStage.CONFIRMED, LegStage.DECLINED, LegStage.WITHDRAWN}
    open_marks = any(mark["stage"] not in settled for mark in marks)
    return file.case.stage == Stage.ASSIGNED and (open_marks or any(not leg.settled for leg in file.legs))


def steps(file: CaseFile) -> list[Step]:
    """Engaged is derived: it stands between assigned and resolved when this viewer knows of a leg."""
    case, engaged = file.case, is_engaged(file)
    this_round = [leg.created_at for leg in file.legs if leg.created_at >= case.round_began]
    first_leg = min(this_round, default=None)
    rows = [
        ("Reopened" if case.reopened_at else "Raised", case.round_began, case.stage == Stage.RAISED),
        ("Triage", case.triaged_at, case.stage == Stage.TRIAGE),
        ("Assigned", case.assigned_at, case.stage == Stage.ASSIGNED and not engaged),
        ("Resolved", case.resolved_at, case.stage == Stage.RESOLVED),
        (_closed_label(case), case.closed_at, case.stage == Stage.CLOSED),
    ]
    if engaged or first_leg:
        rows.insert(3, ("Engaged", first_leg, engaged))
    return [Step(*row) for row in rows]


def _closed_label(case: Case) -> str:
    return f"Closed, {case.get_outcome_display().lower()}" if case.outcome else "Closed"
