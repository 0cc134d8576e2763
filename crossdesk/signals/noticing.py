"""From what crossed a limit to one fault that is proposed, and kept up to date where it stands. It only proposes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from crossdesk.desks.models import Desk
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.rows.noticing import Detector
from crossdesk.signals.concerns import keep_concerns
from crossdesk.signals.found import Finding
from crossdesk.signals.history import moment
from crossdesk.signals.keeping import Directory
from crossdesk.signals.matching import matching_case, suspected_desk
from crossdesk.signals.models import Concern, Fault
from crossdesk.signals.reading import count
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.signalling import thread_changed
from crossdesk.threads.viewer import CROSSDESK

NOTICED, OVER, FOLDED = "signal.noticed", "signal.over", "signal.folded"
HEALTH = uuid.UUID("6b9f2f0e-0c1c-5b43-9d43-6f2f4f0f7a11")
"""The thread that open health boards follow: it has no entries and says only that there is something new to read."""
QUIET = timedelta(hours=1)
"""At least so long nothing new has failed before a fault is over."""
MEASURED = {"mpans": "MPANs", "messages": "messages", "senders": "senders", "recipients": "recipients"}


def internal(fault: Fault) -> Audience:
    return Audience("internal", (fault.desk.seat_id,), fault.desk_id)


def notice(findings: Iterable[Finding], who: Directory, book: Rulebook, *, at: datetime) -> None:
    """Inside `verbs()`, by whoever holds the lock of digesting. One fault for each group, whatever tells of it."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for each in findings:
        groups.setdefault((each.detector, *each.group.values()), []).append(each)
    for found in sorted(groups.values(), key=lambda group: bool(book.detectors[group[0].detector].unless)):
        rule = book.detectors[found[0].detector]
        if not _part_of_wider(rule, found):
            _notice(rule, found, who, at)
    _fold(book, at)


def _part_of_wider(rule: Detector, found: list[Finding]) -> bool:
    since, last = moment(min(each.since_ms for each in found)), moment(max(each.last_ms for each in found))
    wider = Fault.objects.filter(detector__in=rule.unless, since__lte=last, last_at__gte=since - QUIET)
    return wider.exclude(state__in=[Fault.State.DISMISSED, Fault.State.FOLDED]).exists()


def _notice(rule: Detector, found: list[Finding], who: Directory, at: datetime) -> None:
    assert who.desk is not None
    since, last = moment(min(each.since_ms for each in found)), moment(max(each.last_ms for each in found))
    same = Fault.objects.filter(detector=rule.key, **found[0].group)
    fault = same.filter(Q(over_at=None) | Q(over_at__gte=since)).order_by("-since").first()
    if fault is None:
        desk = Desk.objects.filter(rule=rule.desk).order_by("pk").first() or who.desk
        thread = Thread.objects.create(kind="fault", seats=[desk.seat_id])
        fault = Fault(
            thread=thread, detector=rule.key, desk=desk, since=since, last_at=last, seats=thread.seats, **found[0].group
        )
        fault.noticed_at = at
    else:
        thread = Thread.objects.select_for_update().get(pk=fault.pk)
        fault.refresh_from_db()
        fault.since, fault.last_at = min(fault.since, since), max(fault.last_at, last)
        if fault.over_at and fault.over_at <= fault.last_at:
            fault.over_at = None
    fresh = fault._state.adding
    _measure(fault, rule, found)
    _point_at(fault, rule, who)
    fault.save(force_insert=fresh)
    keep_concerns(fault, rule, who)
    if fresh:
        record(
            thread, NOTICED, audience=internal(fault), by=CROSSDESK, at=at, happened_at=since, words=fault.because,
            detector=rule.key, **fault_group(fault),
        )  # fmt: skip
    else:
        thread_changed(fault.pk)


def fault_group(fault: Fault) -> dict[str, Any]:
    names = ("interface", "event", "code", "side", "sender", "recipient")
    return {name: getattr(fault, name) for name in names if getattr(fault, name)}


