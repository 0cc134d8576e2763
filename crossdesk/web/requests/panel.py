"""A request on the page of its case: what was answered, whose word it has, how the steps stand, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crossdesk import rulebook
from crossdesk.cases.models import Case
from crossdesk.cases.questions import CaseFile
from crossdesk.desks.models import Agreement
from crossdesk.kit.time import clock_time, until
from crossdesk.requests import policy, proving, questions
from crossdesk.requests.models import Approval, Task
from crossdesk.requests.questions import Whole
from crossdesk.threads.viewer import Viewer, verbs


@dataclass(frozen=True)
class Line:
    """One approval or step: how it stands in words, and what this reader can do about it."""

    pk: int
    name: str
    state: str
    """done, open, ahead or refused"""
    detail: str
    words: str = ""
    erased: bool = False
    act: str = ""
    """What the button says."""
    url: str = ""


def panel(file: CaseFile, at: datetime) -> dict[str, Any]:
    if file.case.kind != Case.Kind.REQUEST:
        return {"asked": None}
    whole = questions.whole(file.case)
    if whole is None:
        return {"asked": None}
    if any(each.proof and not each.done_at for each in whole.tasks) and proving.look(whole.request, at):
        whole = questions.whole(file.case) or whole
    viewer = file.viewer
    return {
        "asked": whole,
        "approvals": [approval_line(each, whole, viewer, at) for each in whole.approvals],
        "past_approvals": [approval_line(each, whole, viewer, at) for each in whole.past],
        "tasks": [task_line(each, whole, viewer, at) for each in whole.tasks],
    }


def approval_line(each: Approval, whole: Whole, viewer: Viewer, at: datetime) -> Line:
    whose = each.whose[:1].upper() + each.whose[1:]
    words, erased = _words(each)
    if each.decision:
        by = f" by {each.name}" if each.name and each.decision != Approval.Decision.NO_OBJECTION else ""
        when = clock_time(each.decided_at, at) if each.decided_at else ""
        state = "refused" if each.decision == Approval.Decision.REFUSED else "done"
        return Line(each.pk, whose, state, f"{each.get_decision_display()}{by}, {when}", words, erased)
    if each.asked_at is None:
        return Line(each.pk, whose, "ahead", "Asked once those before have approved.")
    limit = f" Nobody objecting {until(each.object_by, at)}, it goes on." if each.object_by else ""
    detail = (
        f"Asked {clock_time(each.asked_at, at)}. {each.because}{limit}"
        if not each.object_by
        else (f"Asked {clock_time(each.asked_at, at)}.{limit}")
    )
    open_case = whole.state not in {"refused", "closed"}
    if open_case and not each.objecting and _nobody(each, whole, at):
        whose_party = each.desk or each.party
        detail += f" Nobody at {whose_party} can give it now; an administrator there gives somebody else that role."
    given = policy.has_spoken(viewer, [other for other in whole.approvals if other.key == each.key])
    may = open_case and not given and policy.why_not_approve(viewer, each, whole.request) is None
    url = f"/cases/{whole.request.case.reference}/approvals/{each.pk}/" if may else ""
    return Line(each.pk, whose, "open" if open_case else "ahead", detail, act="Decide" if may else "", url=url)


def _nobody(each: Approval, whole: Whole, at: datetime) -> bool:
    """Everybody who could have left, or lost the role: it would wait for ever, and nobody would know for whom."""
    with verbs():
        return not policy.who_can(each, whole.request.asked_by, at).exists()


def task_line(each: Task, whole: Whole, viewer: Viewer, at: datetime) -> Line:
    case = whole.request.case
    name, words = each.name, _words(each)
    doer = str(each.desk) if each.desk else str(case.raiser)
    if each.done_at:
        return Line(each.pk, name, "done", f"{each.done_by}, {clock_time(each.done_at, at)}", *words)
    if each.ready_at is None or whole.state in {"refused", "closed"}:
        return Line(each.pk, name, "ahead", doer)
    if each.proof:
        label, url = next_step(each.proof, case)
        mine = viewer.party == case.raiser_id or viewer.works_at(case.owner_id)
        return Line(each.pk, name, "open", f"{doer}. {each.found}", act=label if mine else "", url=url if mine else "")
    detail = f"{doer}{_due(each, at)}{_with(each, at_desk=viewer.works_at(case.owner_id))}"
    moves = [move for move in ("begin", "finish") if policy.why_not_do(viewer, move, each, whole.request) is None]
    if not moves or (each.desk_id is None and "finish" not in moves):
        return Line(each.pk, name, "open", detail)
    act = "Engage" if moves == ["begin"] else "Done"
    if each.desk_id == case.owner_id and "begin" in moves:
        act = "Begin or finish"
    return Line(each.pk, name, "open", detail, act=act, url=f"/cases/{case.reference}/steps/{each.pk}/")


def _due(task: Task, at: datetime) -> str:
    if task.due_at:
        return f", by {clock_time(task.due_at, at)}"
    row = rulebook.current().tasks.get(task.key)
    return ", no target published" if task.desk_id and row and not row.minutes else ""


def _with(task: Task, *, at_desk: bool) -> str:
    """Who of the desk has it is for the desk."""
    if task.leg:
        return f"; its leg is {task.leg.get_stage_display().lower()}"
    if at_desk and task.person_name:
        return f"; with {task.person_name}"
    if task.assignment and task.assignment.ended_at is None:
        held = task.assignment.accepted_name
        return f"; with {task.assignment.group.name}{f', accepted by {held}' if held else ', offered'}"
    return "; begun" if task.begun_at else ""


def _words(each: Approval | Task) -> tuple[str, bool]:
    return (each.entry.body.words, each.entry.body.erased) if each.entry else ("", False)


def next_step(proof: str, case: Case) -> tuple[str, str]:
    """What is done next for a step that nobody ticks, and where."""
    party = f"/directory/parties/{case.raiser_id}/"
    if proof == "contacts":
        return "Contacts", party
    if proof == "people":
        return "Invite people", f"{party}people/"
    sides = (case.raiser_id, case.owner.owner_id)
    agreement = Agreement.objects.filter(promiser__in=sides, other__in=sides).order_by("-pk").first()
    if agreement is None:
        return "Propose one", f"/agreements/new/?with={case.owner.owner_id}"
    address = f"/agreements/{agreement.reference}/"
    return ("The agreement", address) if proof == "agreement" else ("The test", f"{address}conformance/")
