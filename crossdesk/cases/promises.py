"""What is promised for a case or a leg: by the rules, by the operator, or by the agreement in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from crossdesk import rulebook
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.clocks.models import Calendar, Clock
from crossdesk.clocks.turning import Promise
from crossdesk.desks.agreements import MEASURES
from crossdesk.desks.models import Terms
from crossdesk.kit.time import span
from crossdesk.rulebook.priority import target_words

ACKNOWLEDGE, RESPOND = Clock.Measure.ACKNOWLEDGE, Clock.Measure.RESPOND
UPDATE, RESOLVE = Clock.Measure.UPDATE, Clock.Measure.RESOLVE


def to_triage(case: Case) -> Iterator[Promise]:
    """Before anybody judged a priority, only the desk's own promise to triage can run."""
    if case.owner.triage_within:
        yield _promise(
            RESPOND,
            case.owner.triage_within,
            f"{case.owner} triages within {span(case.owner.triage_within)}",
            case.owner.calendar,
        )


def by_priority(case: Case, level: int, *measures: str) -> Iterator[Promise]:
    """By the rules' target for the system, else the general one. Where nobody set a figure no clock runs."""
    book, name = rulebook.current(), f"P{level}"
    for measure in measures:
        target = book.target(name, measure, case.system)
        if target is None:
            continue
        words = f"{name}{f' in {book.systems[target.system].code}' if target.system else ''}: "
        yield Promise(
            measure,
            timedelta(minutes=target.minutes),
            rule=words + target_words(book, name, measure, case.system),
            source=target.source,
            published=target.published,
            calendar=_named(target.calendar) or case.owner.calendar,
            steps=steps(),
        )


def of_leg(leg: Leg, level: int | None, at: datetime) -> Iterator[Promise]:
    """What the engaging desk asked for by name; else what the two parties agreed; else the far desk's own word."""
    agreed = {promise.measure: promise for promise in by_terms(leg, level)}
    for measure, asked in ((ACKNOWLEDGE, leg.acknowledge_by), (RESOLVE, leg.answer_by)):
        if asked and asked - at >= timedelta(minutes=1):
            agreed[measure] = _promise(measure, asked - at, f"{leg.from_desk} asked for it by then", None)
    own = leg.to_desk.answer_within
    if own and ACKNOWLEDGE not in agreed:
        words = f"{leg.to_desk} acknowledges within {span(own)}"
        agreed[ACKNOWLEDGE] = _promise(ACKNOWLEDGE, own, words, leg.to_desk.calendar)
    yield from agreed.values()


def by_terms(leg: Leg, level: int | None) -> Iterator[Promise]:
    """By the version of the agreement that this leg goes by now."""
    terms = leg.terms_now
    if terms is None:
        return
    calendar = {Terms.Hours.DESK: leg.to_desk.calendar, Terms.Hours.OTHER: terms.calendar}.get(Terms.Hours(terms.hours))
    lengths = {ACKNOWLEDGE: terms.acknowledge, **{each: terms.minutes(f"P{level}", each) for each in MEASURES}}
    for measure, minutes in lengths.items():
        if minutes:
            rule = f"{terms}" if measure == ACKNOWLEDGE else f"{terms}, P{level}"
            yield replace(_promise(measure, timedelta(minutes=minutes), rule, calendar), terms=terms.pk)


def steps() -> tuple[int, ...]:
    return tuple(level.percent for level in rulebook.current().escalations.values()) or (100,)


def _promise(measure: str, length: timedelta, rule: str, calendar: Calendar | None) -> Promise:
    return Promise(measure, length, rule, "the operator's own, not published", calendar=calendar, steps=steps())


def _named(calendar: str) -> Calendar | None:
    return Calendar.objects.filter(name=calendar).first() if calendar else None
