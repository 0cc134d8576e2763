"""Whom a fault concerns, and each told of its own part only."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Min, Q

from crossdesk.rulebook.rows.noticing import Detector
from crossdesk.signals.keeping import Directory
from crossdesk.signals.models import Concern, Fault, Side
from crossdesk.signals.reading import messages_of

AT_FAULT = {"sender": {Side.SENDER}, "recipient": {Side.RECIPIENT, Side.ENDPOINT}}
SHOWN = ("detector", "interface", "event", "code", "side")


def keep_concerns(fault: Fault, rule: Detector, who: Directory) -> None:
    """Inside `verbs()`. The group's sender or recipient is in no row of anybody else."""
    if rule.kind != "failing":
        return
    rows: dict[str, Concern] = {}
    for role in ("recipient", "sender"):
        for found in _by(role, fault, rule):
            at_fault = fault.side in AT_FAULT[role]
            before = rows.get(found[role])
            if before and (before.at_fault or not at_fault):
                continue
            rows[found[role]] = _concern(fault, found[role], at_fault, found, who)
    affected = {dip_id for dip_id, row in rows.items() if not row.at_fault}
    for dip_id, row in rows.items():
        row.others = len(affected - {dip_id})
    Concern.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["fault", "dip_id"],
        update_fields=[
            "seats",
            "party",
            "at_fault",
            "since",
            "last_at",
            "over_at",
            "messages",
            "mpans",
            "others",
            "case",
        ],
    )


def _by(role: str, fault: Fault, rule: Detector) -> list[dict[str, Any]]:
    summed = messages_of(fault, rule).exclude(**{role: ""}).values(role)
    return list(
        summed.annotate(
            n=Count("pk"),
            distinct=Count("mpan", distinct=True, filter=~Q(mpan="")),
            first=Min("at"),
            last=Max("last_at"),
        )
    )


def _concern(fault: Fault, dip_id: str, at_fault: bool, found: dict[str, Any], who: Directory) -> Concern:
    return Concern(
        fault=fault,
        dip_id=dip_id,
        party_id=who.party(dip_id),
        seats=who.seats(dip_id),
        at_fault=at_fault,
        since=found["first"],
        last_at=found["last"],
        over_at=fault.over_at,
        messages=found["n"],
        mpans=found["distinct"],
        case=fault.case,
        **{name: getattr(fault, name) for name in SHOWN},
    )
