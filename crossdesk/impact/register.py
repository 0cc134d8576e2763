"""Keeping the impact register: who and what is affected, in whose word, and what triage answers."""

from __future__ import annotations

from datetime import datetime

from crossdesk import rulebook
from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.models import Case
from crossdesk.cases.moving import moving
from crossdesk.desks.models import Desk
from crossdesk.impact.models import Affected, Answer, Applies
from crossdesk.impact.policy import speaks_for, why_not_retract, why_not_say
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer, verbs

Kind, Says = Affected.Kind, Affected.Says


def claim_party(case: Case, party: Party, *, by: Viewer, at: datetime, meters: int = 0, why: str = "") -> Affected:
    """The owning desk claims that a party is affected, or a party on the case says so of itself."""
    return _claim(case, Kind.PARTY, str(party.pk), party, by=by, at=at, meters=meters, why=why)


def claim_system(case: Case, system: str, *, by: Viewer, at: datetime, why: str = "") -> Affected:
    """Whoever runs it confirms or denies, where the directory has one such party."""
    book = rulebook.current()
    if system not in book.systems:
        raise Invalid(f"“{system}” is no system of the rules; choose one of the list.")
    with verbs():
        running = list(Party.objects.filter(market_roles__role=book.systems[system].run_by).distinct()[:2])
    runs_it = running[0] if len(running) == 1 else None
    return _claim(case, Kind.SYSTEM, system, runs_it, by=by, at=at, why=why)


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
        mine = party is not None and party.pk in speaks_for(by, case, case.legs.select_related("to_desk"))
        at_owner = by.works_at(case.owner_id)
        if not at_owner and not (mine and kind == Kind.PARTY):
            raise NotAllowed(f"Only {case.owner} says what else is affected; you can speak for {by.party_name}.")
        said = Affected.objects.filter(case=case, kind=kind, key=key, party=party).first()
        if said and said.says != Says.CLAIMED and not mine:
            raise Invalid(f"{said.party or case.owner} has {said.get_says_display().lower()} this already.")
        row = said or Affected(case=case, kind=kind, key=key, party=party, since=at)
        row.says = Says.CONFIRMED if mine and not at_owner else Says.CLAIMED
        row.meters, row.said_at, row.seats = meters, at, sorted(_readers(case, party).seats)
        row.save()
        _told(thread, case, row, row.says, why, by, at)
        return row


def say(affected: Affected, says: str, *, by: Viewer, at: datetime, meters: int = 0, why: str = "") -> None:
    """A party confirms or denies for itself; the owning desk writes down what a party told it, and how."""
    if says not in {Says.CONFIRMED, Says.DENIED}:
        raise Invalid("Say whether it is affected or not.")
    if says == Says.DENIED and not why.strip():
        raise Invalid("Say what was checked; a denial without that helps nobody.")
    case = _case(affected)
    with moving(case, "write", by=by, at=at) as thread:
        affected.refresh_from_db()
        speaks = speaks_for(by, case, case.legs.select_related("to_desk"))
        _refuse(why_not_say(by, affected, case, speaks))
        if affected.party_id and affected.party_id not in speaks and not why.strip():
            raise Invalid(f"Say who of {affected.party} told you so, and how; the word is theirs.")
        affected.says, affected.meters, affected.said_at = says, meters or affected.meters, at
        affected.save()
        _told(thread, case, affected, says, why, by, at)


def retract(affected: Affected, *, by: Viewer, at: datetime, why: str = "") -> None:
    """Nobody says so any more. The timeline keeps who did, and who took it back."""
    case = _case(affected)
    with moving(case, "write", by=by, at=at) as thread:
        affected.refresh_from_db()
        _refuse(why_not_retract(by, affected, case, speaks_for(by, case, case.legs.select_related("to_desk"))))
        _told(thread, case, affected, "retracted", why, by, at)
        affected.delete()


def admit(entry: Entry) -> None:
    """A reaction to an engagement: what is claimed of a party is for its newly engaged desk to confirm or deny."""
    case = Case.objects.select_related("owner", "raiser").get(pk=entry.thread_id)
    case.seats = entry.thread.seats  # the engagement made its desk a reader, and the case is saved after it
    to = Desk.objects.select_related("owner").get(pk=entry.facts["to"])
    for row in Affected.objects.filter(case=case, party=to.owner):
        row.seats = sorted({*row.seats, *_readers(case, to.owner).seats})
        row.save(update_fields=["seats"])


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


def _told(thread: Thread, case: Case, row: Affected, says: str, why: str, by: Viewer, at: datetime) -> None:
    """To the owning desk, and to the party itself where it is on the case: nobody else learns of it."""
    desks = [desk for desk in (case.owner_id, *(leg.to_desk_id for leg in case.legs.all())) if by.works_at(desk)]
    record(
        thread,
        "impact.said",
        audience=_readers(case, row.party),
        by=by.author(desks[0] if desks else None),
        at=at,
        words=why.strip(),
        affected=row.kind,
        key=row.key,
        party=row.party_id,
        says=says,
        meters=row.meters,
    )


def _readers(case: Case, party: Party | None) -> Audience:
    inner = case.internal(case.owner)
    if party is None or party.pk == case.owner.owner_id:
        return inner
    if party.pk == case.raiser_id:
        return case.to_raiser()
    theirs = _seats_on(case, party)
    return Audience("party", (*inner.seats, *theirs), party.pk) if theirs else inner


def _seats_on(case: Case, party: Party) -> list[int]:
    """Those of the party and its desks that read this case; on a restricted one, the lists that stand for them."""
    seats = [party.seat_id, *Desk.objects.filter(owner=party).values_list("seat_id", flat=True)]
    if case.restricted:
        seats = [case.lists[str(seat)] for seat in seats if str(seat) in case.lists]
    return sorted({*seats} & {*case.seats})


def _case(affected: Affected) -> Case:
    with verbs():
        return Case.objects.select_related("owner", "raiser").get(pk=affected.case_id)


def _refuse(sentence: str | None) -> None:
    if sentence:
        raise NotAllowed(sentence)
