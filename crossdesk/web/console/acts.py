"""What can be done with a case and with a leg: each act is a small resource that makes one call of one verb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from crossdesk.access import Invalid, WrongStage
from crossdesk.cases import (
    assigning,
    closing,
    engaging,
    erasing,
    joint_triage,
    leg_work,
    lifecycle,
    policy,
    restricting,
    saying,
    triage,
    writing,
)
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Assignment
from crossdesk.threads.viewer import Viewer
from crossdesk.web.acts import Act, OneForm
from crossdesk.web.console import adding, affecting, ending, forms, jointly
from crossdesk.web.console.forms import About, ActForm


def the_leg(about: About) -> Any:
    return about.leg


def the_offer(about: About) -> Assignment:
    """The offer that waits for somebody of a desk where this viewer works."""
    offers = Assignment.objects.filter(case=about.case, desk__in=about.viewer.desks, ended_at=None, accepted_at=None)
    offer = offers.select_related("case", "group").first()
    if offer is None:
        raise Invalid(f"No offer of {about.case} waits for a group of your desk.")
    return offer


def write_to(
    case: Any,
    *,
    audience: str,
    words: str,
    file: UploadedFile[Any] | None,
    ask_by: datetime | None,
    by: Viewer,
    at: datetime,
    seen: int | None = None,
) -> None:
    attached = saying.Attached(file.name or "", file.chunks()) if file else None
    saying.say(case, to=audience, words=words, ask_by=ask_by, attached=attached, by=by, at=at, seen=seen)


@dataclass(frozen=True)
class CaseAct(Act):
    """Every form of a case's remembers what its reader had seen."""

    form: type[OneForm] = ActForm


PANEL = "panel"
"""No button of the title row: its panel offers it beside what it is about."""

