"""Keeping the impact register: who and what is affected, in whose word, and what triage answers."""

from __future__ import annotations

from datetime import datetime

from crossdesk import rulebook
from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.models import Case
from crossdesk.cases.moving import moving
from crossdesk.impact.models import Affected, Answer, Applies
from crossdesk.parties.models import Party
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer, verbs

Kind, Says = Affected.Kind, Affected.Says


def claim_party(case: Case, party: Party, *, by: Viewer, at: datetime, meters: int = 0, why: str = "") -> Affected:
    """The owning desk claims that a party is affected, or a party on the case says so of itself."""
    return _claim(case, Kind.PARTY, str(party.pk), party, by=by, at=at, meters=meters, why=why)


def claim_system(case: Case, system: str, *, by: Viewer, at: datetime, why: str = "") -> Affected:
    if system not in rulebook.current().systems:
        raise Invalid(f"“{system}” is no system of the rules; choose one of the list.")
    return _claim(case, Kind.SYSTEM, system, None, by=by, at=at, why=why)


def claim_process(case: Case, process: str, *, by: Viewer, at: datetime, why: str = "") -> Affected:
    if process not in rulebook.current().market_processes:
        raise Invalid(f"“{process}” is no market process of the rules; choose one of the list.")
    return _claim(case, Kind.PROCESS, process, None, by=by, at=at, why=why)


def _claim(
    case: Case, kind: str, key: str, party: Party | None, *, by: Viewer, at: datetime, meters: int = 0, why: str = ""
) -> Affected:
    if meters < 0:
        raise Invalid("A count of meters is not below zero.")
    with moving(case, "write", by=by, at=at) as thread:
        at_owner = by.works_at(case.owner_id)
        if not at_owner and (party is None or by.party != party.pk):
            raise NotAllowed(f"Only {case.owner} says what else is affected; you can speak for {by.party_name}.")
        mine = party is not None and by.party == party.pk
        says = Says.CONFIRMED if mine and not at_owner else Says.CLAIMED
        theirs = [party.seat_id] if party and party.seat_id in case.seats else []
        seats = sorted({*case.internal(case.owner).seats, *theirs})
        row, _ = Affected.objects.update_or_create(
            case=case,
            kind=kind,
            key=key,
            party=party,
            defaults={"says": says, "meters": meters, "said_at": at, "seats": seats},
            create_defaults={"says": says, "meters": meters, "said_at": at, "since": at, "seats": seats},
        )
        _told(thread, case, row, why, by, at)
        return row


def say(affected: Affected, says: str, *, by: Viewer, at: datetime, meters: int = 0, why: str = "") -> None:
    """A party confirms or denies for itself; the owning desk records the word of one that is not here."""
    if says not in {Says.CONFIRMED, Says.DENIED}:
        raise Invalid("Say whether it is affected or not.")
    if says == Says.DENIED and not why.strip():
        raise Invalid("Say what was checked; a denial without that helps nobody.")
    with verbs():
        case = Case.objects.select_related("owner", "raiser").get(pk=affected.case_id)
        thread = Thread.objects.select_for_update().get(pk=case.pk)
        if by.party != affected.party_id and not by.works_at(case.owner_id):
            raise NotAllowed(f"Only {affected.party or case.owner} confirms or denies this.")
        affected.refresh_from_db()
        affected.says, affected.meters, affected.said_at = says, meters or affected.meters, at
        affected.save()
        _told(thread, case, affected, why, by, at)


def apply_row(case: Case, scenario: str, *, by: Viewer, at: datetime) -> None:
    """Another row of Appendix B applies as well; the earliest threshold to trip then wins."""
    if scenario not in rulebook.current().scenarios:
        raise Invalid(f"“{scenario}” is no row of Appendix B; choose one of the list.")
    with moving(case, "prioritise", by=by, at=at) as thread:
        Applies.objects.get_or_create(
            case=case, scenario=scenario, defaults={"since": at, "seats": list(case.internal(case.owner).seats)}
        )
        record(
            thread, "impact.applies", audience=case.internal(case.owner), by=by.author(case.owner_id), at=at,
            scenario=scenario,
        )  # fmt: skip


def answer(case: Case, phrase: str, holds: bool, *, why: str, by: Viewer, at: datetime) -> None:
    """A worded threshold that no count decides: yes or no, and why."""
    row = rulebook.current().phrases.get(phrase)
    if row is None or not row.question:
        raise Invalid("This threshold is counted and asks nobody.")
    if not why.strip():
        raise Invalid("Say why; whoever reviews the incident reads it.")
    with moving(case, "prioritise", by=by, at=at) as thread:
        Answer.objects.update_or_create(
            case=case,
            phrase=phrase,
            defaults={
                "holds": holds,
                "why": why.strip()[:300],
                "at": at,
                "seats": list(case.internal(case.owner).seats),
            },
        )
        record(
            thread, "impact.answer", audience=case.internal(case.owner), by=by.author(case.owner_id), at=at,
            words=why.strip(), detail={"question": row.question}, phrase=phrase, holds=holds,
        )  # fmt: skip


def _told(thread: Thread, case: Case, row: Affected, why: str, by: Viewer, at: datetime) -> None:
    """To the owning desk, and to the party itself where it is on the case: nobody else learns of it."""
    desk = case.owner_id if by.works_at(case.owner_id) else None
    theirs = row.party is not None and row.party_id == case.raiser_id
    readers = case.to_raiser() if theirs else case.internal(case.owner)
    if row.party and not theirs and row.party.seat_id in case.seats:
        seats = (*case.internal(case.owner).seats, row.party.seat_id)
        readers = Audience("party", seats, row.party_id or 0)
    record(
        thread,
        "impact.said",
        audience=readers,
        by=by.author(desk),
        at=at,
        words=why.strip(),
        affected=row.kind,
        key=row.key,
        party=row.party_id,
        says=row.says,
        meters=row.meters,
    )
