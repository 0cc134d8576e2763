"""A case and the known error that answers it: what it may be about, one press that links them, and news of the fix.

A raiser learns of a known error only when it is published to them; else the link is their desk's own knowledge. A verb
that changes a known error and a case locks the known error first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q

from crossdesk.access import Invalid
from crossdesk.cases.known_links import KnownLink
from crossdesk.cases.material import Member, ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.moving import moving, settle
from crossdesk.known_errors.finding import Likely, likely
from crossdesk.known_errors.lifecycle import FOUND, State
from crossdesk.known_errors.models import KnownError
from crossdesk.known_errors.moving import TRUTH
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Author, Viewer, verbs

LINKED, FIXED = "case.know", "case.known_fixed"
READERS_CHANGED = ("known_error.publish", "known_error.readdress", "known_error.withdraw", "known_error.take_up")
SAMPLE = 200
"""References of a case that are looked up; a long list is known by its first few hundred."""
AT_MOST = 5
FAR = datetime.max.replace(tzinfo=UTC)
BATCH = 50
"""Cases told of a fix in one transaction."""

SHARED = """
select link.known_error_id, count(distinct other.case_id)
from (select m.value from cases_referenceset s
      cross join lateral (select value from cases_member where set_id = s.id limit %(sample)s) m
      where s.case_id = %(case)s and s.kind <> 'error-code' and s.retracted_at is null limit %(sample)s) mine
join cases_member held on held.value = mine.value
join cases_referenceset other on other.id = held.set_id and other.case_id <> %(case)s
  and other.seats && %(seats)s::int[]
join cases_knownlink link on link.case_id = other.case_id and link.seats && %(seats)s::int[]
group by 1 order by 2 desc limit 20
"""


@dataclass(frozen=True)
class Known:
    """A known error that may answer a case, and why it is thought so."""

    error: KnownError
    because: str


def link_known(case: Case, known: KnownError, *, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """One press in triage. The raiser is told the workaround, and later of the fix, where it is published to them."""
    with verbs():
        Thread.objects.select_for_update().get(pk=known.pk)
        known.refresh_from_db(from_queryset=TRUTH)
        if known.state not in FOUND or not any(known.read_by(seat) for seat in by.seats):
            raise Invalid("That known error is not published to you any more; look again at what is proposed.")
        with moving(case, "know", by=by, at=at, seen=seen) as thread:
            if case.restricted:
                raise Invalid(f"{case} is restricted: a link would tell of it those who are not named.")
            link, new = KnownLink.objects.get_or_create(
                case=case, known_error=known, defaults={"at": at, "seats": seats_of(case, known)}
            )
            if not new:
                return
            told = known.read_by(case.raiser.seat_id)
            detail = {"known_error": known.reference, "title": known.title, "due": due_words(known)}
            record(
                thread, LINKED, audience=case.to_raiser() if told else case.internal(case.owner),
                by=by.author(case.owner_id), at=at, words=known.workaround, detail=detail,
            )  # fmt: skip
            if known.state == State.FIXED:
                link.told_at = at
                link.save(update_fields=["told_at"])


def unlink_known(case: Case, known: KnownError, *, why: str = "", by: Viewer, at: datetime) -> None:
    """It was another fault after all; the raiser who was told the workaround is told so."""
    with verbs():
        Thread.objects.select_for_update().get(pk=known.pk)
        known.refresh_from_db(from_queryset=TRUTH)
        with moving(case, "unknow", by=by, at=at) as thread:
            gone, _ = KnownLink.objects.filter(case=case, known_error=known).delete()
            if not gone:
                return
            told = known.read_by(case.raiser.seat_id)
            record(
                thread, "case.unknow", audience=case.to_raiser() if told else case.internal(case.owner),
                by=by.author(case.owner_id), at=at, words=why.strip(), detail={"known_error": known.reference},
            )  # fmt: skip


def seats_of(case: Case, known: KnownError) -> list[int]:
    raiser = {case.raiser.seat_id} if known.read_by(case.raiser.seat_id) else set()
    return sorted({case.seat_for(case.owner.seat_id), known.desk.seat_id, *raiser})


def due_words(known: KnownError) -> str:
    """When it is fixed, on the word of its desk; nobody's guess."""
    if known.state == State.FIXED:
        return "fixed"
    due = f"fix due {known.fix_due:%d %b %Y}" if known.fix_due else "no date for the fix yet"
    return f"{due}, waits for {known.fix_waits_for}" if known.fix_waits_for else due


def follow_readers(entry: Entry) -> None:
    """A reaction: a party that was added reads its own links, one that was struck off reads them no more."""
    known = TRUTH.get(pk=entry.thread_id)
    links = KnownLink.objects.filter(known_error=known).select_related("case__raiser", "case__owner")
    for link in links.order_by("pk"):
        wanted = seats_of(link.case, known)
        if wanted != link.seats:
            KnownLink.objects.filter(pk=link.pk).update(seats=wanted)


