"""From candidate to closed: proposed, declared or rejected, stood down, reconciled, closed, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crossdesk.access import Invalid, WrongStage
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case, CaseLink, Hold
from crossdesk.desks.models import Desk
from crossdesk.kit import caseref
from crossdesk.majors import promising, reconciling
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident, OnIt, UnderIt
from crossdesk.majors.moving import moving, told
from crossdesk.majors.open_cases import lock, under, why_not_declare, why_not_take_out
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Author, Viewer, verbs


@dataclass(frozen=True)
class Proposal:
    title: str
    because: str
    scenario: str = ""
    system: str = ""
    began_at: datetime | None = None
    edition: str = ""


def propose(
    proposal: Proposal, *, lead: Desk, cases: Iterable[Case], at: datetime, by: Viewer | Author = CROSSDESK
) -> MajorIncident:
    """A threshold or a person proposes; only a manager declares. A case already under a live incident adds nothing."""
    cases = list(cases)
    if not proposal.because.strip():
        raise Invalid("Say why this may be a major incident.")
    with verbs():
        lock(cases)
        live = UnderIt.objects.filter(case__in=cases, until=None).select_related("incident__lead").first()
        if live:
            return live.incident
        thread = Thread.objects.create(kind="major", seats=[lead.seat_id])
        incident = MajorIncident.objects.create(
            thread=thread,
            reference=caseref.new("MI"),
            title=" ".join(proposal.title.split())[:200],
            scenario=proposal.scenario,
            system=proposal.system,
            lead=lead,
            proposed_at=at,
            began_at=proposal.began_at,
            because=proposal.because.strip()[:300],
            seats=thread.seats,
            edition=proposal.edition,
        )
        record(thread, "major.propose", audience=incident.room(), by=by, at=at, words=incident.because)
        for case in cases:
            _put_under(incident, thread, case, by, at)
    return incident


def declare(incident: MajorIncident, *, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """From now on a hold keeps its cases open, and their children follow."""
    _say(why, "Say why it is declared; everybody on it reads that first.")
    with moving(incident, "declare", by=by, at=at, seen=seen) as thread:
        lock(under(incident))
        if none_open := why_not_declare(incident):
            raise WrongStage(none_open)
        incident.declared_at, incident.declared_by = at, by.author(incident.lead_id).name
        told(thread, incident, "declare", why, by, at)
        promising.begin(incident, thread, at)
        for place in incident.under.filter(until=None).select_related("case"):
            _hold(incident, place, at)


def reject(incident: MajorIncident, *, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    _say(why, "Say why it is no major incident; the next one like it is judged by that.")
    with moving(incident, "reject", by=by, at=at, seen=seen) as thread:
        told(thread, incident, "reject", why, by, at)
        incident.under.filter(until=None).update(until=at)


def restore(
    incident: MajorIncident, *, why: str, by: Viewer, at: datetime, happened_at: datetime | None = None
) -> None:
    _say(why, "Say what works again, and since when.")
    with moving(incident, "restore", by=by, at=at) as thread:
        incident.restored_at = happened_at or at
        told(thread, incident, "restore", why, by, at, happened_at=happened_at)


def stand_down(incident: MajorIncident, *, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """The emergency is over; what was missed is still to be sent and reconciled."""
    _say(why, "Say why the emergency is over, and what is still to do.")
    with moving(incident, "stand_down", by=by, at=at, seen=seen) as thread:
        if incident.restored_at is None:
            raise WrongStage(f"{incident} is not restored; say first that service is restored, and since when.")
        incident.stood_down_at = at
        told(thread, incident, "stand_down", why, by, at)
        promising.end(incident, thread, "The incident was stood down.", at=at)


def declare_again(incident: MajorIncident, *, why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    _say(why, "Say what came back.")
    with moving(incident, "declare_again", by=by, at=at, seen=seen) as thread:
        incident.stood_down_at = incident.restored_at = None
        reconciling.begin_anew(incident)
        told(thread, incident, "declare_again", why, by, at)
        promising.end(incident, thread, "The incident was declared again.", at=at)
        promising.begin(incident, thread, at)


def resend(incident: MajorIncident, *, why: str, by: Viewer, at: datetime) -> None:
    _say(why, "Say what was sent again and how many; each party reconciles by that.")
    with moving(incident, "resend", by=by, at=at) as thread:
        incident.resent_at = at
        told(thread, incident, "resend", why, by, at)


def close(
    incident: MajorIncident, *, why: str, by: Viewer, at: datetime, without: str = "", seen: int | None = None
) -> None:
    """When every party agreed, or with a reason for those that did not. The holds are lifted; no case closes by it."""
    _say(why, "Say how it ended; the review begins with that.")
    with moving(incident, "close", by=by, at=at, seen=seen) as thread:
        reconciling.require_answered(incident)
        open_ones = [str(place.party) for place in incident.parties.filter(agreed_at=None).select_related("party")]
        if open_ones and not without.strip():
            raise WrongStage(
                f"{incident} cannot close: {', '.join(open_ones)} has not agreed that its records are reconciled."
                " Record its word, or say why you close without it."
            )
        incident.closed_at = at
        told(thread, incident, "close", why, by, at)
        if open_ones:  # whose word is missing is nothing for the whole room
            readers, names = incident.internal(), {"parties": ", ".join(open_ones)}
            told(thread, incident, "without", without, by, at, audience=readers, detail=names, without=open_ones)
        promising.end(incident, thread, "The incident is closed.", at=at)
        _lift(incident, incident.under.filter(until=None).select_related("case"), at)


def review(incident: MajorIncident, *, words: str, by: Viewer, at: datetime) -> None:
    """Its review was published. What was learnt stands there; the incident itself says only that it is so."""
    with moving(incident, "review", by=by, at=at) as thread:
        incident.reviewed_at = at
        told(thread, incident, "review", words, by, at)


def put_under(incident: MajorIncident, case: Case, *, by: Viewer, at: datetime) -> None:
    with moving(incident, "add_case", by=by, at=at) as thread:
        lock([case])
        case.refresh_from_db()
        if case.stage == Stage.CLOSED:
            raise Invalid(f"{case} is closed; reopen it, or choose a case that is open.")
        other = UnderIt.objects.filter(case=case, until=None).select_related("incident").first()
        if other:
            raise Invalid(f"{case} is already under {other.incident}; a case has one major incident at a time.")
        place = _put_under(incident, thread, case, by, at)
        if incident.state != State.CANDIDATE:
            _hold(incident, place, at)


def take_out(incident: MajorIncident, case: Case, *, why: str, by: Viewer, at: datetime) -> None:
    _say(why, f"Say why {case} does not belong to {incident}.")
    with moving(incident, "remove_case", by=by, at=at) as thread:
        place = incident.under.filter(case=case, until=None).select_related("case").first()
        if place is None:
            raise Invalid(f"{case} is not under {incident}.")
        lock(under(incident))
        if last := why_not_take_out(incident, case):
            raise WrongStage(last)
        _lift(incident, [place], at)
        told(thread, incident, "remove_case", why, by, at, case=case.reference)


def _put_under(incident: MajorIncident, thread: Thread, case: Case, by: Viewer | Author, at: datetime) -> UnderIt:
    """Its children come along by their own link; the raiser's party is on the incident, told and not in the room."""
    place = UnderIt.objects.create(incident=incident, case=case, since=at, seats=[incident.lead.seat_id])
    OnIt.objects.get_or_create(incident=incident, party=case.raiser, defaults={"seats": [incident.lead.seat_id]})
    record(thread, "major.add_case", audience=incident.internal(), by=by, at=at, case=case.reference)
    return place


