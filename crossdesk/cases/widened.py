"""What special operations allow a desk on one case: only where the rules say so, in their scope and in their period."""

from __future__ import annotations

from datetime import datetime

from crossdesk import rulebook
from crossdesk.cases.models import Case, Hold
from crossdesk.desks.models import Desk
from crossdesk.operations.models import Period
from crossdesk.operations.questions import live


def opened_for(sender: Desk, case: Case, at: datetime) -> dict[str, str]:
    """The rules' desks that this one may engage on this case besides those it always may, each with the period."""
    book = rulebook.current()
    role = book.desks[sender.rule].owner_role if sender.rule in book.desks else ""
    for_it = [row for row in book.widenings.values() if any(book.is_role(role, wanted) for wanted in row.senders)]
    opened: dict[str, str] = {}
    for period in live(at) if for_it else ():
        rows = [row for row in for_it if period.cause in row.causes]
        if rows and reaches(period, case):
            opened |= {desk: period.reference for row in rows for desk in row.engages}
    return opened


def reaches(period: Period, case: Case) -> bool:
    """A major incident reaches the cases it holds open; a breach those about its systems."""
    if period.held_by_id:
        return Hold.objects.filter(case=case, put_by=period.held_by_id, lifted_at=None).exists()
    query = rulebook.current().query_types.get(case.query_type)
    return bool({case.system, query.system if query else ""} & set(period.systems))