def tell_of_fix(key: UUID, at: datetime) -> int:
    """Every case it answered, each once for each fix, a batch at a time; answers how many were told."""
    told = 0
    while True:
        with verbs():
            known = TRUTH.get(pk=key)
            waiting = KnownLink.objects.filter(Q(told_at=None) | Q(told_at__lt=F("known_error__fixed_at")))
            batch = list(waiting.filter(known_error=key).order_by("case").values_list("case", flat=True)[:BATCH])
            if known.state != State.FIXED or not batch:
                return told
            for case in batch:
                told += _tell(known, case, at)


def _tell(known: KnownError, key: UUID, at: datetime) -> int:
    thread = Thread.objects.select_for_update().get(pk=key)
    link = KnownLink.objects.filter(case=key, known_error=known).first()
    if link is None or (link.told_at and known.fixed_at and link.told_at >= known.fixed_at):
        return 0
    case = Case.objects.select_related("raiser", "owner__owner", "owner__calendar").get(pk=key)
    readers = case.to_raiser() if known.read_by(case.raiser.seat_id) else case.internal(case.owner)
    by = Author(str(known.desk), str(known.desk), desk=known.desk_id)
    detail = {"known_error": known.reference, "title": known.title}
    record(thread, FIXED, audience=readers, by=by, at=at, words=known.fixed_how, detail=detail)
    link.told_at = at
    link.save(update_fields=["told_at"])
    settle(case, thread, at)
    return 1


def likely_for(
    case: Case, viewer: Viewer, *, said: str, lists: Iterable[ReferenceSet], linked: Iterable[KnownLink] = ()
) -> list[Known]:
    """For the owning desk while it works on it: by what the case says and brings, and by cases answered before.

    `said` and `lists` are what the viewer read of the case already.
    """
    if not case.is_open or not viewer.works_at(case.owner_id) or case.restricted:
        return []
    codes, references = _brought([each for each in lists if each.retracted_at is None])
    found = likely(f"{case.summary}\n{said}", [case.system], (), codes, references, viewer, AT_MOST)
    because = {each.known.pk: each for each in found}
    shared = _by_cases(case, viewer) if references else {}
    new = [key for key in shared if key not in because]
    more = KnownError.objects.select_related("desk").defer("tsv").filter(state__in=FOUND).in_bulk(new) if new else {}
    named = [Known(more[key], _by_case_words(shared[key])) for key in new if key in more]
    there = {link.known_error_id for link in linked}
    return [each for each in [*named, *_told(found, shared)] if each.error.pk not in there][:AT_MOST]


def _told(found: Iterable[Likely], shared: dict[UUID, int]) -> list[Known]:
    """Shared references weigh most, so those stand first."""
    rows = [
        Known(
            each.known,
            f"{each.because}; {_by_case_words(shared[each.known.pk])}" if each.known.pk in shared else each.because,
        )
        for each in found
    ]
    return sorted(rows, key=lambda each: each.error.pk not in shared)


def _by_case_words(cases: int) -> str:
    return f"{cases} case{'' if cases == 1 else 's'} it answered share{'s' if cases == 1 else ''} references with this"


def _brought(lists: Iterable[ReferenceSet]) -> tuple[list[str], list[str]]:
    """The codes and the references on these lists; their members only verbs read."""
    kinds = {each.pk: each.kind for each in lists}
    if not kinds:
        return [], []
    with verbs():
        values = list(Member.objects.filter(set__in=list(kinds)).values_list("set", "value")[:SAMPLE])
    codes = [value for key, value in values if kinds[key] == "error-code"]
    return codes, [value for key, value in values if kinds[key] != "error-code"]


def _by_cases(case: Case, viewer: Viewer) -> dict[UUID, int]:
    asked = {"case": case.pk, "sample": SAMPLE, "seats": list(viewer.seats)}
    with verbs(), connection.cursor() as cursor:
        cursor.execute(SHARED, asked)
        return dict(cursor.fetchall())


def links_of(case: Case) -> list[KnownLink]:
    """As far as the viewer may read them; one whose known error they may not read is not there."""
    return list(KnownLink.objects.filter(case=case).select_related("known_error__desk").defer("known_error__tsv"))


@dataclass(frozen=True)
class Measured:
    """What a known error was worth to those who count it: its desk, by its own rows and those of the cases' desks."""

    saved: int
    """Times that somebody read it and raised no case."""
    answered: int
    """Cases that were linked to it."""
    since_fix: int
    """Of those, the ones linked after it was fixed."""


def measured(known: KnownError) -> Measured:
    links = KnownLink.objects.filter(known_error=known)
    told = links.aggregate(all=Count("pk"), since=Count("pk", filter=Q(at__gt=known.fixed_at or FAR)))
    return Measured(known.answered.count(), told["all"], told["since"])