def follow_link(entry: Entry) -> None:
    """A reaction to a link: a child that comes later follows its parent at once."""
    parent = UnderIt.objects.filter(case__reference=entry.facts["parent"], until=None)
    place = parent.exclude(incident__state=State.CANDIDATE).select_related("incident__lead", "case").first()
    if place:
        child = Case.objects.select_related("owner", "raiser").get(pk=entry.thread_id)
        _hold(place.incident, place, entry.recorded_at, [child])


def _hold(incident: MajorIncident, place: UnderIt, at: datetime, children: Iterable[Case] | None = None) -> None:
    """On the case and on every child of it: none closes before the incident does."""
    lead = incident.lead
    why = f"{incident} holds it open until the major incident is closed; ask {lead}, which leads, to take it out."
    for case in [place.case, *children_of(place.case)] if children is None else children:
        thread = Thread.objects.select_for_update().get(pk=case.pk)
        case.refresh_from_db(fields=["stage"])
        if case.stage == Stage.CLOSED:  # what has ended already is not held open
            continue
        Hold.objects.get_or_create(
            case=case, put_by=incident.thread, lifted_at=None, defaults={"why": why, "since": at, "seats": case.seats}
        )
        OnIt.objects.get_or_create(incident=incident, party_id=case.raiser_id, defaults={"seats": [lead.seat_id]})
        detail = {"incident": str(incident)}
        record(thread, "case.major", audience=case.to_everyone(), by=CROSSDESK, at=at, detail=detail)


def children_of(case: Case) -> list[Case]:
    links = CaseLink.objects.filter(parent=case, kind=CaseLink.Kind.CHILD).select_related("child")
    return [link.child for link in links]


def _lift(incident: MajorIncident, places: Iterable[UnderIt], at: datetime) -> None:
    for each in places:
        held = [each.case_id, *(child.pk for child in children_of(each.case))]
        Hold.objects.filter(case__in=held, put_by=incident.thread, lifted_at=None).update(lifted_at=at)
        each.until = at
        each.save(update_fields=["until"])


def _say(words: str, otherwise: str) -> None:
    if not words.strip():
        raise Invalid(otherwise)
