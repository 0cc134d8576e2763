"""Agreements: proposed by one side, accepted by the other, in force between their days. Called inside `verbs()`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from crossdesk.access import Invalid, Moved
from crossdesk.clocks.models import Calendar, Clock
from crossdesk.desks import signing
from crossdesk.desks.agreed import Agreement, Terms
from crossdesk.desks.lifecycle import MOVES, Stage
from crossdesk.desks.models import Desk
from crossdesk.desks.ways import Ways, read_ways
from crossdesk.kit import caseref
from crossdesk.kit.time import clock_time
from crossdesk.parties.models import Party
from crossdesk.parties.policy import ActsFor, require

PRIORITIES = ("P1", "P2", "P3", "P4")
MEASURES = (Clock.Measure.RESPOND, Clock.Measure.UPDATE, Clock.Measure.RESOLVE)
LONGEST = 60 * 24 * 90
"""Minutes of a target. What takes longer is no promise anybody waits for."""
MOST_DAYS = 90

Targets = Mapping[str, Mapping[str, timedelta]]


@dataclass(frozen=True)
class Said:
    """What a side proposes. Lengths are exact, so that one shorter than a minute can be refused."""

    targets: Targets = field(default_factory=dict)
    acknowledge: timedelta | None = None
    auto_close_days: int | None = None
    hours: str = Terms.Hours.DESK
    calendar: Calendar | None = None
    ways: Ways | None = None
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


def propose(promiser: Party, other: Party, desk: Desk | None, said: Said, *, by: ActsFor, at: datetime) -> Terms:
    """A fresh agreement. What is engaged under another one stays under that."""
    if promiser.pk == other.pk:
        raise Invalid(f"{promiser} needs no agreement with itself; choose another organisation.")
    if desk and desk.owner_id != promiser.pk:
        raise Invalid(f"{desk} is not a desk of {promiser}; choose one that is, or all of them.")
    if closed := next((each for each in (promiser, other) if each.closed_at), None):
        raise Invalid(f"{closed} has left the market; choose another organisation.")
    agreement = Agreement(reference=caseref.new("AG"), promiser=promiser, other=other, desk=desk)
    require(signing.why_not_propose(by, agreement))
    agreement.seats = _readers(agreement)
    terms = _terms(agreement, 1, said, by, at)
    agreement.save()
    terms.save()
    return terms


def propose_change(agreement: Agreement, said: Said, *, by: ActsFor, at: datetime, seen: int | None = None) -> Terms:
    """The next version. Once accepted, open legs engaged under this agreement go by it from its day on."""
    live = _locked(agreement)
    require(signing.why_not_propose(by, live))
    last = live.versions.select_related("agreement__promiser", "agreement__other").latest("number")
    if seen is not None and seen != last.number:
        raise Moved(
            f"{last.proposed_by} proposed version {last.number} at {clock_time(last.proposed_at, last.proposed_at)}."
            " What you wrote is still here; compare, and propose yours if it should come after."
        )
    if last.waits:
        raise Invalid(f"Version {last.number} still waits for {last.answering}; it is answered or taken back first.")
    terms = _terms(live, last.number + 1, said, by, at)
    terms.save()
    return terms


def accept(terms: Terms, *, by: ActsFor, at: datetime) -> Terms:
    live = _waiting(terms, "accept", at)
    require(signing.why_not_answer(by, live))
    return _accepted(live, by, at)


def record_acceptance(terms: Terms, *, said_by: str, said_at: datetime | None, by: ActsFor, at: datetime) -> Terms:
    """For a party that never signs in: a desk agent writes down who said so and when."""
    live = _waiting(terms, "record_acceptance", at)
    require(signing.why_not_record(by, live))
    if not said_by.strip():
        raise Invalid(f"Say who at {live.answering} accepted it.")
    if said_at is None or said_at > at:
        raise Invalid("Say when they accepted it: a time that has been.")
    if said_at < live.proposed_at - timedelta(days=31):
        raise Invalid("They accepted it more than a month before it was proposed here; ask them again.")
    live.said_by, live.said_at = said_by.strip()[:160], said_at
    return _accepted(live, by, at)


def decline(terms: Terms, *, why: str, by: ActsFor, at: datetime) -> None:
    """By the other side; the side that proposed it takes it back."""
    live = _waiting(terms, "decline", at)
    ours = by.party == live.proposed_for_id
    require(signing.why_not_propose(by, live.agreement) if ours else signing.why_not_answer(by, live))
    if not ours and not why.strip():
        raise Invalid(f"Say why you decline, so that {live.proposed_for} can propose something better.")
    live.declined_at, live.declined_by, live.why = at, _hand(by), why.strip()[:300]
    live.save()


def end(terms: Terms, *, why: str, by: ActsFor, at: datetime) -> None:
    """By either side, from this moment on. Legs engaged under it keep the clocks they have."""
    live = _fresh(terms)
    require(signing.why_not_propose(by, live.agreement))
    if live.stage not in MOVES["end"].origin or live.over(at):
        raise Invalid(f"{live} is not in force, so there is nothing to end.")
    if not why.strip():
        raise Invalid("Say why it ends; the other side reads it.")
    live.ended_at, live.ended_by, live.why = at, _hand(by), why.strip()[:300]
    live.save()


def newest_begun(versions: Iterable[Terms], at: datetime) -> Terms | None:
    """Each version replaces the ones before it from its day on, also where it is over meanwhile."""
    return max((each for each in versions if each.begun(at)), key=lambda each: each.number, default=None)


def in_force(versions: Iterable[Terms], at: datetime) -> Terms | None:
    newest = newest_begun(versions, at)
    return None if newest is None or newest.over(at) else newest


def for_engagement(to: Desk, by_party: int, at: datetime) -> Terms | None:
    """What the engaged desk's party promised the one that engages it. Its own desk's agreement comes before a general
    one, a later before an earlier one."""
    accepted = Terms.objects.filter(
        Q(agreement__desk=to.pk) | Q(agreement__desk=None),
        agreement__promiser=to.owner_id,
        agreement__other=by_party,
        accepted_at__lte=at,
        since__lte=at,
    ).select_related("agreement", "calendar")
    by_agreement: dict[int, list[Terms]] = {}
    for each in accepted:
        by_agreement.setdefault(each.agreement_id, []).append(each)
    live = [found for versions in by_agreement.values() if (found := in_force(versions, at))]
    return max(live, key=lambda each: (each.agreement.desk_id is not None, each.since, each.pk), default=None)


def _terms(agreement: Agreement, number: int, said: Said, by: ActsFor, at: datetime) -> Terms:
    since = said.since or at
    if since < at - timedelta(days=1):
        raise Invalid("An agreement begins today or later; what was promised before stays as it was.")
    if said.until and said.until <= max(since, at):
        raise Invalid("It would be over before it begins; give it a later last day.")
    if said.hours not in Terms.Hours.values or (said.hours == Terms.Hours.OTHER and said.calendar is None):
        raise Invalid("Choose by whose hours the targets are counted.")
    if said.auto_close_days is not None and not 1 <= said.auto_close_days <= MOST_DAYS:
        raise Invalid(f"Give the days until an undisputed answer counts as confirmed: 1 to {MOST_DAYS}, or none.")
    targets = _targets(said.targets)
    acknowledge = _minutes(said.acknowledge, "Acknowledge") if said.acknowledge is not None else None
    if not targets and acknowledge is None and said.ways is None:
        raise Invalid("Give at least one target, or how cases are exchanged; without either nothing is agreed.")
    return Terms(
        agreement=agreement,
        number=number,
        targets=targets,
        acknowledge=acknowledge,
        auto_close_days=said.auto_close_days,
        hours=said.hours,
        calendar=said.calendar if said.hours == Terms.Hours.OTHER else None,
        ways=read_ways(said.ways.model_dump(mode="json", exclude_defaults=True)).model_dump(
            mode="json", exclude_defaults=True
        )
        if said.ways
        else {},
        words=" ".join(said.words.split())[:300],
        since=since,
        until=said.until,
        proposed_at=at,
        proposed_by=_hand(by),
        proposed_for_id=by.party,
        seats=agreement.seats,
    )


def _targets(said: Targets) -> dict[str, dict[str, int]]:
    for priority in said:
        if priority not in PRIORITIES:
            raise Invalid(f"“{priority}” is no priority; use {', '.join(PRIORITIES)}.")
    kept: dict[str, dict[str, int]] = {}
    for priority, lengths in said.items():
        for measure, length in lengths.items():
            if measure not in MEASURES:
                raise Invalid(f"“{measure}” is nothing that is agreed by priority; use {', '.join(MEASURES)}.")
            label = Clock.Measure(measure).label.lower()
            kept.setdefault(priority, {})[measure] = _minutes(length, f"{priority}, {label}")
        promised = kept.get(priority, {})
        if promised.get("respond", 0) > promised.get("resolve", LONGEST):
            raise Invalid(f"{priority}: the response may take longer than the resolution; turn them round.")
    return kept


def _minutes(length: timedelta, what: str) -> int:
    if length < timedelta(minutes=1):
        raise Invalid(f"{what}: a target shorter than a minute cannot be kept; give at least one minute.")
    minutes = length // timedelta(minutes=1)
    if minutes > LONGEST:
        raise Invalid(f"{what}: a target longer than ninety days is none; give a shorter one, or leave it empty.")
    return minutes


def _accepted(live: Terms, by: ActsFor, at: datetime) -> Terms:
    live.accepted_at, live.accepted_by = at, _hand(by)
    live.save()
    return live


def _waiting(terms: Terms, move: str, at: datetime) -> Terms:
    live = _fresh(terms)
    if live.stage not in MOVES[move].origin:
        raise Moved(f"{live} was already answered or taken back; look at it again.")
    if MOVES[move].to == Stage.ACCEPTED and live.until and live.until <= at:
        raise Invalid(f"{live} is over before it was accepted; ask {live.proposed_for} for another.")
    return live


def _fresh(terms: Terms) -> Terms:
    """Its agreement is locked, and with it every version."""
    Agreement.objects.select_for_update().get(pk=terms.agreement_id)
    both = "agreement__promiser", "agreement__other", "agreement__desk", "proposed_for"
    return Terms.objects.select_related(*both).get(pk=terms.pk)


def _locked(agreement: Agreement) -> Agreement:
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("promiser", "other", "desk")
    return rows.get(pk=agreement.pk)


def _readers(agreement: Agreement) -> list[int]:
    """Both parties, and the desks of both: whoever works at one may be of another party."""
    desks = Desk.objects.filter(Q(owner=agreement.other) | Q(owner=agreement.promiser))
    if agreement.desk:
        desks = desks.filter(Q(owner=agreement.other) | Q(pk=agreement.desk.pk))
    return sorted({each.seat_id for each in agreement.sides} | set(desks.values_list("seat", flat=True)))


def _hand(by: ActsFor) -> str:
    return f"{by.name}, {by.party_name}"[:160]
