"""Deciding an approval, and doing a step: each a small page whose words stay in it whatever is refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from crossdesk.access import Invalid, Refused
from crossdesk.cases.models import Case
from crossdesk.desks.models import ResolverGroup
from crossdesk.kit.time import now
from crossdesk.parties.models import Membership
from crossdesk.requests import approving, fulfilling, policy, questions
from crossdesk.requests.models import Approval, Task
from crossdesk.requests.questions import Whole
from crossdesk.threads.viewer import verbs
from crossdesk.web.console.acting import NOT_THERE, case_for, status_of
from crossdesk.web.requests.panel import approval_line, task_line
from crossdesk.web.seeing import Seen

DONE = {"begin": "begun", "give": "given", "finish": "done"}


@require_http_methods(["GET", "POST"])
def approval(request: Seen, reference: str, pk: int) -> HttpResponse:
    case, whole = _found(reference)
    each = next((row for row in [*whole.approvals, *whole.past] if row.pk == pk), None)
    if each is None:
        raise Http404(NOT_THERE)
    each.request = whole.request
    if request.method == "GET":
        return _approval_page(request, case, whole, each)
    words, decision = request.POST.get("words", ""), request.POST.get("decision", "")
    try:
        if decision == "approve":
            approving.approve(each, by=request.viewer, at=now(), words=words)
        elif decision == "refuse":
            approving.refuse(each, by=request.viewer, at=now(), why=words)
        else:
            raise Invalid("Choose whether you approve it or refuse it.")
    except Refused as refused:
        return _approval_page(request, case, whole, each, words, refused.sentence, status_of(refused))
    told = "approved" if decision == "approve" else "refused, and the case is closed"
    messages.success(request, f"{case}: {told}.")
    return redirect(f"/cases/{case.reference}/")


def _approval_page(
    request: Seen, case: Case, whole: Whole, each: Approval, words: str = "", trouble: str = "", status: int = 200
) -> HttpResponse:
    now_ = now()
    if trouble:  # somebody may have been faster: the page says how it stands now
        whole = questions.whole(case_for(case.reference)) or whole
        each = next((row for row in whole.approvals if row.pk == each.pk), each)
    refusal = None if not each.decision else approval_line(each, whole, request.viewer, now_).detail
    refusal = refusal or policy.why_not_approve(request.viewer, each, whole.request)
    context: dict[str, Any] = {
        "line": approval_line(each, whole, request.viewer, now_),
        "approval": each,
        "why_not": refusal,
        "words": words,
        "trouble": trouble,
    }
    return _render(request, "requests/approval.html", case, whole, context, status)


@require_http_methods(["GET", "POST"])
def step(request: Seen, reference: str, pk: int) -> HttpResponse:
    case, whole = _found(reference)
    each = next((row for row in whole.tasks if row.pk == pk), None)
    if each is None:
        raise Http404(NOT_THERE)
    each.request = whole.request
    if request.method == "GET":
        return _step_page(request, case, whole, each)
    given, move = request.POST, request.POST.get("move", "")
    words = given.get("words", "")
    try:
        if move == "begin":
            group = _group(given.get("group", ""), case)
            share = given.get("share") == "on"
            fulfilling.begin(each, by=request.viewer, at=now(), group=group, share=share, words=words)
        elif move == "give":
            fulfilling.give(each, to=_person(given.get("person", ""), each), by=request.viewer, at=now())
        elif move == "finish":
            fulfilling.finish(each, by=request.viewer, at=now(), words=words)
        else:
            raise Invalid("Choose whether the step begins or is done.")
    except Refused as refused:
        return _step_page(request, case, whole, each, given.dict(), refused.sentence, status_of(refused))
    messages.success(request, f"{case}: “{each}” {DONE[move]}.")
    return redirect(f"/cases/{case.reference}/")


def _step_page(
    request: Seen,
    case: Case,
    whole: Whole,
    each: Task,
    said: dict[str, str] | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    of_desk = each.desk_id == case.owner_id
    context: dict[str, Any] = {
        "line": task_line(each, whole, request.viewer, now()),
        "task": each,
        "why_not_begin": policy.why_not_do(request.viewer, "begin", each, whole.request),
        "why_not_finish": policy.why_not_do(request.viewer, "finish", each, whole.request),
        "why_not_give": policy.why_not_do(request.viewer, "give", each, whole.request),
        "people": _colleagues(request, each, whole),
        "elsewhere": each.desk_id is not None and not of_desk,
        "groups": list(ResolverGroup.objects.filter(desk=case.owner_id).values_list("pk", "name")) if of_desk else [],
        "said": said or {},
        "trouble": trouble,
    }
    return _render(request, "requests/step.html", case, whole, context, status)


def _colleagues(request: Seen, task: Task, whole: Whole) -> list[tuple[int, str]]:
    """For whoever may give the step to one of them."""
    if policy.why_not_do(request.viewer, "give", task, whole.request):
        return []
    with verbs():
        return [(row.pk, row.person.name) for row in policy.people_for(task, now()).order_by("person__name")]


def _person(text: str, task: Task) -> Membership:
    with verbs():
        found = policy.people_for(task, now()).filter(pk=int(text) if text.isdecimal() else 0).first()
    if found is None:
        raise Invalid(f"Choose somebody who works at {task.desk}.")
    return found


def _group(text: str, case: Case) -> ResolverGroup | None:
    if not text:
        return None
    group = ResolverGroup.objects.filter(pk=int(text) if text.isdecimal() else 0, desk=case.owner_id).first()
    if group is None:
        raise Invalid(f"Choose a group of {case.owner}.")
    return group


def _found(reference: str) -> tuple[Case, Whole]:
    case = case_for(reference)
    whole = questions.whole(case)
    if whole is None:
        raise Http404(NOT_THERE)
    return case, whole


def _render(
    request: Seen, template: str, case: Case, whole: Whole, context: dict[str, Any], status: int
) -> HttpResponse:
    return render(request, template, context | {"case": case, "asked": whole, "at": now()}, status=status)
