"""Actions of a joint record: a party, who of it, by when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max

from crossdesk.access import Invalid
from crossdesk.joint.models import ActionRow
from crossdesk.joint.work import Work
from crossdesk.threads.viewer import Viewer, verbs


def give(
    work: Work, record: Any, what: str, *, part: Any, owner: str, due_at: datetime, by: Viewer, at: datetime
) -> Any:
    if not what.strip() or not owner.strip():
        raise Invalid("Say what is to be done and who of that party does it.")
    if due_at <= at:
        raise Invalid("Give the action a due date that lies ahead.")
    with work.moving(record, "give_action", by=by, at=at) as thread:
        part.refresh_from_db(from_queryset=work.part.objects.select_related("party"))
        work.require_fit(record, part, [what], by_lead=True)
        of_it = work.action.objects.filter(**{work.record: record})
        action = work.action.objects.create(
            **{work.record: record},
            number=(of_it.aggregate(last=Max("number"))["last"] or 0) + 1,
            what=what.strip()[:300],
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
        return action


def finish(work: Work, action: Any, *, result: str, by: Viewer, at: datetime) -> None:
    record, part = getattr(action, work.record), part_of(work, action)
    with work.moving(record, "finish_action", by=by, at=at, part=part) as thread:
        action.refresh_from_db(fields=["done_at"])
        if action.done_at:
            raise Invalid(f"Action {action.number} is done already.")
        work.require_fit(record, part, [result])
        action.done_at, action.result = at, result.strip()[:300]
        action.save(update_fields=["done_at", "result"])
        work.told(thread, record, "finish_action", result, by, at, part.between(), action=action.pk)


def part_of(work: Work, action: Any) -> Any:
    """Whose action it is may be hidden from whoever asks; policy answers them without a name."""
    with verbs():
        return work.part.objects.select_related("party").get(pk=action.part_id)


def owed(actions: Iterable[ActionRow], at: datetime) -> tuple[int, int]:
    """How many are open, and how many of those are late."""
    told = Counter(each.late(at) for each in actions if each.done_at is None)
    return told.total(), told[True]
