"""Problems: the list with what is proposed, and the record of one as its reader may see it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk import rulebook
from crossdesk.access.moves import possible
from crossdesk.joint.acting import owed
from crossdesk.kit.time import now, span
from crossdesk.problems import policy
from crossdesk.problems.leaving import Left, find_left, left
from crossdesk.problems.lifecycle import ANALYSED, MOVES, State
from crossdesk.problems.models import Problem, Proposal
from crossdesk.problems.questions import Reading, find_problem, proposed, said_so, tracked
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer
from crossdesk.web.acts import Control
from crossdesk.web.console.clocks import drawn
from crossdesk.web.console.filters import system_name
from crossdesk.web.console.rendering import show
from crossdesk.web.known_errors.pages import marked, may_write
from crossdesk.web.problems.acting import OF_A_PROPOSAL, address_of, buttons, problem_for
from crossdesk.web.seeing import Seen
from crossdesk.web.told import Line, joint_line, titled

PARTS = ("head", "board")
LIFECYCLE = [State.OPEN, State.ANALYSING, State.KNOWN_ERROR, State.FIX_AWAITED, State.FIXED, State.CLOSED]
TOLD = {
    "open": "Opened",
    "describe": "Wrote the account, edition {edition}",
    "involve": "Involved {party}",
    "take_off": "Took {party} off",
    "link_case": "Linked {case}",
    "unlink_case": "Took {case} off",
    "know": "Recorded the known error {known_error}",
    "ask_why": "Answered why {number}",
    "write_section": "Wrote our section, edition {edition}",
    "name": "Is read as {as}",
    "sign": "Signed the section",
    "unsign": "Took the signature back",
    "give_action": "Gave an action to {owner} of {party}: {what}",
    "remind": "{level}: {told} reminded of action {number}",
}


@require_GET
def list_page(request: Seen) -> HttpResponse:
    asked = "past" if request.GET.get("show") == "past" else "live"
    at, viewer = now(), request.viewer
    waiting = proposed() if viewer.desks and asked == "live" else []
    context = {
        "rows": tracked(asked, at),
        "asked": asked,
        "at": at,
        "proposals": [(each, deciding(each, viewer)) for each in waiting],
        "rules": rulebook.current().recurrences,
        "system": lambda key: system_name(key) if key else "no system in particular",
        "may_write": may_write(viewer),
        "left": left(viewer) if asked == "past" else [],
    }
    return show(request, "problems/list.html", context)


@require_GET
def problem_page(request: Seen, reference: str) -> HttpResponse:
    if find_problem(reference) is None and (gone := find_left(reference, request.viewer)):
        return left_page(request, gone)
    reading = Reading(problem_for(reference), request.viewer, now())
    return show(request, "problems/problem.html", context(reading), parts=PARTS)


def left_page(request: Seen, gone: Left) -> HttpResponse:
    told = [joint_line(entry, titled(entry, TOLD, MOVES), "the desk", "problem") for entry in gone.history]
    return show(request, "problems/left.html", {"left": gone, "told": told, "at": now()})


def context(reading: Reading) -> dict[str, Any]:
    problem, offered = reading.problem, buttons(reading)
    return {
        "reading": reading,
        "problem": problem,
        "address": address_of(problem),
        "at": reading.at,
        "steps": offered.steps,
        "can": offered.beside,
        "lifecycle": LIFECYCLE,
        "labels": [State(each).label for each in LIFECYCLE],
        "writable": problem.state in ANALYSED,
        "code": marked(problem.code) if problem.code else "",
        "system": system_name(problem.system) if problem.system else "",
        "said_so": lambda how: said_so(reading.claims, how),
        "owed": lambda: owed(reading.actions, reading.at),
        "clock_of": lambda action: drawn(reading.clocks.get(action.pk), reading.at),
        "moves": set(possible(problem.state, MOVES)),
        "told": lambda: [line(entry, problem) for entry in reading.history],
        "measures": measures(reading),
    }


def measures(reading: Reading) -> list[tuple[str, str]]:
    """What only the desk counts is told to the desk alone."""
    rows = [("Age", span(reading.age))]
    if not reading.at_lead:
        return rows
    rows.append(("Cases", str(len(reading.cases))))
    rows.append(("Seen again since the fix", str(reading.since_fix) if reading.problem.fixed_at else "not fixed yet"))
    if reading.measured:
        rows.append(("Cases its known error answered", str(reading.measured.answered)))
        rows.append(("Cases saved: read, and none raised", str(reading.measured.saved)))
    return rows


def deciding(proposal: Proposal, viewer: Viewer) -> list[Control]:
    why_not = policy.why_not_settle(viewer, proposal.desk)
    return [each.control(why_not) for each in OF_A_PROPOSAL.values()]


def line(entry: Entry, problem: Problem) -> Line:
    return joint_line(entry, titled(entry, TOLD, MOVES), problem.desk, "problem")