def _measure(fault: Fault, rule: Detector, found: list[Finding]) -> None:
    """Counted from the messages themselves, so that what is told twice counts once; what fails by staying away or by
    being late has none and keeps its peak."""
    if rule.kind == "failing":
        fault.messages, fault.mpans, fault.senders, fault.recipients = count(fault, rule)
    else:
        fault.messages = max(fault.messages, *(each.peak for each in found if each.measure == "messages"), 0)
    fault.because = "; ".join(dict.fromkeys(_because(rule, each) for each in found))[:300]


def _because(rule: Detector, found: Finding) -> str:
    if rule.kind == "missing":
        return f"{found.peak:,} messages in a half-hour that usually has {found.usual:,.0f}"
    figure, what = getattr(rule, found.measure), MEASURED[found.measure]
    usually = f", usually {found.usual:,.0f} in half an hour" if found.usual else ""
    late = f" later than {rule.slower_than_seconds // 60} minutes" if rule.kind == "slow" else ""
    return f"{found.peak:,} {what}{late} within {_length(rule.minutes)}, more than {figure:,}{usually}"


def _length(minutes: int) -> str:
    return f"{minutes // 60} hours" if minutes >= 120 and minutes % 60 == 0 else f"{minutes} minutes"


def _point_at(fault: Fault, rule: Detector, who: Directory) -> None:
    if fault.state != Fault.State.PROPOSED:
        return
    fault.suspected = suspected_desk(fault, rule, who) or fault.desk
    fault.joins = matching_case(fault, rule)


def _fold(book: Rulebook, at: datetime) -> None:
    """What was proposed before it showed to be part of a wider fault is no proposal of its own any more."""
    for rule in book.detectors.values():
        if not rule.unless:
            continue
        going_on = Fault.objects.filter(detector__in=rule.unless, over_at=None)
        wider = going_on.exclude(state__in=[Fault.State.DISMISSED, Fault.State.FOLDED]).order_by("since").first()
        if wider is None:
            continue
        for fault in Fault.objects.filter(detector=rule.key, state=Fault.State.PROPOSED, last_at__gte=wider.since):
            thread = Thread.objects.select_for_update().get(pk=fault.pk)
            why = f"Part of a wider fault: {book.detectors[wider.detector].name}"
            changed = Fault.objects.filter(pk=fault.pk, state=Fault.State.PROPOSED)
            if changed.update(state=Fault.State.FOLDED, why=why[:300], over_at=fault.over_at or fault.last_at):
                Concern.objects.filter(fault=fault).delete()
                record(thread, FOLDED, audience=internal(fault), by=CROSSDESK, at=at, words=why)


def settle(desk: Desk, book: Rulebook, *, upto: datetime, at: datetime) -> None:
    """Over is what has been quiet for its window, as far as events are known; and open boards are told to ask again."""
    for fault in Fault.objects.filter(over_at=None).select_related("desk"):
        rule = book.detectors.get(fault.detector)
        quiet = max(timedelta(minutes=min(rule.minutes, 180)) if rule else QUIET, QUIET)
        if fault.last_at + quiet > upto:
            continue
        thread = Thread.objects.select_for_update().get(pk=fault.pk)
        over = fault.last_at + quiet
        if Fault.objects.filter(pk=fault.pk, over_at=None).update(over_at=over):
            Concern.objects.filter(fault=fault).update(over_at=over)
            record(thread, OVER, audience=internal(fault), by=CROSSDESK, at=at, happened_at=over)
    _tell_boards(desk)


def _tell_boards(desk: Desk) -> None:
    """Everybody whom something concerned, now or lately: their boards ask again, and read only their own."""
    seats = {desk.seat_id, *Concern.objects.exclude(party=None).values_list("party__seat", flat=True).distinct()}
    health, _ = Thread.objects.get_or_create(pk=HEALTH, defaults={"kind": "health"})
    if not seats <= {*health.seats}:
        health.seats = sorted(seats | {*health.seats})
        health.save(update_fields=["seats"])
    thread_changed(HEALTH)
