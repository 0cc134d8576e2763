"""What recurs at a desk: the error codes its cases name, counted over a window, proposed once and brought up to date.

Counting follows from a case that is triaged or resolved, by an index; no case is ever looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Min

from crossdesk import rulebook
from crossdesk.access import Invalid, WrongStage
from crossdesk.cases.material import Member, ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.known_errors.codes import codes_like
from crossdesk.problems import opening, policy
from crossdesk.problems.lifecycle import WORKED_ON
from crossdesk.problems.models import Problem, Proposal, Sighting
from crossdesk.problems.opening import Opening
from crossdesk.rulebook.explain import explain, find_codes
from crossdesk.rulebook.rows.noticing import Recurrence
from crossdesk.threads.models import Entry, EntryBody, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Viewer, verbs

SEEN_IN = ("case.take", "case.own", "case.raise_onward", "case.resolve")
NOT_OURS = ("case.redirect", "case.mark_duplicate", "case.withdraw")
FOLLOWED = (*SEEN_IN, *NOT_OURS)
MOST_CODES = 8
MOST_LIKE = 400
MOST_WORDS = 100
"""Entries of a case that are read for codes; the earliest tell what it is about."""
MOST_CASES = 500
"""Cases linked when a proposal is taken up; the newest."""


def follow(entry: Entry) -> None:
    """A reaction, on the case's locked thread."""
    if entry.kind in NOT_OURS:
        Sighting.objects.filter(case=entry.thread_id).delete()
        return
    case = Case.objects.select_related("owner").get(pk=entry.thread_id)
    if case.restricted:
        return
    for code in codes_of(case):
        sighted = {"system": case.system, "at": case.raised_at, "seats": [case.owner.seat_id]}
        Sighting.objects.get_or_create(case=case, desk=case.owner, code=code, defaults=sighted)
        for rule in rulebook.current().recurrences.values():
            _look(case, code, rule, entry.recorded_at)


def codes_of(case: Case) -> list[str]:
    """Those in words that its desk may read and on its lists. In one order, so that no two verbs wait crosswise."""
    entries = Entry.objects.filter(thread=case.pk, seats__contains=[case.owner.seat_id]).order_by("seq")
    bodies = EntryBody.objects.filter(entry__in=entries[:MOST_WORDS]).exclude(words="")
    texts = [case.summary, *bodies.values_list("words", flat=True)]
    lists = ReferenceSet.objects.filter(case=case.pk, kind="error-code", retracted_at=None)
    lists = lists.filter(seats__contains=[case.owner.seat_id])
    texts += Member.objects.filter(set__in=lists).values_list("value", flat=True)[:MOST_WORDS]
    book = rulebook.current()
    found = dict.fromkeys(code for text in texts for code in find_codes(text))
    known = {code for code in list(found)[:MOST_CODES] if explain(book, code)}
    return sorted(known | _watched(case, texts))


def _watched(case: Case, texts: Iterable[str]) -> set[str]:
    """Codes that the catalogue does not know, and a problem of this desk is recognised by."""
    like = {code for text in texts for code in codes_like(text)}
    problems = Problem.objects.filter(desk=case.owner_id, code__in=sorted(like)[:MOST_LIKE])
    return set(problems.values_list("code", flat=True))


def _look(case: Case, code: str, rule: Recurrence, at: datetime) -> None:
    same = {"desk": case.owner, "system": case.system, "code": code}
    problems = Problem.objects.filter(**same)
    if problems.filter(state__in=WORKED_ON).exists():
        return  # known already: its page counts them
    settled = Proposal.objects.filter(**same).aggregate(last=Max("settled_at"))["last"]
    fixed = problems.aggregate(last=Max("fixed_at"))["last"]
    since = max(filter(None, (at - timedelta(days=rule.days), settled, fixed)))
    told = Sighting.objects.filter(**same, at__gt=since).aggregate(cases=Count("pk"), first=Min("at"), last=Max("at"))
    if told["cases"] >= rule.cases:
        _propose(case, code, rule, told["cases"], (told["first"], told["last"]), at)


