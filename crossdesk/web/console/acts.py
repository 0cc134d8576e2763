"""What can be done with a case and with a leg: each act is a small resource that makes one call of one verb."""

from __future__ import annotations

from collections.abc import Callable
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
from crossdesk.web.console import adding, affecting, ending, forms, jointly
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


PANEL = "panel"
"""No button of the title row: its panel offers it beside what it is about."""

ENGAGE = Act("engagement", "raise_onward", "Engage a desk", lambda: None, forms.Words, key="e")
PROPOSE = Act("major", "prioritise", "Propose as major incident", lambda: None, forms.Words)
ONWARD = Act("engagement", "raise_onward", "Engage a desk onward", lambda: None, forms.Words, the_leg, "to")
IMPACT_ACTS = (
    Act(
        "impact-party", "write", "Say that a party is affected", affecting.claim_party, affecting.ClaimParty, side=PANEL
    ),
    Act("impact-system", "write", "Claim a system", affecting.claim_system, affecting.ClaimSystem, side=PANEL),
    Act("impact-process", "write", "Claim a process", affecting.claim_process, affecting.ClaimProcess, side=PANEL),
    Act("impact-confirmation", "write", "Confirm", affecting.confirm, affecting.Said, side=PANEL),
    Act("impact-denial", "write", "Deny", affecting.deny, affecting.Said, side=PANEL),
    Act("impact-retraction", "write", "Take back", affecting.retract, affecting.Said, side=PANEL),
    Act("impact-row", "prioritise", "Another row applies", affecting.apply_row, affecting.ApplyRow, side=PANEL),
    Act("impact-answer", "prioritise", "Answer", affecting.answer, affecting.AnswerPhrase, side=PANEL),
)
CASE_ACTS = {
    act.path: act
    for act in (
        Act("taking", "take", "Take into triage", triage.take, primary=True, key="t"),
        Act("ownership", "own", "Own it", triage.own, forms.Own, primary=True),
        Act("redirection", "redirect", "Redirect", triage.redirect, forms.Redirect),
        Act("priority", "prioritise", "Set priority", triage.prioritise, forms.Prioritise, key="p"),
        Act("assignment", "assign", "Assign", assigning.assign, forms.Assign, key="a"),
        Act("acceptance", "accept", "Accept the offer", assigning.accept, noun=the_offer, side="group", primary=True),
        Act("refusal", "refuse", "Refuse the offer", assigning.refuse, forms.Why, noun=the_offer, side="group"),
        Act("question", "ask", "Ask the raiser", writing.ask_raiser, forms.Ask),
        Act("link", "link", "Link to a parent", triage.link, forms.Link),
        Act("duplicate", "mark_duplicate", "Close as duplicate", triage.mark_duplicate, forms.Duplicate),
        Act("sight", "show_legs", "Who sees its legs", engaging.show_legs, forms.ShowLegs),
        Act("joint-side", "say", "Give our side", jointly.say, jointly.SideForm, side="joint", primary=True),
        Act("joint-decision", "decide", "Decide joint triage", joint_triage.decide, jointly.DecideForm, side="joint"),
        Act("resolution", "resolve", "Resolve", closing.resolve, forms.Resolve),
        Act("closure", "close", "Close without the raiser", closing.close, ending.Close),
        Act("excuses", "excuse", "Excuse breached clocks", closing.excuse, ending.Excuses, side=PANEL),
        Act("review-taking", "take_review", "Take the review", ending.take, ending.TakeReview, side=PANEL),
        Act("review-conclusion", "conclude_review", "Conclude", ending.conclude, ending.ConcludeReview, side=PANEL),
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
        *IMPACT_ACTS,
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
        Act("priority", "prioritise", "Set our priority", leg_work.prioritise, forms.Prioritise, the_leg, "to"),
        Act("assignment", "assign", "Assign", assigning.assign_leg, forms.Assign, the_leg, "to"),
        ONWARD,
        Act("words", "update", "Write", leg_work.update, forms.Words, the_leg, "either"),
        Act("question", "ask", "Ask", leg_work.ask, forms.Ask, the_leg, "either"),
        Act("answer", "carry_on", "Answer", leg_work.answer, forms.Words, the_leg, "either"),
        Act("resolution", "resolve", "Propose as resolved", leg_work.resolve, forms.Words, the_leg, "to"),
        Act("declining", "decline", "Decline", leg_work.decline, forms.Redirect, the_leg, "to"),
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
        Act("silence", "give_up", "Settle without an answer", leg_work.give_up, forms.Why, the_leg, "from"),
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
