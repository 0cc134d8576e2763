"""What a clock comes to when its case closes: met, breached, or excused with a reason. The breach stays recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Q

from crossdesk.access import Invalid
from crossdesk.clocks.models import Clock
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Author

EXCUSED, VALIDATED = "clock.excused", "clock.validated"
MET, BREACHED, STOPPED, EXCUSE = "met", "breached", "stopped", "excused"


def unexcused(thread: UUID, at: datetime) -> list[Clock]:
    """Read as whoever asks: a promise between two other desks is theirs to know."""
    late = Q(breached_at__isnull=False) | Q(ended_at=None, due_at__lt=at)
    return list(Clock.objects.filter(late, thread=thread, excused_at=None).order_by("leg", "pk"))


def excuse(
    thread: Thread, reasons: Mapping[int, str], *, seats: Iterable[int], by: Author, at: datetime
) -> list[Clock]:
    """Inside a verb, with the thread locked. `seats` are whoever excuses': what they cannot read is not there."""
    given = {pk: words.strip() for pk, words in reasons.items() if words.strip()}
    open_ones = {clock.pk: clock for clock in unexcused(thread.pk, at) if set(clock.seats) & set(seats)}
    if gone := given.keys() - open_ones.keys():
        known = Clock.objects.filter(thread=thread, pk__in=gone, excused_at__isnull=False, seats__overlap=list(seats))
        already = "was excused already" if known.exists() else "has not breached"
        raise Invalid(f"A clock you give a reason for {already}; look at the clocks as they are now.")
    for pk, words in given.items():
        clock = open_ones[pk]
        clock.excused_at = at
        clock.save(update_fields=["excused_at"])
        record(
            thread, EXCUSED, audience=clock.readers(), by=by, at=at, words=words,
            clock=pk, measure=clock.measure, leg=clock.leg, desk=clock.desk, rule=clock.rule,
        )  # fmt: skip
    return [open_ones[pk] for pk in given]


def validate(thread: Thread, since: datetime, at: datetime) -> list[Clock]:
    """Of this round of the case, each as it ended: told to those who read that clock and to nobody else."""
    clocks = list(Clock.objects.filter(thread=thread, started_at__gte=since).order_by("leg", "pk"))
    for _, group in groupby(sorted(clocks, key=_readers), key=_readers):
        together = list(group)
        record(
            thread, VALIDATED, audience=together[0].readers(), by=CROSSDESK, at=at,
            clocks=[clock.pk for clock in together],
            measures=[clock.measure for clock in together],
            legs=[clock.leg for clock in together],
            ends=[ended(clock) for clock in together],
        )  # fmt: skip
    return clocks


def ended(clock: Clock) -> str:
    if clock.breached_at:
        return EXCUSE if clock.excused_at else BREACHED
    return MET if clock.state == Clock.State.MET else STOPPED


def _readers(clock: Clock) -> tuple[str, int, tuple[int, ...]]:
    return clock.audience, clock.of, tuple(clock.seats)
