"""The case page, one for every side of a case; what stands on it is what its reader may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk import rulebook
from crossdesk.cases import journeys, likeness, policy, seeing
from crossdesk.cases.articles import why_not_draft
from crossdesk.cases.identifiers import KINDS
from crossdesk.cases.known import likely_for
from crossdesk.cases.known import links_of as links_of_case
from crossdesk.cases.lifecycle import LegStage, Stage
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.proof import last_anchored
from crossdesk.cases.questions import MOST_PAGES, CaseFile, Window, read_case
from crossdesk.cases.rerouting import next_desks
from crossdesk.kit.time import clock_time, london, now
from crossdesk.majors.questions import over_case
from crossdesk.problems.questions import of_case
from crossdesk.web.console import clocks, composing, holders, reviews, telling
from crossdesk.web.console.acting import case_for
from crossdesk.web.console.acts import CASE_ACTS, ENGAGE, why_not
from crossdesk.web.console.asked_for import asked_for, codes_of
from crossdesk.web.console.controls import Control, case_controls, leg_controls, others_controls
from crossdesk.web.console.filters import system_name
from crossdesk.web.console.forms import About
from crossdesk.web.console.impact import impact
from crossdesk.web.console.lanes import lanes_of
from crossdesk.web.console.rendering import asked_for_alone, show
from crossdesk.web.requests import panel as requested
from crossdesk.web.seeing import Seen

EXCUSES = CASE_ACTS["excuses"]


@dataclass(frozen=True)
class Step:
    label: str
    at: datetime | None
    current: bool


@require_GET
def case_page(request: Seen, reference: str) -> HttpResponse:
    """Parts that are asked for alone are worked out alone."""
    case, at = case_for(reference), now()
    file = read_case(case, request.viewer, window_of(request.GET))
    asked = asked_for_alone(request, PANELS) or PANELS
    context = {"case": case, "address": f"/cases/{case.reference}/", "file": file, "at": at}
    for name, panel in PANELS.items():
        if name in asked:
            context |= panel(file, at)
    return show(request, "console/case.html", context, parts=tuple(PANELS))


def window_of(given: Mapping[str, str]) -> Window:
    show, before, pages = given.get("show", "all"), given.get("before", ""), given.get("pages", "")
    return Window(
        show=show if show in SHOWS else "all",
        before=int(before) if before.isdecimal() and len(before) < 9 else None,
        pages=min(max(int(pages), 1), MOST_PAGES) if pages.isdecimal() and len(pages) < 4 else 1,
    )


def head(file: CaseFile, at: datetime) -> dict[str, Any]:
    stepped = steps(file)
    inline, further = inline_first(case_controls(file))
    return {
        "legs_known": legs_known(file),
        "steps": [{"label": step.label, "at": clock_time(step.at, at) if step.at else ""} for step in stepped],
        "current_step": next((n for n, step in enumerate(stepped) if step.current), 0),
        "inline": inline,
        "further": further,
        "others": others_controls(file),
        "fallback": fallback(file),
        "lent": seeing.why_lent(file.case, file.viewer, at),
        "onward": journeys.waiting(file.case, file.viewer),
        "query_type": query_type_name(file.case.query_type),
        "system": system_name(file.case.system) if file.case.system else "",
        "engaged": is_engaged(file),
    }


def major(file: CaseFile, at: datetime) -> dict[str, Any]:
    return {"major": over_case(file.case)}


def rerouting(file: CaseFile, at: datetime) -> dict[str, Any]:
    """For the owner alone: the rules speak of its own legs and of its own boundary."""
    proposed = next_desks(file.case, file.legs) if file.at_owner else []
    return {
        "next_desks": proposed,
        "why_not_engage": (why_not(ENGAGE, About(file.case, file.viewer)) or "") if proposed else "",
    }


def known(file: CaseFile, at: datetime) -> dict[str, Any]:
    """For the desk what it may be and what it is linked to; for the others what is published to them."""
    case, viewer = file.case, file.viewer
    links, said = links_of_case(case), file.raised.body.words if file.raised else ""
    at_work = file.at_owner and not case.restricted and case.stage != Stage.CLOSED
    return {
        "known_links": links,
        "known_likely": likely_for(case, viewer, said=said, lists=file.references, linked=links) if at_work else [],
        "problems": of_case(case) if file.at_owner else [],
        "may_know": at_work and policy.why_not(viewer, "know", case) is None,
    }


def lanes(file: CaseFile, at: datetime) -> dict[str, Any]:
    return {
        "drawing": lanes_of(file, at),
        "leg_controls": {leg.pk: leg_controls(file, leg) for leg in file.legs},
        "leg_label": lambda stage: LegStage(stage).label,
    }


def writing(file: CaseFile, at: datetime) -> dict[str, Any]:
    return {"choices": composing.choices(file, at), "earliest": london(at).strftime("%Y-%m-%dT%H:%M")}


def timeline(file: CaseFile, at: datetime) -> dict[str, Any]:
    window, address = file.window, f"/cases/{file.case.reference}/"
    shows = SHOWS if not file.raised_it else {key: words for key, words in SHOWS.items() if key != "raiser"}

    def link(**changed: Any) -> str:
        asked = {"show": window.show, "pages": window.pages, "before": window.before} | changed
        kept = {key: value for key, value in asked.items() if value not in (None, "all", 1, "")}
        return f"{address}?{urlencode(kept)}" if kept else address

    further = {"pages": window.pages + 1}
    if window.pages >= MOST_PAGES and file.entries:
        further = {"pages": 1, "before": file.entries[-1].seq}
    return {
        "runs": telling.folded(telling.lines(file)),
        "shown": len(file.entries),
        "anchored": last_anchored(file.case),
        "may_erase": policy.why_not(file.viewer, "erase", file.case) is None,
        "shows": [(link(show=key, pages=1, before=None), words, key == window.show) for key, words in shows.items()],
        "further_back": link(**further) if file.earlier else "",
        "timeline_link": link,
        "newest": link(before=None, pages=1) if window.before else "",
    }


def aside(file: CaseFile, at: datetime) -> dict[str, Any]:
    clock_rows = clocks.rows(file, at)
    missed = any(each.unexcused for each in clock_rows)
    return {
        "clock_rows": clock_rows,
        "may_excuse": missed and file.at_owner and why_not(EXCUSES, About(file.case, file.viewer)) is None,
        "reviews": reviews_of(file),
        "escalations": clocks.escalations(file),
        "shares": holders.shares(file, at),
        "in_hand": in_hand(file, at),
        "kinds": KINDS,
        "journey": journeys.journey_of(file.case) if file.case.bounces else [],
        "may_draft": why_not_draft(file.case, file.viewer) is None,
        "alike": likeness.alike(file.case, file.viewer) if file.at_owner else [],
        "codes": codes_of(file),
        "asked_for": asked_for(file),
        "who_sees": seeing.who_sees(file.case, file.legs, file.standing, file.readers, at),
        "places": seeing.named_places(file.case),
        "may_restrict": policy.why_not(file.viewer, "restrict", file.case) is None,
    }


def reviews_of(file: CaseFile) -> list[reviews.Row]:
    """Asked for at closing, so an open case that never closed has none and is not asked."""
    if not file.at_owner or not (file.case.closed_at or file.case.reopened_at):
        return []
    return [reviews.row(ask) for ask in file.case.review_asks.select_related("case", "entry__body")]


SHOWS = {"all": "All I may read", "words": "Words only", "raiser": "As the raiser sees it"}
PANELS: dict[str, Callable[[CaseFile, datetime], dict[str, Any]]] = {
    "head": head,
    "major": major,
    "rerouting": rerouting,
    "request": requested.panel,
    "known": known,
    "lanes": lanes,
    "writing": writing,
    "impact": impact,
    "timeline": timeline,
    "aside": aside,
}
INLINE = 3
FIRST = ("engagement", "redirection", "resolution", "assignment", "priority")


def inline_first(controls: list[Control]) -> tuple[list[Control], list[Control]]:
    """The primary verb and those of every day stand in the title row, the others behind "More"."""
    rank = {path: place for place, path in enumerate(FIRST)}
    usual = sorted(controls, key=lambda each: (not each.primary, rank.get(each.path, len(FIRST))))
    inline = usual if len(usual) == INLINE + 1 else usual[:INLINE]
    return inline, [each for each in controls if each not in inline]


def fallback(file: CaseFile) -> dict[str, str] | None:
    """Where a leg of ours waits: how else its desk is reached."""
    waits_for = file.standing.next_who if file.standing and file.standing.ball == Standing.Ball.THEM else None
    for leg in file.legs:
        troubled = leg.silent or leg.undeliverable
        if leg.settled or not file.viewer.works_at(leg.from_desk_id) or not (troubled or str(leg.to_desk) == waits_for):
            continue
        if leg.to_desk.telephone:
            number = leg.to_desk.telephone
            dialled = "".join(sign for sign in number if sign in "+0123456789")
            return {"url": f"tel:{dialled}", "label": f"Ring the fallback contact, {number}"}
        return {"url": f"/directory/desks/{leg.to_desk_id}/", "label": f"How else to reach {leg.to_desk}"}
    return None


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
