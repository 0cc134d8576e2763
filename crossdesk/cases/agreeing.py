"""Which agreement a leg goes by: the one in force when it was engaged, in the version that is in force now.

A fresh agreement leaves it alone. A change of its own moves its clocks, told in an entry for each.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from crossdesk.cases import promises, standing
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.moving import TRUTH
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.turning import Promise, live_clocks, retarget, start, turn
from crossdesk.desks.agreements import for_engagement, newest_begun
from crossdesk.desks.models import Terms
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import verbs

WHOLE = ("case", "to_desk__calendar", "from_desk", "terms_now__agreement", "terms_now__calendar")
DUE: dict[str, str] = {Clock.Measure.ACKNOWLEDGE: "acknowledge_by", Clock.Measure.RESOLVE: "answer_by"}
AT_ONCE = 200
SETTLES = timedelta(minutes=2)
"""How long whoever engaged by the former version may still be at it: until then nobody says that all have gone over."""


def engage(leg: Leg, at: datetime) -> Leg:
    if terms := for_engagement(leg.to_desk, leg.from_desk.owner_id, at):
        leg.terms = leg.terms_now = terms
        Leg.objects.filter(pk=leg.pk).update(terms=terms, terms_now=terms)
    return leg


def rejudge(thread: Thread, leg: Leg, level: int | None, *, at: datetime, because: str) -> None:
    """Its agreed targets, at another priority or in another version. What was asked for by name stays as it was."""
    if leg.terms_now is None:
        return
    wanted = {each.measure: each for each in promises.by_terms(leg, level)}
    live = live_clocks(thread, leg=leg.pk)
    for clock in live:
        promise = wanted.pop(clock.measure, None)
        if not clock.terms:
            continue
        if promise:
            retarget(thread, clock, promise, at=at, because=because)
        else:
            turn(thread, [clock], Turn.STOP, at=at, because=f"{because} Nothing is agreed for it.")
    _begin(thread, leg, list(wanted.values()), at)
    due = {DUE[clock.measure]: clock.due_at for clock in live if clock.live and clock.terms and clock.measure in DUE}
    Leg.objects.filter(pk=leg.pk).update(**due, terms_now=leg.terms_now)


def _begin(thread: Thread, leg: Leg, wanted: list[Promise], at: datetime) -> None:
    """From when it was engaged; an update from now on, and nothing again that was kept before."""
    if leg.stage == LegStage.RESOLVED:
        return
    had = set(Clock.objects.filter(thread=thread, leg=leg.pk).values_list("measure", flat=True))
    for promise in wanted:
        if promise.measure in had - {Clock.Measure.UPDATE} or (promise.measure in ANSWERED and leg.understood_at):
            continue
        since = None if promise.measure == Clock.Measure.UPDATE else leg.created_at
        begun = start(
            thread, [promise], desk=leg.to_desk_id, readers=leg.audience(), at=at, since=since, leg=leg.pk
        )  # fmt: skip
        column = DUE.get(promise.measure)
        if column:
            Leg.objects.filter(pk=leg.pk).update(**{column: begun[0].due_at})


ANSWERED = frozenset({Clock.Measure.ACKNOWLEDGE, Clock.Measure.RESPOND})


# A version that came into force


def apply_changes(at: datetime, at_most: int = AT_ONCE) -> int:
    """How many legs went over to a version that began. Whoever calls goes on while any did."""
    return sum(_apply(terms, at, at_most) for terms in _begun(at))


def _begun(at: datetime) -> list[Terms]:
    with verbs():
        waiting = Terms.objects.filter(applied_at=None, accepted_at__lte=at, since__lte=at)
        return list(waiting.select_related("agreement", "calendar").order_by("pk"))


def _apply(terms: Terms, at: datetime, at_most: int) -> int:
    with verbs():
        newest = newest_begun(terms.agreement.versions.all(), at)
        behind = Leg.objects.filter(settled_at=None, terms_now__agreement=terms.agreement_id)
        behind = behind.filter(terms_now__number__lt=terms.number)
        legs = list(behind.order_by("pk").values_list("pk", flat=True)[:at_most]) if newest == terms else []
        if not legs:
            if at >= max(terms.since, terms.accepted_at or at) + SETTLES:
                Terms.objects.filter(pk=terms.pk).update(applied_at=at)
            return 0
    return sum(_go_over(leg, terms, at) for leg in legs)


def _go_over(pk: int, terms: Terms, at: datetime) -> bool:
    """Under its thread's lock and read again: another worker may have been here."""
    with verbs():
        case = Leg.objects.values_list("case", flat=True).get(pk=pk)
        thread = Thread.objects.select_for_update().get(pk=case)
        behind = Q(terms_now__number__lt=terms.number, settled_at=None)
        leg = Leg.objects.select_related(*WHOLE).filter(behind, pk=pk).first()
        if leg is None:
            return False
        leg.terms_now = terms
        rejudge(thread, leg, leg.priority or leg.case.priority, at=at, because=f"{terms} is in force.")
        standing.refresh(TRUTH.get(pk=case), at)
        return True
