"""Reviews asked for when a case closes: by a rule of the market folder, or by a manager of the owning desk.

An ask stays with the desk, with a day by which it is due, until one of its managers takes it and says what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdesk import rulebook
from crossdesk.access import Invalid, WrongStage
from crossdesk.cases import policy
from crossdesk.cases.models import Case
from crossdesk.cases.moving import moving
from crossdesk.cases.review_asks import ReviewAsk
from crossdesk.clocks.excusing import BREACHED, EXCUSE, ended
from crossdesk.clocks.models import Clock
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.rows.times import CaseReview
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Author, Viewer

ASKED = "case.review_asked"


@dataclass(frozen=True)
class Wanted:
    """What a manager asks for at closing."""

    why: str
    due_at: datetime


def follow_closing(entry: Entry) -> None:
    """A reaction to whatever closes a case, after its clocks were stopped and validated."""
    case = Case.objects.select_related("owner", "raiser").get(pk=entry.thread_id)
    clocks = Clock.objects.filter(thread=case.pk, leg=0, started_at__gte=case.round_began)
    for rule in judged(rulebook.current(), case.priority, list(clocks)):
        due = entry.recorded_at + timedelta(days=rule.days)
        _ask(case, entry.thread, rule.key, f"{rule.name}.", due, CROSSDESK, entry.recorded_at)


def judged(book: Rulebook, priority: int | None, clocks: Iterable[Clock]) -> Iterator[CaseReview]:
    """The rules that ask for a review of a case with this priority and these clocks of its own."""
    for rule in book.case_reviews.values():
        counted = {BREACHED, EXCUSE} if rule.even_excused else {BREACHED}
        missed = any(clock.measure == rule.measure and ended(clock) in counted for clock in clocks)
        if missed and f"P{priority}" in rule.priorities:
            yield rule


def ask(case: Case, thread: Thread, wanted: Wanted, *, by: Viewer, at: datetime) -> None:
    """Inside the verb that closes the case."""
    policy.require(by, "take_review", case)
    if not wanted.why.strip():
        raise Invalid("Say what the review should look at.")
    if wanted.due_at <= at:
        raise Invalid("The review is due in the past; give a day that lies ahead.")
    _ask(case, thread, "", wanted.why.strip(), wanted.due_at, by.author(case.owner_id), at)


def take(ask: ReviewAsk, *, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """Whoever of the desk's managers takes it owns it from then on, also from a colleague."""
    with moving(ask.case, "take_review", by=by, at=at, seen=seen) as thread:
        _still_open(ask)
        ask.person, ask.person_name = by.person, by.name
        ask.save(update_fields=["person", "person_name"])
        _tell(thread, ask, "case.take_review", "", by, at)


def conclude(ask: ReviewAsk, *, words: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    if not words.strip():
        raise Invalid("Say what the review found, or why there is none; the next one begins there.")
    with moving(ask.case, "conclude_review", by=by, at=at, seen=seen) as thread:
        _still_open(ask)
        ask.done_at = at
        ask.person, ask.person_name = ask.person or by.person, ask.person_name or by.name
        ask.save(update_fields=["done_at", "person", "person_name"])
        _tell(thread, ask, "case.conclude_review", words.strip(), by, at)


def _ask(case: Case, thread: Thread, rule: str, words: str, due: datetime, by: Author, at: datetime) -> None:
    """One open ask for each reason: a case that closes again before its review is not asked twice."""
    if ReviewAsk.objects.filter(case=case, rule=rule, done_at=None).exists():
        return
    audience = case.internal(case.owner)
    entry = record(thread, ASKED, audience=audience, by=by, at=at, words=words, rule=rule, due=due.isoformat())
    ReviewAsk.objects.create(case=case, entry=entry, rule=rule, asked_at=at, due_at=due, seats=sorted(audience.seats))


def _still_open(ask: ReviewAsk) -> None:
    ask.refresh_from_db(fields=["person", "person_name", "done_at"])
    if ask.done_at:
        raise WrongStage(f"This review of {ask.case} was concluded already; the timeline says what came of it.")


def _tell(thread: Thread, ask: ReviewAsk, kind: str, words: str, by: Viewer, at: datetime) -> None:
    case = ask.case
    author = by.author(case.owner_id)
    record(thread, kind, audience=case.internal(case.owner), by=author, at=at, words=words, ask=ask.pk, rule=ask.rule)
