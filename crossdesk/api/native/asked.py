"""What the API answers about requests: an item of the catalogue with its form, a request with what it waits for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import Http404
from ninja import Schema

from crossdesk.access import Role
from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Caller
from crossdesk.api.native.shapes import DeskOut, PartyOut
from crossdesk.api.native.telling import case_for, desk_out, party_out
from crossdesk.parties.models import MarketRole
from crossdesk.requests import catalogue, policy
from crossdesk.requests.checking import partners_for
from crossdesk.requests.models import Approval, Request, Task
from crossdesk.requests.questions import Row, Whole, whole
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.requesting import approvals_of, edition_of, fields_of, tasks_of
from crossdesk.rulebook.rows.requests import FormField, ServiceRequest
from crossdesk.threads.viewer import Viewer


class ChoiceOut(Schema):
    value: str
    label: str


class FieldOut(Schema):
    """A question of the form. Its answer is a text; where there are choices, the value of one."""

    name: str
    label: str
    kind: str
    required: bool
    help: str
    choices: list[ChoiceOut]


class NeededOut(Schema):
    """Whose word an item needs, of so many different people."""

    by: str
    role: str
    people: int
    order: int
    because: str


class StepOut(Schema):
    name: str
    by: str
    order: int


class ItemRow(Schema):
    key: str
    name: str
    group: str
    purpose: str
    why_not: str
    """Empty where the caller's party may ask for it."""


class ItemOut(ItemRow):
    edition: str
    """Of the form: an answer names the one it was read in."""
    fields: list[FieldOut]
    approvals: list[NeededOut]
    steps: list[StepOut]


class AnswerOut(Schema):
    label: str
    value: str


class ApprovalOut(Schema):
    id: int
    whose: str
    asked_at: datetime | None
    object_by: datetime | None
    decision: str
    decided_at: datetime | None
    by: str
    words: str
    why_not: str
    """Why the caller can neither approve nor refuse it; empty where it can."""


class TaskOut(Schema):
    id: int
    name: str
    desk: DeskOut | None
    """None: whoever asked does it."""
    read_off: str
    found: str
    ready_at: datetime | None
    begun_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    done_by: str
    words: str
    why_not_begin: str
    why_not_finish: str


class RequestRow(Schema):
    reference: str
    item: str
    name: str
    state: str
    raiser: PartyOut
    owner: DeskOut
    asked_at: datetime
    done: int
    steps: int


class RequestOut(RequestRow):
    answers: list[AnswerOut]
    """Empty where they were erased."""
    approvals: list[ApprovalOut]
    refused_before: list[ApprovalOut]
    tasks: list[TaskOut]


def item_row(book: Rulebook, row: ServiceRequest, viewer: Viewer) -> ItemRow:
    why_not = catalogue.why_not_ask(book, row, catalogue.roles_of(viewer.party), viewer.party_name)
    return ItemRow(key=row.key, name=row.name, group=row.group, purpose=row.purpose, why_not=why_not or "")


def item_out(book: Rulebook, row: ServiceRequest, viewer: Viewer) -> ItemOut:
    held = list(MarketRole.objects.filter(party=viewer.party).order_by("pk"))
    return ItemOut(
        **item_row(book, row, viewer).model_dump(),
        edition=edition_of(book, row.key),
        fields=[_field(book, each, held, viewer) for each in fields_of(book, row.key)],
        approvals=[
            NeededOut(by=each.by, role=each.role, people=each.people, order=each.order, because=each.because)
            for each in approvals_of(book, row.key)
        ],
        steps=[StepOut(name=each.name, by=each.by, order=each.order) for each in tasks_of(book, row.key)],
    )


def _field(book: Rulebook, row: FormField, held: list[MarketRole], viewer: Viewer) -> FieldOut:
    pairs = catalogue.choices_of(book, row, held, partners_for(book, row).exclude(pk=viewer.party))
    choices = [ChoiceOut(value=value, label=label) for value, label in pairs]
    return FieldOut(
        name=row.name, label=row.label, kind=row.kind, required=row.required, help=row.help, choices=choices
    )


def request_for(reference: str) -> Whole:
    """What the viewer may not see is as if it were not there."""
    found = whole(case_for(reference))
    if found is None:
        raise Http404
    return found


def request_row(row: Row) -> RequestRow:
    request = row.request
    return RequestRow(
        reference=request.case.reference, item=request.item, name=request.name, state=row.state,
        raiser=party_out(request.case.raiser), owner=desk_out(request.case.owner), asked_at=request.case.raised_at,
        done=row.done, steps=row.steps,
    )  # fmt: skip


def approver(caller: Caller) -> Viewer:
    """A key made for approvals gives the word that a manager or an administrator of its party would give."""
    if Scope.APPROVALS not in caller.scopes:
        return caller.viewer
    return replace(caller.viewer, roles=caller.viewer.roles | {Role.ADMINISTRATOR, Role.SERVICE_MANAGER})


def request_out(found: Whole, caller: Caller) -> RequestOut:
    request, viewer = found.request, approver(caller)
    return RequestOut(
        **request_row(Row(request, found.state, found.done, len(found.tasks))).model_dump(),
        answers=[AnswerOut(label=label, value=value) for label, value in found.shown],
        approvals=[_approval(each, request, viewer) for each in found.approvals],
        refused_before=[_approval(each, request, viewer) for each in found.past],
        tasks=[_task(each, request, viewer) for each in found.tasks],
    )


def _approval(row: Approval, request: Request, viewer: Viewer) -> ApprovalOut:
    why_not = "It is decided." if row.decision else policy.why_not_approve(viewer, row, request)
    return ApprovalOut(
        id=row.pk, whose=row.whose, asked_at=row.asked_at, object_by=row.object_by, decision=row.decision,
        decided_at=row.decided_at, by=row.name, words=row.entry.body.words if row.entry else "", why_not=why_not or "",
    )  # fmt: skip


def _task(row: Task, request: Request, viewer: Viewer) -> TaskOut:
    plain = ("name", "found", "ready_at", "begun_at", "due_at", "done_at", "done_by")
    return TaskOut(
        id=row.pk,
        desk=desk_out(row.desk) if row.desk else None,
        read_off=row.proof,
        words=row.entry.body.words if row.entry else "",
        why_not_begin=policy.why_not_do(viewer, "begin", row, request) or "",
        why_not_finish=policy.why_not_do(viewer, "finish", row, request) or "",
        **{name: getattr(row, name) for name in plain},
    )
