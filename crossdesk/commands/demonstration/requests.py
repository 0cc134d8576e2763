"""What a story asks for from the catalogue, and what becomes of it."""

from __future__ import annotations

from crossdesk import rulebook
from crossdesk.cases.models import Case
from crossdesk.commands.demonstration.told import Step, Told
from crossdesk.requests import approving, asking, fulfilling, proving
from crossdesk.requests.asking import Form
from crossdesk.requests.models import Approval, Request
from crossdesk.rulebook.requesting import edition_of
from crossdesk.threads.viewer import viewing


def asks(told: Told) -> Case:
    item = told.more["item"]
    form = Form(item, told.more["answers"], edition_of(rulebook.current(), item))
    with viewing(told.by):
        return asking.ask(form, by=told.by, at=told.at).case


def _waiting(told: Told) -> Approval:
    rows = Approval.objects.select_related("request", "party", "desk")
    return rows.filter(request=told.case.pk, decision="", asked_at__isnull=False).earliest("order", "pk")


def approves(told: Told) -> None:
    approving.approve(_waiting(told), by=told.by, at=told.at, words=told.words)
    proving.look(Request.objects.get(pk=told.case.pk), told.at)


def refuses(told: Told) -> None:
    approving.refuse(_waiting(told), by=told.by, at=told.at, why=told.words)


def does(told: Told) -> None:
    task = Request.objects.get(pk=told.case.pk).tasks.get(key=told.more["task"])
    fulfilling.finish(task, by=told.by, at=told.at, words=told.words)


REQUEST_STEPS: dict[str, Step] = {"approve": approves, "turn_down": refuses, "do": does}