ENGAGE = CaseAct("engagement", "raise_onward", "Engage a desk", lambda: None, forms.Words, key="e")
PROPOSE = CaseAct("major", "prioritise", "Propose as major incident", lambda: None, forms.Words)
ONWARD = CaseAct("engagement", "raise_onward", "Engage a desk onward", lambda: None, forms.Words, the_leg, "to")
IMPACT_ACTS = (
    CaseAct(
        "impact-party", "write", "Say that a party is affected", affecting.claim_party, affecting.ClaimParty, side=PANEL
    ),
    CaseAct("impact-system", "write", "Claim a system", affecting.claim_system, affecting.ClaimSystem, side=PANEL),
    CaseAct("impact-process", "write", "Claim a process", affecting.claim_process, affecting.ClaimProcess, side=PANEL),
    CaseAct("impact-confirmation", "write", "Confirm", affecting.confirm, affecting.Said, side=PANEL),
    CaseAct("impact-denial", "write", "Deny", affecting.deny, affecting.Said, side=PANEL),
    CaseAct("impact-retraction", "write", "Take back", affecting.retract, affecting.Said, side=PANEL),
    CaseAct("impact-row", "prioritise", "Another row applies", affecting.apply_row, affecting.ApplyRow, side=PANEL),
    CaseAct("impact-answer", "prioritise", "Answer", affecting.answer, affecting.AnswerPhrase, side=PANEL),
)
CASE_ACTS = {
    act.path: act
    for act in (
        CaseAct("taking", "take", "Take into triage", triage.take, primary=True, key="t"),
        CaseAct("ownership", "own", "Own it", triage.own, forms.Own, primary=True),
        CaseAct("redirection", "redirect", "Redirect", triage.redirect, forms.Redirect),
        CaseAct("priority", "prioritise", "Set priority", triage.prioritise, forms.Prioritise, key="p"),
        CaseAct("assignment", "assign", "Assign", assigning.assign, forms.Assign, key="a"),
        CaseAct(
            "acceptance", "accept", "Accept the offer", assigning.accept, noun=the_offer, side="group", primary=True
        ),
        CaseAct("refusal", "refuse", "Refuse the offer", assigning.refuse, forms.Why, noun=the_offer, side="group"),
        CaseAct("question", "ask", "Ask the raiser", writing.ask_raiser, forms.Ask),
        CaseAct("link", "link", "Link to a parent", triage.link, forms.Link),
        CaseAct("duplicate", "mark_duplicate", "Close as duplicate", triage.mark_duplicate, forms.Duplicate),
        CaseAct("sight", "show_legs", "Who sees its legs", engaging.show_legs, forms.ShowLegs),
        CaseAct("joint-side", "say", "Give our side", jointly.say, jointly.SideForm, side="joint", primary=True),
        CaseAct(
            "joint-decision", "decide", "Decide joint triage", joint_triage.decide, jointly.DecideForm, side="joint"
        ),
        CaseAct("resolution", "resolve", "Resolve", closing.resolve, forms.Resolve),
        CaseAct("closure", "close", "Close without the raiser", closing.close, ending.Close),
        CaseAct("excuses", "excuse", "Excuse breached clocks", closing.excuse, ending.Excuses, side=PANEL),
        CaseAct("review-taking", "take_review", "Take the review", ending.take, ending.TakeReview, side=PANEL),
        CaseAct("review-conclusion", "conclude_review", "Conclude", ending.conclude, ending.ConcludeReview, side=PANEL),
        CaseAct("words", "write", "Write", write_to, forms.Compose, side="everyone"),
        CaseAct("evidence", "add", "Add evidence", adding.add_evidence, adding.AddEvidence, side="everyone"),
        CaseAct("references", "add", "Add references", adding.add_references, adding.AddReferences, side="everyone"),
        CaseAct("erasure", "erase", "Erase words", erasing.erase, forms.Erase, side="keeper"),
        CaseAct("answer", "answer", "Answer", partial(writing.answer, question=None), forms.Words, side="raiser"),
        CaseAct(
            "confirmation", "confirm", "Confirm and close", closing.confirm, forms.Words, side="raiser", primary=True
        ),
        CaseAct("dispute", "dispute", "Dispute", closing.dispute, forms.Why, side="raiser"),
        CaseAct("withdrawal", "withdraw", "Withdraw", closing.withdraw, forms.Why, side="raiser"),
        CaseAct(
            "restriction", "restrict", "Restrict to named people", restricting.restrict, forms.Restrict, side="all"
        ),
        CaseAct("naming", "name", "Name somebody", restricting.name, forms.Name, side="all"),
        CaseAct("unnaming", "name", "Take off the list", restricting.unname, forms.Unname, side="all"),
        CaseAct("reopening", "reopen", "Reopen", closing.reopen, forms.Why, side="both"),
        *IMPACT_ACTS,
    )
}
LEG_ACTS = {
    act.path: act
    for act in (
        CaseAct(
            "acknowledgement",
            "acknowledge",
            "Acknowledge",
            leg_work.acknowledge,
            forms.Acknowledge,
            the_leg,
            "to",
            True,
        ),
        CaseAct("start", "start", "Begin work", leg_work.start, noun=the_leg, side="to"),
        CaseAct("priority", "prioritise", "Set our priority", leg_work.prioritise, forms.Prioritise, the_leg, "to"),
        CaseAct("assignment", "assign", "Assign", assigning.assign_leg, forms.Assign, the_leg, "to"),
        ONWARD,
        CaseAct("words", "update", "Write", leg_work.update, forms.Words, the_leg, "either"),
        CaseAct("question", "ask", "Ask", leg_work.ask, forms.Ask, the_leg, "either"),
        CaseAct("answer", "carry_on", "Answer", leg_work.answer, forms.Words, the_leg, "either"),
        CaseAct("resolution", "resolve", "Propose as resolved", leg_work.resolve, forms.Words, the_leg, "to"),
        CaseAct("declining", "decline", "Decline", leg_work.decline, forms.Redirect, the_leg, "to"),
        CaseAct(
            "confirmation",
            "confirm",
            "Confirm the answer",
            leg_work.confirm,
            forms.Words,
            the_leg,
            "from",
            primary=True,
        ),
        CaseAct("dispute", "dispute", "Dispute the answer", leg_work.dispute, forms.Why, the_leg, "from"),
        CaseAct("withdrawal", "withdraw", "Withdraw the engagement", leg_work.withdraw, forms.Why, the_leg, "from"),
        CaseAct("silence", "give_up", "Settle without an answer", leg_work.give_up, forms.Why, the_leg, "from"),
    )
}


def move_begins(leg: Leg) -> bool:
    """Whoever engages another desk on a leg begins to work on it."""
    return leg.stage in lifecycle.LEG_MOVES["start"].origin


def leg_move(act: Act, theirs: bool) -> str:
    if act.move == "ask":
        return "ask_us" if theirs else "ask_them"
    return act.move


def done_words(act: Act) -> str:
    """As the tables of the two lifecycles tell it."""
    moves = lifecycle.LEG_MOVES if act.noun is the_leg else lifecycle.MOVES
    known = moves.get(leg_move(act, False) or act.move) or lifecycle.MOVES.get(act.move)
    return known.done.lower() if known else act.label.lower()


def why_not(act: Act, about: About) -> str | None:
    """For the page of one act: the stage's sentence or the policy's, before anything is typed."""
    try:
        if about.leg is None:
            lifecycle.advance(about.case, act.move)
            return policy.why_not(about.viewer, act.move, about.case)
        move = leg_move(act, about.viewer.works_at(about.leg.to_desk_id))
        if act.path == "engagement" and move_begins(about.leg):
            move = "start"
        if act.path != "answer":
            lifecycle.advance_leg(about.leg, move)
        return policy.why_not_leg(about.viewer, act.move if act is ONWARD else move, about.leg)
    except WrongStage as refused:
        return refused.sentence
