"""The failing messages of a fault. Run inside `verbs()` for invariants, or as a viewer, who then sees only their
own."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from crossdesk.rulebook.rows.noticing import Detector
from crossdesk.signals.models import Concern, Failing, Fault


def messages_of(fault: Fault | Concern, rule: Detector) -> QuerySet[Failing]:
    """Those of its group since it began; a concern has no more of the group than its participant may know."""
    group: dict[str, Any] = {name: getattr(fault, name) for name in rule.by if name != "side" and hasattr(fault, name)}
    narrowed = {name: value for name, value in group.items() if value}
    rows = Failing.objects.filter(side__in=rule.sides, last_at__gte=fault.since, at__lte=fault.last_at, **narrowed)
    if isinstance(fault, Concern):
        rows = rows.filter(Q(sender=fault.dip_id) | Q(recipient=fault.dip_id))
    return rows


def count(fault: Fault, rule: Detector) -> tuple[int, int, int, int]:
    """Messages, distinct MPANs, senders and recipients."""
    found = messages_of(fault, rule).aggregate(
        messages=Count("pk"),
        mpans=Count("mpan", distinct=True, filter=~Q(mpan="")),
        senders=Count("sender", distinct=True, filter=~Q(sender="")),
        recipients=Count("recipient", distinct=True, filter=~Q(recipient="")),
    )
    return found["messages"], found["mpans"], found["senders"], found["recipients"]
