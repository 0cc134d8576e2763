"""The buttons of a case page: which act is whose, at this stage, and the sentence of each that is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crossdesk.cases import lifecycle, policy
from crossdesk.cases.legs import Leg
from crossdesk.cases.questions import CaseFile
from crossdesk.web.acts import Act
from crossdesk.web.console.acts import CASE_ACTS, ENGAGE, LEG_ACTS, ONWARD, PROPOSE, leg_move, move_begins


@dataclass(frozen=True)
class Control:
    """One button of the page: where it leads, or the sentence that says why not."""

    label: str
    path: str
    at_once: bool
    primary: bool
    why_not: str
    key: str = ""


def case_controls(file: CaseFile) -> list[Control]:
    """What this stage allows to this viewer's side; what policy refuses stays visible with its sentence."""
    case = file.case
    possible = set(lifecycle.possible(case.stage))
    sides = {"both"} | ({"owner"} if file.at_owner else set()) | ({"raiser"} if file.raised_it else set())
    if any(each.accepted_at is None for each in file.assignments):
        sides.add("group")
    if file.in_joint_triage:
        sides.add("joint")
    if not (file.at_owner or file.raised_it):
        sides.discard("both")
    acts = [ENGAGE, *CASE_ACTS.values(), PROPOSE] if file.at_owner else CASE_ACTS.values()
    mine = [act for act in acts if act.side in sides and act.move in possible]
    if not file.questions:
        mine = [act for act in mine if act.path != "answer"]
    return _ordered(
        Control(act.label, act.path, act.at_once, act.primary, _why_not_case(file, act), act.key) for act in mine
    )


def _why_not_case(file: CaseFile, act: Act) -> str:
    """An offer is for its group alone, so the button already knows who is in it."""
    offered = next((each.group for each in file.assignments if each.accepted_at is None), None)
    if act.side == "group" and offered and offered.pk not in file.own_groups:
        return f"Only somebody in {offered} can accept or refuse this offer."
    return policy.why_not(file.viewer, act.move, file.case) or ""


def others_controls(file: CaseFile) -> list[Control]:
    """What somebody else on the case can do now, each with the sentence that says who."""
    possible = set(lifecycle.possible(file.case.stage))
    others = [
        act
        for act in CASE_ACTS.values()
        if act.move in possible
        and ((act.side == "owner" and not file.at_owner) or (act.side == "raiser" and not file.raised_it))
        and act.path != "answer"
    ]
    told = ((act, policy.why_not(file.viewer, act.move, file.case)) for act in others)
    return [Control(act.label, act.path, act.at_once, False, why) for act, why in told if why]


OWN_DESK = policy.OUTCOMES - {"decline"}
"""What nobody does for a desk that keeps its own tool: it does them there."""


def leg_controls(file: CaseFile, leg: Leg) -> list[Control]:
    return _ordered(_leg_controls(file, leg))


def _leg_controls(file: CaseFile, leg: Leg) -> Iterator[Control]:
    viewer = file.viewer
    to, sent = viewer.works_at(leg.to_desk_id), viewer.works_at(leg.from_desk_id)
    if leg.settled or not (to or sent):
        return
    sides = {"either"} | ({"to"} if to or (sent and not leg.to_desk.hosted) else set()) | ({"from"} if sent else set())
    possible = set(lifecycle.possible(leg.stage, lifecycle.LEG_MOVES))
    for act in LEG_ACTS.values():
        move = leg_move(act, to)
        if act.side not in sides or act.path == "words" or (act.move in OWN_DESK and not to):
            continue
        if move not in possible and not (act is ONWARD and move_begins(leg)):
            continue
        why = policy.why_not_leg(viewer, move, leg)
        for_them = act.side == "to" and not to
        label = f"{act.label} for them" if for_them else act.label
        yield Control(label, f"legs/{leg.number}/{act.path}", act.at_once, act.primary and not for_them, why or "")


def _ordered(controls: Iterable[Control]) -> list[Control]:
    """The one primary button first, then what is possible, then what is not."""
    ordered = sorted(controls, key=lambda each: (bool(each.why_not), not each.primary))
    leading = next((each for each in ordered if each.primary and not each.why_not), None)
    return [Control(c.label, c.path, c.at_once, c is leading, c.why_not, c.key) for c in ordered]
