"""What a person of the operator's desk decides about a fault: it is one, or it is none. Only then is there a case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import QuerySet

from crossdesk import rulebook
from crossdesk.access import Invalid, Moved
from crossdesk.cases import evidence, references, writing
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.impact import register
from crossdesk.kit.time import clock_time, in_full, iso
from crossdesk.parties.models import Party
from crossdesk.rulebook.rows.noticing import Detector
from crossdesk.signals.models import Concern, Failing, Fault, Side
from crossdesk.signals.noticing import HEALTH, internal
from crossdesk.signals.policy import require, why_not_decide
from crossdesk.signals.reading import messages_of
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.signalling import thread_changed
from crossdesk.threads.viewer import Viewer, verbs

CONFIRMED, DISMISSED, ADDED = "signal.confirmed", "signal.dismissed", "signal.added"
PROOF = 20_000
"""Failing messages in the file of evidence; the lists hold every MPAN."""
TRUTH = Fault.objects.select_related("desk__owner__seat", "desk__seat", "suspected", "joins", "case")
OVER = {Stage.RESOLVED, Stage.CLOSED}
WHOSE = {
    Side.SENDER: "The senders' own messages break an inbound rule.",
    Side.RECIPIENT: "The recipients' own systems refuse the messages.",
    Side.ENDPOINT: "The recipient's endpoint takes no messages.",
    Side.DIP: "The DIP cannot handle the messages.",
}


@contextmanager
def deciding(fault: Fault, *, by: Viewer, at: datetime) -> Iterator[Thread]:
    """Inside, the thread is locked and the fault is as it truly is, undecided."""
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=fault.pk)
        fault.refresh_from_db(from_queryset=TRUTH)
        require([why_not_decide(by, fault.desk)])
        if fault.state != Fault.State.PROPOSED:
            who = f"{fault.decided_by} was here before you: it" if fault.decided_by else "It"
            when = f" at {clock_time(fault.decided_at, at)}" if fault.decided_at else ""
            raise Moved(f"{who} is {fault.get_state_display()}{when}. Look at it as it is now.")
        yield thread
        fault.decided_at, fault.decided_by = at, by.name
        fault.save()
        thread_changed(HEALTH)


def confirm(fault: Fault, *, by: Viewer, at: datetime, join: bool = True) -> Case:
    """It is one: on the open case that it matches, else on a new one of the desk's, with its references, its evidence,
    whom it concerns and whose it probably is."""
    with deciding(fault, by=by, at=at) as thread:
        rule = _rule(fault)
        joined = fault.joins if join and fault.joins and fault.joins.stage not in OVER else None
        case = joined or _raise(fault, rule, by, at)
        _attach(fault, rule, case, by, at)
        fault.state, fault.case = Fault.State.CONFIRMED, case
        Concern.objects.filter(fault=fault).update(case=case)
        record(
            thread, CONFIRMED, audience=internal(fault), by=by.author(fault.desk_id), at=at, case=case.reference,
            joined=joined is not None,
        )  # fmt: skip
    return case


def dismiss(fault: Fault, *, why: str, by: Viewer, at: datetime) -> None:
    """It is none. While it goes on it is not proposed again; a later outbreak is."""
    if not why.strip():
        raise Invalid("Say why it is no fault; whoever sees the next one like it reads that.")
    with deciding(fault, by=by, at=at) as thread:
        fault.state, fault.why = Fault.State.DISMISSED, why.strip()[:300]
        record(
            thread, DISMISSED, audience=internal(fault), by=by.author(fault.desk_id), at=at, words=why.strip()
        )  # fmt: skip


def add_rest(fault: Fault, *, by: Viewer, at: datetime) -> Case:
    """What failed since it was confirmed, onto its case as well."""
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=fault.pk)
        fault.refresh_from_db(from_queryset=TRUTH)
        require([why_not_decide(by, fault.desk)])
        if fault.case is None:
            raise Invalid("It is on no case yet; confirm it first.")
        if fault.case.stage in OVER:
            raise Invalid(f"{fault.case} is {fault.case.get_stage_display().lower()}; reopen it first.")
        _attach(fault, _rule(fault), fault.case, by, at)
        fault.save(update_fields=["given"])
        record(
            thread, ADDED, audience=internal(fault), by=by.author(fault.desk_id), at=at, case=fault.case.reference
        )  # fmt: skip
    return fault.case


def _rule(fault: Fault) -> Detector:
    found = rulebook.current().detectors.get(fault.detector)
    if found is None:
        raise Invalid("The rules no longer have the detector that noticed it; dismiss it, or raise a case by hand.")
    return found


def headline(fault: Fault | Concern, rule: Detector) -> str:
    """What it is, without anybody's name."""
    flow = rulebook.current().interfaces.get(fault.interface)
    what = " ".join(filter(None, [fault.interface, flow.name.lower() if flow else "", fault.event]))
    code = f", {fault.code}" if fault.code else ""
    return f"{rule.name}{f': {what}' if what else ''}{code}"


