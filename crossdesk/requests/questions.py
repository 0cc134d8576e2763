"""What is read of requests, as the viewer: one request whole, what waits for one's own word, what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from crossdesk.access import Role
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.requests import policy, progress
from crossdesk.requests.models import Approval, Request, Task
from crossdesk.threads.viewer import Viewer


@dataclass(frozen=True)
class Whole:
    request: Request
    shown: list[tuple[str, str]]
    """The answers, label and value; none where they were erased."""
    approvals: list[Approval]
    past: list[Approval]
    """Refusals of an earlier round."""
    tasks: list[Task]

    @property
    def state(self) -> str:
        if self.request.refused_at:
            return "refused"
        if self.request.case.stage == Stage.CLOSED:
            return "closed"
        if self.request.done_at:
            return "done"
        return "under way" if self.request.approved_at else "waiting for approval"

    @property
    def done(self) -> int:
        return sum(task.done_at is not None for task in self.tasks)


def whole(case: Case) -> Whole | None:
    """None also where the viewer reads the case and not its request."""
    approvals = Approval.objects.select_related("party", "desk", "entry__body")
    tasks = Task.objects.select_related("desk", "leg", "assignment__group", "entry__body").order_by("order", "pk")
    rows = Request.objects.select_related("entry__body")
    request = (
        rows.prefetch_related(Prefetch("approvals", approvals), Prefetch("tasks", tasks)).filter(pk=case.pk).first()
    )
    if request is None:
        return None
    request.case = case
    detail: dict[str, Any] = request.entry.body.detail or {}
    every = list(request.approvals.all())
    now_ = progress.newest(every)
    past = [each for each in every if each not in now_]
    return Whole(
        request, [(each[0], each[1]) for each in detail.get("shown", [])], now_, past, list(request.tasks.all())
    )


def waiting_for(viewer: Viewer) -> list[Approval]:
    """What this person may decide now, the oldest first."""
    roles = [role.value for role in viewer.roles]
    own = Q(desk=None, party=viewer.party) | Q(desk__in=viewer.desks)
    lent = Q(desk=None, delegates=True, party__in=[each.party for each in viewer.lent if each.may_act])
    asked = Approval.objects.filter(own | lent, role__in=roles, decision="", asked_at__isnull=False)
    rows = asked.exclude(request__case__stage=Stage.CLOSED).select_related("party", "desk", "request__case__raiser")
    newest = list(rows.order_by("asked_at", "pk")[:100])
    given = set(
        Approval.objects.filter(request__in={each.request_id for each in newest}, person=viewer.person).values_list(
            "request", "key", "round"
        )
    )
    places: dict[tuple[Any, str], Approval] = {}
    for each in newest:
        if policy.why_not_approve(viewer, each, each.request) or (each.request_id, each.key, each.round) in given:
            continue
        places.setdefault((each.request_id, each.key), each)
    return list(places.values())


def may_wait(viewer: Viewer) -> bool:
    """Without a query: whether anything could wait for this person at all."""
    return bool(viewer.roles & {Role.ADMINISTRATOR, Role.SERVICE_MANAGER})


def asked_for(viewer: Viewer) -> QuerySet[Request]:
    """By the party this person acts for, the newest first."""
    rows = Request.objects.filter(case__raiser=viewer.party).select_related("case__owner")
    return rows.prefetch_related("approvals", "tasks").order_by("-case__raised_at")


@dataclass(frozen=True)
class Row:
    """A request in a list: how it stands, and how far it is."""

    request: Request
    state: str
    done: int
    steps: int


def row(request: Request) -> Row:
    tasks = list(request.tasks.all())
    whole_ = Whole(request, [], [], [], tasks)
    return Row(request, whole_.state, whole_.done, len(tasks))