def _propose(
    case: Case, code: str, rule: Recurrence, cases: int, when: tuple[datetime, datetime], at: datetime
) -> None:
    """The row that stands is brought up to date; the first to find none makes it."""
    try:
        with transaction.atomic():
            made = None if _open_one(case, code) else _begin(case, code, rule, cases, when, at)
    except IntegrityError:  # another case of the same moment was faster
        made = None
    proposal = made or _open_one(case, code)
    if proposal is None:
        return
    thread = Thread.objects.select_for_update().get(pk=proposal.pk)
    proposal.refresh_from_db(fields=["cases", "first_at", "last_at"])
    if made is None and (proposal.cases, proposal.last_at) == (cases, when[1]):
        return
    proposal.cases, (proposal.first_at, proposal.last_at) = cases, when
    proposal.save(update_fields=["cases", "first_at", "last_at"])
    kind = "recurrence.propose" if made else "recurrence.again"
    facts: dict[str, Any] = {"system": case.system, "code": code, "cases": cases, "rule": rule.key}
    record(thread, kind, audience=proposal.internal(), by=CROSSDESK, at=at, **facts)


def _open_one(case: Case, code: str) -> Proposal | None:
    same = {"desk": case.owner, "system": case.system, "code": code}
    return Proposal.objects.select_related("desk").filter(**same, state=Proposal.State.OPEN).first()


def _begin(
    case: Case, code: str, rule: Recurrence, cases: int, when: tuple[datetime, datetime], at: datetime
) -> Proposal:
    seats = [case.owner.seat_id]
    return Proposal.objects.create(
        thread=Thread.objects.create(kind="recurrence", seats=seats),
        desk=case.owner,
        system=case.system,
        code=code,
        rule=rule.key,
        cases=cases,
        first_at=when[0],
        last_at=when[1],
        proposed_at=at,
        seats=seats,
    )


def take_up(proposal: Proposal, *, title: str, by: Viewer, at: datetime) -> Problem:
    """It becomes a problem, with the cases it counted."""
    with verbs():
        thread = _settling(proposal, by)
        said = Opening(title, system=proposal.system, code=proposal.code)
        cases = Case.objects.filter(pk__in=counted(proposal), owner=proposal.desk, lists={}).order_by("-raised_at")
        problem = opening.open_problem(
            said, desk=proposal.desk, by=by, at=at, cases=list(cases[:MOST_CASES]), began=Problem.Began.TREND
        )
        proposal.problem = problem
        _settle(proposal, Proposal.State.TAKEN_UP, at)
        author, detail = by.author(proposal.desk_id), {"problem": problem.reference}
        record(thread, "recurrence.take_up", audience=proposal.internal(), by=author, at=at, detail=detail)
    return problem


def dismiss(proposal: Proposal, *, why: str, by: Viewer, at: datetime) -> None:
    """It is proposed again only once as many new cases have come."""
    if not why.strip():
        raise Invalid("Say why it is no problem; it is proposed again only when as many new cases come.")
    with verbs():
        thread = _settling(proposal, by)
        proposal.why = why.strip()[:300]
        _settle(proposal, Proposal.State.DISMISSED, at)
        author = by.author(proposal.desk_id)
        record(thread, "recurrence.dismiss", audience=proposal.internal(), by=author, at=at, words=proposal.why)


def counted(proposal: Proposal) -> Iterable[UUID]:
    """The cases a proposal counted."""
    same = {"desk": proposal.desk_id, "system": proposal.system, "code": proposal.code}
    return Sighting.objects.filter(**same, at__range=(proposal.first_at, proposal.last_at)).values_list(
        "case", flat=True
    )


def _settling(proposal: Proposal, by: Viewer) -> Thread:
    thread = Thread.objects.select_for_update().get(pk=proposal.pk)
    proposal.refresh_from_db(from_queryset=Proposal.objects.select_related("desk__owner"))
    policy.refuse(policy.why_not_settle(by, proposal.desk))
    if proposal.state != Proposal.State.OPEN:
        raise WrongStage(f"This was {proposal.get_state_display().lower()} already; look at the list as it is now.")
    return thread


def _settle(proposal: Proposal, state: str, at: datetime) -> None:
    proposal.state, proposal.settled_at = state, at
    proposal.save(update_fields=["state", "settled_at", "why", "problem"])
