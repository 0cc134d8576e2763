"""Actions of a joint record: a party, who of it, by when. Each has a clock until it is done or withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max

from crossdesk.access import Invalid, WrongStage
from crossdesk.joint import promising
from crossdesk.joint.models import OPEN, ActionRow
from crossdesk.joint.work import Work
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import CROSSDESK, Viewer, verbs

LONGEST = 300


def give(
    work: Work, record: Any, what: str, *, part: Any, owner: str, due_at: datetime, by: Viewer, at: datetime
) -> Any:
    if not what.strip() or not owner.strip():
        raise Invalid("Say what is to be done and who of that party does it.")
    _require_ahead(due_at, at)
    with work.moving(record, "give_action", by=by, at=at) as thread:
        part.refresh_from_db(from_queryset=work.part.objects.select_related("party"))
        work.require_fit(record, part, [what], by_lead=True)
        of_it = work.action.objects.filter(**{work.record: record})
        action = work.action.objects.create(
            **{work.record: record},
            number=(of_it.aggregate(last=Max("number"))["last"] or 0) + 1,
            what=what.strip()[:LONGEST],
            part=part,
            who=str(part),
            given_at=at,
            due_at=due_at,
            seats=record.seats,
        )
        seats = record.seats if part.named else part.seats
        work.owner.objects.create(action=action, name=owner.strip()[:120], seats=seats)
        detail = {"what": action.what, "party": str(part.party), "owner": owner.strip()[:120]}
        work.told(thread, record, "give_action", "", by, at, part.between(), detail=detail, action=action.pk)
        promising.begin(work, action, part, thread, at=at)
        return action


def finish(work: Work, action: Any, *, result: str, by: Viewer, at: datetime) -> None:
    record, part = getattr(action, work.record), part_of(work, action)
    with work.moving(record, "finish_action", by=by, at=at, part=part) as thread:
        _require_open(action)
        work.require_fit(record, part, [result])
        action.done_at, action.result = at, result.strip()[:LONGEST]
        action.save(update_fields=["done_at", "result"])
        work.told(thread, record, "finish_action", result, by, at, part.between(), action=action.pk)
        promising.meet(action, thread, at=at, by=CROSSDESK)


def withdraw(work: Work, action: Any, *, why: str, by: Viewer, at: datetime) -> None:
    """It stays to be read, with the reason; nobody owes it any more."""
    if not why.strip():
        raise Invalid("Say why the action is not needed any more; the party that owes it reads that.")
    record, part = getattr(action, work.record), part_of(work, action)
    with work.moving(record, "withdraw_action", by=by, at=at, part=part) as thread:
        _require_open(action)
        work.require_fit(record, part, [why], by_lead=True)
        _end(action, thread, why, at)
        work.told(thread, record, "withdraw_action", why, by, at, part.between(), action=action.pk)


def withdraw_open(work: Work, record: Any, thread: Thread, *, why: str, at: datetime, part: Any = None) -> None:
    """Within a verb that ends the record, or takes a party off it: nothing is owed any more."""
    of_it = {work.record: record} | ({"part": part} if part else {})
    for action in work.action.objects.filter(OPEN, **of_it):
        _end(action, thread, why, at)


def move(work: Work, action: Any, *, due_at: datetime, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid("Say why it is due at another time; the party that owes it reads that.")
    _require_ahead(due_at, at)
    record, part = getattr(action, work.record), part_of(work, action)
    with work.moving(record, "move_action", by=by, at=at, part=part) as thread:
        _require_open(action)
        work.require_fit(record, part, [why], by_lead=True)
        action.due_at = due_at
        action.save(update_fields=["due_at"])
        work.told(thread, record, "move_action", why, by, at, part.between(), action=action.pk)
        promising.move(work, action, part, thread, at=at, because=why.strip()[:LONGEST], by=CROSSDESK)


def part_of(work: Work, action: Any) -> Any:
    """Whose action it is may be hidden from whoever asks; policy answers them without a name."""
    with verbs():
        return work.part.objects.select_related("party").get(pk=action.part_id)


def owed(actions: Iterable[ActionRow], at: datetime) -> tuple[int, int]:
    """How many are open, and how many of those are late."""
    told = Counter(each.late(at) for each in actions if each.open)
    return told.total(), told[True]


def _end(action: ActionRow, thread: Thread, why: str, at: datetime) -> None:
    action.withdrawn_at, action.result = at, why.strip()[:LONGEST]
    action.save(update_fields=["withdrawn_at", "result"])
    promising.stop(action, thread, at=at, because=action.result, by=CROSSDESK)


def _require_open(action: ActionRow) -> None:
    """With the thread locked."""
    action.refresh_from_db(fields=["done_at", "withdrawn_at", "due_at"])
    if action.done_at:
        raise Invalid(f"Action {action.number} is done already.")
    if action.withdrawn_at:
        raise WrongStage(f"Action {action.number} was withdrawn; give a new one if it is needed after all.")


def _require_ahead(due_at: datetime, at: datetime) -> None:
    if due_at <= at:
        raise Invalid("Give the action a due date that lies ahead.")
