"""An answer that its sender neither confirmed nor disputed in the days agreed counts as confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from crossdesk.cases import leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import verbs


def confirm_undisputed(at: datetime) -> int:
    with verbs():
        answered = Leg.objects.filter(
            stage=LegStage.RESOLVED, settled_at=None, terms_now__auto_close_days__isnull=False
        ).values_list("pk", "case", "resolved_at", "terms_now__auto_close_days")
        over = [(pk, case) for pk, case, resolved_at, days in answered if _over(resolved_at, days, at)]
    return sum(_confirm(pk, case, at) for pk, case in over)


def _confirm(pk: int, case: UUID, at: datetime) -> bool:
    """Under its thread's lock and read again: somebody may have disputed it in this very moment."""
    with verbs():
        Thread.objects.select_for_update().get(pk=case)
        leg = Leg.objects.select_related("case", "from_desk__owner", "to_desk", "terms_now__agreement").get(pk=pk)
        terms = leg.terms_now
        if leg.stage != LegStage.RESOLVED or terms is None or not _over(leg.resolved_at, terms.auto_close_days, at):
            return False
        days = "a day" if terms.auto_close_days == 1 else f"{terms.auto_close_days} days"
        words = f"Nobody disputed the answer within {days}, as agreed: {terms}."
        leg_work.confirm(leg, by=leg_work.product_at(leg.from_desk, leg.case), at=at, words=words)
        return True


def _over(resolved_at: datetime | None, days: int | None, at: datetime) -> bool:
    return resolved_at is not None and days is not None and resolved_at + timedelta(days=days) <= at