def _raise(fault: Fault, rule: Detector, by: Viewer, at: datetime) -> Case:
    whose = WHOSE.get(Side(fault.side), "") if fault.side else ""
    report = Report(
        summary=headline(fault, rule),
        query_type=rule.query_type,
        system=rule.system,
        scenario=rule.scenario,
        impact=f"{fault.because}. {fault.messages:,} messages, {fault.mpans:,} MPANs, since {in_full(fault.since)}.",
        suspected_cause=" ".join(filter(None, [whose, f"Probably: {fault.suspected}." if fault.suspected else ""])),
        investigated="Read from the DIP's message journal.",
        started_at=fault.since,
    )
    return raise_case(report, raiser=fault.desk.owner, to=fault.desk, by=by, at=at)


def _attach(fault: Fault, rule: Detector, case: Case, by: Viewer, at: datetime) -> None:
    if rule.kind != "failing":
        return
    rows = messages_of(fault, rule)
    given = [f"{mpan}\n".encode() for mpan in _distinct(rows, "mpan")]
    if given:
        references.add_list(case, given, "mpan", by=by, at=at, source="DIP message journal", to="internal")
    transactions = [f"{each}\n".encode() for each in _distinct(rows, "transaction")[:1_000]]
    if transactions:
        references.add_list(
            case, transactions, "transaction", by=by, at=at, source="DIP message journal", to="internal"
        )  # fmt: skip
    fault.given = len(given)
    _prove(fault, case, rows, by, at)
    _concern(fault, case, by, at)


def _distinct(rows: QuerySet[Failing], name: str) -> list[str]:
    return sorted(rows.exclude(**{name: ""}).values_list(name, flat=True).distinct())


def _prove(fault: Fault, case: Case, rows: QuerySet[Failing], by: Viewer, at: datetime) -> None:
    out = io.StringIO()
    table = csv.writer(out)
    names = ("at", "interface", "event", "status", "code", "sender", "recipient", "mpan", "transaction", "words")
    table.writerow(names)
    for row in rows.order_by("at")[:PROOF]:
        table.writerow([iso(row.at), *(getattr(row, name) for name in names[1:])])
    name = f"failing-messages-{at:%Y%m%d-%H%M}.csv"
    evidence.add(case, name, [out.getvalue().encode()], by=by, at=at, key="dip-portal-status", audience="internal")


def _concern(fault: Fault, case: Case, by: Viewer, at: datetime) -> None:
    """Whom it hits, into the impact register; and whose it probably is, as a note of the desk's."""
    hit = Concern.objects.filter(fault=fault, at_fault=False).exclude(party=None).values_list("party", flat=True)
    said = set(case.affected.filter(kind="party").values_list("party", flat=True))
    for party in Party.objects.filter(pk__in=set(hit) - said):
        register.claim_party(case, party, by=by, at=at, why="Its messages are among those that fail.")
    if case.system and not case.affected.filter(kind="system", key=case.system).exists():
        register.claim_system(case, case.system, by=by, at=at, why="Noticed in its message journal.")
    whose = WHOSE.get(Side(fault.side), "") if fault.side else ""
    if fault.suspected and fault.suspected_id != case.owner_id:
        words = f"Noticed in the DIP's message journal: {fault.because}. {whose} Engage: {fault.suspected}."
        writing.write(case, to="internal", words=words, by=by, at=at)
