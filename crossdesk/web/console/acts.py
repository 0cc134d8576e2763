"""What can be done with a case and with a leg: each act is a small resource that makes one call of one verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from crossdesk.access import Invalid, WrongStage
from crossdesk.cases import assigning, closing, erasing, leg_work, lifecycle, policy, restricting, triage, writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Assignment
from crossdesk.cases.questions import CaseFile
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console import adding, forms
from crossdesk.web.console.forms import About, ActForm

Noun = Callable[[About], Any]


def the_case(about: About) -> Any:
    return about.case


def the_leg(about: About) -> Any:
    return about.leg


def the_offer(about: About) -> Assignment:
    """The offer that waits for somebody of a desk where this viewer works."""
    offers = Assignment.objects.filter(case=about.case, desk__in=about.viewer.desks, ended_at=None, accepted_at=None)
    offer = offers.select_related("case", "group").first()
    if offer is None:
        raise Invalid(f"No offer of {about.case} waits for a group of your desk.")
    return offer


def write_to(case: Any, *, audience: str, words: str, by: Viewer, at: datetime) -> None:
    writing.write(case, to=audience, words=words, by=by, at=at)


@dataclass(frozen=True)
class Act:
    """`path` is its address under the case, `do` the verb; the form's fields are the verb's parameters."""

    path: str
    move: str
    label: str
    do: Callable[..., Any]
    form: type[ActForm] = ActForm
    noun: Noun = the_case
    side: str = "owner"
    primary: bool = False
    key: str = ""

    @property
    def at_once(self) -> bool:
        """No words are needed: its button does it."""
        return not any(not field.widget.is_hidden for field in self.form.base_fields.values())


CASE_ACTS = {
    act.path: act
    for act in (
        Act("taking", "take", "Take into triage", triage.take, forms.Seen, primary=True, key="t"),
        Act("ownership", "own", "Own it", triage.own, forms.Own, primary=True),
        Act("redirection", "redirect", "Redirect", triage.redirect, forms.Redirect),
        Act("priority", "prioritise", "Set priority", triage.prioritise, forms.Prioritise, key="p"),
        Act("assignment", "assign", "Assign", assigning.assign, forms.Assign, key="a"),
        Act("acceptance", "accept", "Accept the offer", assigning.accept, noun=the_offer, side="group", primary=True),
        Act("refusal", "refuse", "Refuse the offer", assigning.refuse, forms.Why, noun=the_offer, side="group"),
        Act("question", "ask", "Ask the raiser", writing.ask_raiser, forms.Ask),
        Act("link", "link", "Link to a parent", triage.link, forms.Link),
        Act("duplicate", "mark_duplicate", "Close as duplicate", triage.mark_duplicate, forms.Duplicate),
        Act("resolution", "resolve", "Resolve", closing.resolve, forms.Resolve),
        Act("closure", "close", "Close without the raiser", closing.close, forms.Why),
        Act("words", "write", "Write", write_to, forms.Compose, side="everyone"),
        Act("evidence", "add", "Add evidence", adding.add_evidence, adding.AddEvidence, side="everyone"),
        Act("references", "add", "Add references", adding.add_references, adding.AddReferences, side="everyone"),
        Act("erasure", "erase", "Erase words", erasing.erase, forms.Erase, side="keeper"),
        Act("answer", "answer", "Answer", partial(writing.answer, question=None), forms.Words, side="raiser"),
        Act("confirmation", "confirm", "Confirm and close", closing.confirm, forms.Words, side="raiser", primary=True),
        Act("dispute", "dispute", "Dispute", closing.dispute, forms.Why, side="raiser"),
        Act("withdrawal", "withdraw", "Withdraw", closing.withdraw, forms.Why, side="raiser"),
        Act("restriction", "restrict", "Restrict to named people", restricting.restrict, forms.Restrict, side="all"),
        Act("naming", "name", "Name somebody", restricting.name, forms.Name, side="all"),
        Act("unnaming", "name", "Take off the list", restricting.unname, forms.Unname, side="all"),
        Act("reopening", "reopen", "Reopen", closing.reopen, forms.Why, side="both"),
    )
}
LEG_ACTS = {
    act.path: act
    for act in (
        Act(
            "acknowledgement",
            "acknowledge",
            "Acknowledge",
            leg_work.acknowledge,
            forms.Acknowledge,
            the_leg,
            "to",
            True,
        ),
        Act("start", "start", "Begin work", leg_work.start, noun=the_leg, side="to"),
        Act("assignment", "assign", "Assign", assigning.assign_leg, forms.AssignLeg, the_leg, "to"),
        Act("words", "update", "Write", leg_work.update, forms.Words, the_leg, "either"),
        Act("question", "ask", "Ask", leg_work.ask, forms.Ask, the_leg, "either"),
        Act("answer", "carry_on", "Answer", leg_work.answer, forms.Words, the_leg, "either"),
        Act("resolution", "resolve", "Propose as resolved", leg_work.resolve, forms.Words, the_leg, "to"),
        Act("declining", "decline", "Decline", leg_work.decline, forms.Decline, the_leg, "to"),
        Act(
            "confirmation",
            "confirm",
            "Confirm the answer",
            leg_work.confirm,
            forms.Words,
            the_leg,
            "from",
            primary=True,
        ),
        Act("dispute", "dispute", "Dispute the answer", leg_work.dispute, forms.Why, the_leg, "from"),
        Act("withdrawal", "withdraw", "Withdraw the engagement", leg_work.withdraw, forms.Why, the_leg, "from"),
    )
}
ENGAGE = Act("engagement", "raise_onward", "Engage a desk", lambda: None, forms.Words, key="e")


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
    if not (file.at_owner or file.raised_it):
        sides.discard("both")
    acts = [ENGAGE, *CASE_ACTS.values()] if file.at_owner else CASE_ACTS.values()
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
        move = _leg_move(act, to)
        if act.side not in sides or act.path == "words" or (act.path == "assignment" and not to):
            continue
        if move and move not in possible:
            continue
        why = policy.why_not_leg(viewer, move, leg) if move else None
        for_them = act.side == "to" and not to
        label = f"{act.label} for them" if for_them else act.label
        yield Control(label, f"legs/{leg.number}/{act.path}", act.at_once, act.primary and not for_them, why or "")


def _leg_move(act: Act, theirs: bool) -> str:
    if act.move == "ask":
        return "ask_us" if theirs else "ask_them"
    return "" if act.move == "assign" else act.move


def done_words(act: Act) -> str:
    """As the tables of the two lifecycles tell it."""
    moves = lifecycle.LEG_MOVES if act.noun is the_leg else lifecycle.MOVES
    known = moves.get(_leg_move(act, False) or act.move) or lifecycle.MOVES.get(act.move)
    return known.done.lower() if known else act.label.lower()


def why_not(act: Act, about: About) -> str | None:
    """For the page of one act: the stage's sentence or the policy's, before anything is typed."""
    try:
        if about.leg is None:
            lifecycle.advance(about.case, act.move)
            return policy.why_not(about.viewer, act.move, about.case)
        move = _leg_move(act, about.viewer.works_at(about.leg.to_desk_id))
        if move and act.path != "answer":
            lifecycle.advance_leg(about.leg, move)
        return policy.why_not_leg(about.viewer, move, about.leg) if move else None
    except WrongStage as refused:
        return refused.sentence


def _ordered(controls: Iterable[Control]) -> list[Control]:
    """The one primary button first, then what is possible, then what is not."""
    ordered = sorted(controls, key=lambda each: (bool(each.why_not), not each.primary))
    leading = next((each for each in ordered if each.primary and not each.why_not), None)
    return [Control(c.label, c.path, c.at_once, c is leading, c.why_not, c.key) for c in ordered]
