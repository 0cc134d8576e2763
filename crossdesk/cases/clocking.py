"""Which entry does what to which clock: one table. A reaction, run inside the verb that wrote the entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from crossdesk.cases import agreeing, promises, standing
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Case, Question
from crossdesk.cases.moving import TRUTH
from crossdesk.cases.promises import ACKNOWLEDGE, RESOLVE, RESPOND, UPDATE
from crossdesk.clocks.excusing import validate
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import Turn
from crossdesk.clocks.turning import live_clocks, retarget, start, turn
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import Audience

Follow = Callable[[Entry], None]
DUE = agreeing.DUE


def follow(entry: Entry) -> None:
    FOLLOWS[entry.kind](entry)


# The whole case


def begin(entry: Entry) -> None:
    case = _case(entry)
    start(entry.thread, promises.to_triage(case), desk=case.owner_id, readers=case.to_raiser(), at=entry.recorded_at)


def judged(entry: Entry) -> None:
    """From the moment it was raised: the time before somebody judged it is not the raiser's loss."""
    case, level = _case(entry), int(entry.facts["after"])
    wanted = {each.measure: each for each in promises.by_priority(case, level, UPDATE, RESOLVE)}
    because = f"The priority is P{level} now."
    for clock in _of_case(entry, UPDATE, RESOLVE):
        if promise := wanted.pop(clock.measure, None):
            retarget(entry.thread, clock, promise, at=entry.recorded_at, because=because)
        else:
            turn(entry.thread, [clock], Turn.STOP, at=entry.recorded_at, because=f"{because} It has no target.")
    start(
        entry.thread,
        wanted.values(),
        desk=case.owner_id,
        readers=case.to_raiser(),
        at=entry.recorded_at,
        since=_round_began(case),
    )
    for leg in case.legs.filter(settled_at=None, priority=None, terms_now__isnull=False).select_related(
        *agreeing.WHOLE
    ):
        agreeing.rejudge(entry.thread, leg, level, at=entry.recorded_at, because=because)


def updated(entry: Entry) -> None:
    """What the raiser is told keeps the promise to tell, and the next one begins."""
    kept = _of_case(entry, UPDATE) if entry.by_desk else []
    turn(entry.thread, kept, Turn.MEET, at=entry.recorded_at)
    case = _case(entry)
    if kept and case.priority:
        again = promises.by_priority(case, case.priority, UPDATE)
        start(entry.thread, again, desk=case.owner_id, readers=case.to_raiser(), at=entry.recorded_at)


def asked(entry: Entry) -> None:
    until = datetime.fromisoformat(entry.facts["due"])
    turn(entry.thread, _of_case(entry, RESOLVE, UPDATE), Turn.PAUSE, at=entry.recorded_at, until=until,
         because="A question to the raiser is open.")  # fmt: skip


def answered(entry: Entry) -> None:
    if not Question.objects.filter(case=entry.thread_id, leg=None, answered_at=None).exists():
        turn(entry.thread, _of_case(entry, RESOLVE, UPDATE), Turn.RESUME, at=entry.recorded_at)


def responded(entry: Entry) -> None:
    turn(entry.thread, _of_case(entry, RESPOND), Turn.MEET, at=entry.recorded_at)


def resolved(entry: Entry) -> None:
    turn(entry.thread, _of_case(entry, RESPOND, RESOLVE, UPDATE), Turn.MEET, at=entry.recorded_at)


def disputed(entry: Entry) -> None:
    met = Clock.objects.filter(thread=entry.thread_id, leg=0, measure=RESOLVE, state=Clock.State.MET)
    turn(entry.thread, list(met.order_by("-pk")[:1]), Turn.REOPEN, at=entry.recorded_at)


def redirected(entry: Entry) -> None:
    resolved(entry)
    over(entry)


def over(entry: Entry) -> None:
    """Nothing runs on, and every clock of this round is told as it ended."""
    turn(entry.thread, live_clocks(entry.thread), Turn.STOP, at=entry.recorded_at, because=_why(entry))
    validate(entry.thread, _round_began(_case(entry)), entry.recorded_at)


def chased(entry: Entry) -> None:
    """A pause that ended by itself changed when the case is due, and no verb was there to say so.

    Not every clock is a case's: a major incident promises updates by one.
    """
    if case := TRUTH.filter(pk=entry.thread_id).first():
        standing.refresh(case, entry.recorded_at)


def recounted(entry: Entry) -> None:
    """Other opening hours moved a due time, and no verb was there to say so to the lists."""
    if column := DUE.get(entry.facts["measure"]) if entry.facts["leg"] else None:
        Leg.objects.filter(pk=entry.facts["leg"]).update(**{column: entry.facts["due"]})
    chased(entry)


# One leg


def engaged(entry: Entry) -> None:
    leg = agreeing.engage(_leg(entry), entry.recorded_at)
    made = promises.of_leg(leg, leg.priority or leg.case.priority, entry.recorded_at)
    readers = Audience(entry.audience, tuple(entry.seats), entry.of)
    begun = start(entry.thread, made, desk=leg.to_desk_id, readers=readers, at=entry.recorded_at, leg=leg.pk)
    due = {DUE[clock.measure]: clock.due_at for clock in begun if clock.measure in DUE}
    Leg.objects.filter(pk=leg.pk).update(**due)


def leg_acknowledged(entry: Entry) -> None:
    turn(entry.thread, _of_leg(entry, ACKNOWLEDGE), Turn.MEET, at=entry.recorded_at)


