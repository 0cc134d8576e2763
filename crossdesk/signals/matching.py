"""Whose a fault probably is, and whether an open case of the operator's desk is about it already. In `verbs()`."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Count

from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.rulebook.rows.noticing import Detector
from crossdesk.signals.keeping import Directory
from crossdesk.signals.models import Fault, Side
from crossdesk.signals.reading import messages_of

SAMPLE = 200
"""A fault of a million MPANs is known by its first few hundred."""
SHARED_PERCENT = 20

SHARED = """
select other.case_id, count(distinct held.value) as shared
from cases_member held
join cases_referenceset other on other.id = held.set_id and other.retracted_at is null
join cases_case c on c.thread_id = other.case_id
where held.value = any(%(values)s::text[]) and c.owner_id = %(owner)s and c.lists = '{}'
  and not c.stage = any(%(over)s::text[])
group by 1 having count(distinct held.value) * 100 >= %(percent)s * cardinality(%(values)s::text[])
order by 2 desc limit 1
"""
OVER = [Stage.RESOLVED, Stage.CLOSED]


def suspected_desk(fault: Fault, rule: Detector, who: Directory) -> Desk | None:
    """The desk by which others reach whoever's side the fault is on; of several the one with most of it."""
    if fault.side not in {Side.SENDER, Side.RECIPIENT, Side.ENDPOINT} or rule.kind != "failing":
        return None
    role = "sender" if fault.side == Side.SENDER else "recipient"
    most = messages_of(fault, rule).exclude(**{role: ""}).values(role).annotate(n=Count("pk")).order_by("-n").first()
    party = who.party(most[role]) if most else None
    return Desk.objects.filter(owner=party).order_by("kind", "pk").first() if party else None


def matching_case(fault: Fault, rule: Detector) -> Case | None:
    """One that an earlier outbreak of the same was confirmed as, else one that holds many of the same MPANs."""
    same = Fault.objects.filter(
        detector=fault.detector, interface=fault.interface, event=fault.event, code=fault.code, side=fault.side,
        sender=fault.sender, recipient=fault.recipient, case__isnull=False,
    )  # fmt: skip
    earlier = same.exclude(pk=fault.pk).exclude(case__stage__in=OVER).order_by("-since").first()
    if earlier:
        return earlier.case
    if rule.kind != "failing":
        return None
    values = list(messages_of(fault, rule).exclude(mpan="").values_list("mpan", flat=True).distinct()[:SAMPLE])
    if not values:
        return None
    asked: dict[str, Any] = {
        "values": values,
        "owner": fault.desk_id,
        "over": list(map(str, OVER)),
        "percent": SHARED_PERCENT,
    }
    with connection.cursor() as cursor:
        cursor.execute(SHARED, asked)
        row = cursor.fetchone()
    return Case.objects.get(pk=row[0]) if row else None
