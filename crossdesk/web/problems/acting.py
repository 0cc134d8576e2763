"""What can be done with a problem, with what is in it, and with what is proposed: each act calls one verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from crossdesk.access import WrongStage
from crossdesk.access.moves import possible
from crossdesk.cases.questions import find_case
from crossdesk.majors.questions import find_incident
from crossdesk.problems import analysing, fixing, involving, opening, policy, recurring
from crossdesk.problems.lifecycle import MOVES, TABLE, State
from crossdesk.problems.models import Draft, Part, Problem, Proposal
from crossdesk.problems.questions import Reading, find_problem
from crossdesk.threads.viewer import Viewer
from crossdesk.web.acts import Act, Offered, by_path, offered
from crossdesk.web.one_act import Place, perform
from crossdesk.web.problems import forms
from crossdesk.web.problems.forms import About
from crossdesk.web.seeing import Seen

NOT_THERE = "There is no such problem, or your party is not involved in it."
NEW = Act("new", "open", "Open a problem", opening.open_problem, forms.Open)
ACTS = by_path(
    (
        Act("analysis", "analyse", "Begin the analysis", fixing.analyse, forms.OnProblem, steps=True, primary=True),
        Act("known-error", "know", "Record the known error", fixing.know, forms.OnProblem, steps=True, primary=True),
        Act("fix-plan", "await_fix", "Plan the fix", fixing.await_fix, forms.PlanFix, steps=True, primary=True),
        Act("fix", "fix", "Fixed", fixing.fix, forms.How, steps=True, primary=True),
        Act("closure", "close", "Close", fixing.close, forms.Because, steps=True, primary=True),
        Act("rejection", "reject", "Reject", fixing.reject, forms.Because, steps=True),
        Act("reopening", "reopen", "Reopen", fixing.reopen, forms.Because, steps=True),
        Act("account", "describe", "Write", fixing.describe, forms.Describe, saves=True),
        Act("fix-change", "plan_fix", "Change the plan", fixing.plan_fix, forms.PlanFix, saves=True),
        Act("party", "involve", "Involve a party", involving.involve, forms.Involve),
        Act("party-off", "take_off", "Take one off", involving.take_off, forms.TakeOff),
        Act("case", "link_case", "Link a case", opening.link_case, forms.LinkCase),
        Act("case-off", "unlink_case", "Take one off", opening.unlink_case, forms.UnlinkCase),
        Act("why", "ask_why", "Answer the next why", analysing.ask_why, forms.AskWhy),
        Act("line", "add_line", "Add a line", analysing.add_line, forms.AddLine),
        Act("section", "write_section", "Write our section", analysing.write, forms.Write, saves=True),
        Act("signature", "sign", "Sign", analysing.sign, forms.Sign),
        Act("unsigning", "unsign", "Take the signature back", analysing.unsign, forms.Because),
        Act("name", "name", "Under which name", analysing.name, forms.Name, saves=True),
        Act("cause", "state_cause", "State a cause", analysing.state_cause, forms.StateCause),
        Act("action", "give_action", "Give an action", analysing.give_action, forms.Give),
    )
)
OF_A_CAUSE = by_path(
    (
        Act("agreement", "answer_cause", "Agree", analysing.answer_cause, forms.Agree),
        Act("dispute", "answer_cause", "Dispute", analysing.answer_cause, forms.Dispute),
        Act("withdrawal", "withdraw_cause", "Withdraw", analysing.withdraw_cause, forms.Because),
    )
)
OF_AN_ACTION = by_path(
    (
        Act("completion", "finish_action", "Done", analysing.finish_action, forms.Finish),
        Act("due", "move_action", "Move", analysing.move_action, forms.MoveAction),
        Act("withdrawal", "withdraw_action", "Withdraw", analysing.withdraw_action, forms.OfTheAction),
    )
)
OF_A_PROPOSAL = by_path(
    (
        Act("taking-up", "take_up", "Take it up", recurring.take_up, forms.TakeUp, primary=True),
        Act("dismissal", "dismiss", "Dismiss", recurring.dismiss, forms.Dismiss),
    )
)


def problem_for(reference: str) -> Problem:
    problem = find_problem(reference)
    if problem is None:
        raise Http404(NOT_THERE)
    return problem


def address_of(problem: Problem) -> str:
    return f"/problems/{problem.reference}/"


@require_http_methods(["GET", "POST"])
def begin(request: Seen) -> HttpResponse:
    """From a case or a major incident that the address names; else from nothing."""
    case, incident = find_case(request.GET.get("case", "")), find_incident(request.GET.get("major", ""))
    about = About(request.viewer, cases=(case,) if case else (), incident=incident)
    sentence = "" if request.viewer.desks else "Desks open problems; you work at none."
    done = "Opened; your desk alone reads it until it involves a party."
    place = Place(
        None, "/problems/", "Problems", NEW.label, done, str(case or incident or ""), sentence, after=address_of
    )
    return perform(request, NEW, about, lambda: place)


@require_http_methods(["GET", "POST"])
def act(request: Seen, reference: str, path: str) -> HttpResponse:
    what = ACTS.get(path)
    if what is None:
        raise Http404(NOT_THERE)
    problem = problem_for(reference)
    draft = Draft.objects.filter(part__problem=problem, part__party=request.viewer.party).first()
    about = About(request.viewer, problem, draft=draft)
    return perform(request, what, about, _place(request.viewer, reference, what, _own_part(problem, request.viewer)))


@require_http_methods(["GET", "POST"])
def cause_act(request: Seen, reference: str, number: int, path: str) -> HttpResponse:
    problem, what = problem_for(reference), OF_A_CAUSE.get(path)
    cause = problem.causes.select_related("problem__desk").filter(number=number).first()
    if cause is None or what is None:
        raise Http404(NOT_THERE)
    about, part = About(request.viewer, problem, cause=cause), _own_part(problem, request.viewer)
    return perform(request, what, about, _place(request.viewer, reference, what, part, cause))


@require_http_methods(["GET", "POST"])
def action_act(request: Seen, reference: str, number: int, path: str) -> HttpResponse:
    problem, what = problem_for(reference), OF_AN_ACTION.get(path)
    action = problem.actions.select_related("problem__desk").filter(number=number).first()
    if action is None or what is None:
        raise Http404(NOT_THERE)
    about = About(request.viewer, problem, action=action)
    part = Part.objects.filter(pk=action.part_id).first()
    return perform(request, what, about, _place(request.viewer, reference, what, part, action))


@require_http_methods(["GET", "POST"])
def proposal_act(request: Seen, pk: Any, path: str) -> HttpResponse:
    proposal, what = Proposal.objects.select_related("desk").filter(pk=pk).first(), OF_A_PROPOSAL.get(path)
    if proposal is None or what is None:
        raise Http404("There is no such proposal, or it is another desk's.")
    sentence = policy.why_not_settle(request.viewer, proposal.desk) or ""
    place = Place(
        proposal, "/problems/", "Problems", f"{proposal.code}, {proposal.cases} cases",
        "Taken up as a problem." if path == "taking-up" else "Dismissed.", why_not=sentence,
        after=address_of if path == "taking-up" else None,
    )  # fmt: skip
    return perform(request, what, About(request.viewer, proposal=proposal), lambda: place)


def buttons(reading: Reading) -> Offered:
    can = possible(reading.problem.state, MOVES)
    return offered(ACTS, can, lambda act: policy.why_not(reading.viewer, act.move, reading.problem, reading.mine))


def _own_part(problem: Problem, viewer: Viewer) -> Part | None:
    return Part.objects.filter(problem=problem, party=viewer.party).first()


def _place(viewer: Viewer, reference: str, act: Act, part: Part | None, noun: Any = None) -> Callable[[], Place]:
    """`noun` is what of the problem the act is about; nothing where it is the problem itself."""

    def place() -> Place:
        problem = problem_for(reference)
        try:
            TABLE.advance(act.move, problem.state, str(problem), State(problem.state).label.lower())
            sentence = policy.why_not(viewer, act.move, problem, part) or ""
        except WrongStage as refused:
            sentence = refused.sentence
        draft = Draft.objects.filter(part=part).first() if part and act.path == "section" else None
        words = "" if noun is None else getattr(noun, "words", "") or str(noun)
        return Place(
            noun or problem, address_of(problem), problem.reference, problem.title,
            f"{problem}: {MOVES[act.move].done[0].lower()}{MOVES[act.move].done[1:]}.", why_not=sentence, words=words,
            stands=draft.words if draft else problem.root_cause, edition=draft.edition if draft else problem.edition,
            after=None,
        )  # fmt: skip

    return place