def leg_responded(entry: Entry) -> None:
    turn(entry.thread, _of_leg(entry, ACKNOWLEDGE, RESPOND), Turn.MEET, at=entry.recorded_at)


def leg_updated(entry: Entry) -> None:
    """What the engaged desk says keeps its promise to tell, and the next one begins."""
    leg = _leg(entry)
    if entry.by_desk != leg.to_desk_id:
        return
    live = _of_leg(entry, RESPOND, UPDATE)
    turn(entry.thread, live, Turn.MEET, at=entry.recorded_at)
    if kept := [clock for clock in live if clock.measure == UPDATE]:
        again = [each for each in promises.by_terms(leg, leg.priority or leg.case.priority) if each.measure == UPDATE]
        start(entry.thread, again, desk=leg.to_desk_id, readers=kept[0].readers(), at=entry.recorded_at, leg=leg.pk)


def leg_judged(entry: Entry) -> None:
    leg, level = _leg(entry), int(entry.facts["after"])
    agreeing.rejudge(entry.thread, leg, level, at=entry.recorded_at, because=f"The priority is P{level} there.")


def leg_waits_for_us(entry: Entry) -> None:
    until = datetime.fromisoformat(entry.facts["due"])
    leg_responded(entry)
    turn(entry.thread, _of_leg(entry, RESOLVE, UPDATE), Turn.PAUSE, at=entry.recorded_at, until=until,
         because=f"{_leg(entry).to_desk} asked a question.")  # fmt: skip


def leg_goes_on(entry: Entry) -> None:
    turn(entry.thread, _of_leg(entry, RESOLVE, UPDATE), Turn.RESUME, at=entry.recorded_at)


def leg_resolved(entry: Entry) -> None:
    turn(entry.thread, _of_leg(entry), Turn.MEET, at=entry.recorded_at)


def leg_disputed(entry: Entry) -> None:
    met = Clock.objects.filter(thread=entry.thread_id, leg=entry.facts["leg"], measure=RESOLVE, state=Clock.State.MET)
    turn(entry.thread, list(met.order_by("-pk")[:1]), Turn.REOPEN, at=entry.recorded_at)


def breached(entry: Entry) -> None:
    """A desk that did not even say it has the engagement is silent until heard from; reaching it is ours again."""
    if entry.facts["measure"] != ACKNOWLEDGE or not entry.facts["leg"]:
        return
    unheard = Leg.objects.filter(pk=entry.facts["leg"], stage__in=(LegStage.SENDING, LegStage.DELIVERED))
    if unheard.update(silent=True):
        standing.refresh(_case(entry), entry.recorded_at)


def leg_over(entry: Entry) -> None:
    turn(entry.thread, _of_leg(entry), Turn.STOP, at=entry.recorded_at, because=_why(entry))


FOLLOWS: dict[str, Follow] = {
    "case.raised": begin,
    "case.reopen": begin,
    "case.take": responded,
    "case.own": responded,
    "case.prioritise": judged,
    "case.write": updated,
    "case.major_update": updated,
    "case.engaged": updated,
    "case.ask": asked,
    "case.answer": answered,
    "case.resolve": resolved,
    "case.redirect": redirected,
    "case.dispute": disputed,
    "case.confirm": over,
    "case.close": over,
    "case.withdraw": over,
    "case.turn_down": over,
    "case.mark_duplicate": over,
    "clock.breached": breached,
    "clock.chased": chased,
    "clock.recounted": recounted,
    "leg.engage": engaged,
    "leg.acknowledge": leg_acknowledged,
    "leg.update": leg_updated,
    "leg.prioritise": leg_judged,
    "leg.start": leg_responded,
    "leg.ask_us": leg_waits_for_us,
    "leg.carry_on": leg_goes_on,
    "leg.resolve": leg_resolved,
    "leg.dispute": leg_disputed,
    "leg.decline": leg_over,
    "leg.withdraw": leg_over,
    "leg.give_up": leg_over,
    "leg.let_go": leg_over,
}


def _case(entry: Entry) -> Case:
    return Case.objects.select_related("owner__calendar", "raiser").get(pk=entry.thread_id)


def _leg(entry: Entry) -> Leg:
    return Leg.objects.select_related(*agreeing.WHOLE).get(pk=entry.facts["leg"])


def _of_case(entry: Entry, *measures: str) -> list[Clock]:
    return live_clocks(entry.thread, leg=0, measure__in=measures)


def _of_leg(entry: Entry, *measures: str) -> list[Clock]:
    chosen = {"measure__in": measures} if measures else {}
    return live_clocks(entry.thread, leg=entry.facts["leg"], **chosen)


def _round_began(case: Case) -> datetime:
    """A case that was opened again begins anew: its last clocks tell of the round before."""
    again = Entry.objects.filter(thread=case.pk, kind="case.reopen").order_by("-seq").values_list("recorded_at")
    return again[0][0] if again else case.raised_at


def _why(entry: Entry) -> str:
    return {
        "case.withdraw": "The raiser withdrew the case.",
        "case.turn_down": "What it asked for was refused.",
        "case.mark_duplicate": "The case is a duplicate.",
        "leg.decline": "The desk declined the engagement.",
        "leg.withdraw": "The engagement was withdrawn.",
        "leg.give_up": "The engagement was settled without an answer.",
        "leg.let_go": "What it was for is no longer needed.",
    }.get(entry.kind, "The case is closed.")
