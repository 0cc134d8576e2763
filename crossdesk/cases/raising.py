"""Raising a case: from the portal, by mail, or carried on from a redirect."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.cases import following, missing, restricting, standing
from crossdesk.cases.models import Case, CaseLink
from crossdesk.desks.models import Desk
from crossdesk.kit import caseref
from crossdesk.parties.models import Party
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs

UNSORTED = "mhhs-general-query"
"""Nobody has chosen a query type yet; triage does."""


@dataclass(frozen=True)
class Report:
    """What section 7.2.1 of the approach asks a raiser to bring, and what the desk gate said about it."""

    summary: str
    query_type: str
    impact: str = ""
    suspected_cause: str = ""
    investigated: str = ""
    own_reference: str = ""
    system: str = ""
    scenario: str = ""
    kind: str = Case.Kind.INCIDENT
    started_at: datetime | None = None
    missing_evidence: tuple[str, ...] = ()
    without_because: str = ""
    by_mail: bool = False
    gate: dict[str, Any] = field(default_factory=dict)
    change_reference: str = ""
    edition: str = ""


def raise_case(
    report: Report,
    *,
    raiser: Party,
    to: Desk,
    by: Viewer,
    at: datetime,
    carried_from: Case | None = None,
    only: Sequence[str] | None = None,
) -> Case:
    """One transaction: thread, case, its first entry and its standings. References and evidence are added after.

    With `only`, the case is restricted from its first entry: to whoever raises it, these colleagues by their e-mail
    addresses, and the desk's service managers.
    """
    if by.party != raiser.pk:
        raise NotAllowed(
            f"You act for {by.party_name}; to raise for {raiser}, choose it first or ask it for a membership."
        )
    if by.roles == {Role.AUDITOR}:
        raise NotAllowed("Auditors read; they raise nothing.")
    if carried_from and carried_from.restricted and only is None:
        raise Invalid(f"{carried_from} is restricted; carry it on as restricted too.")
    summary = " ".join(report.summary.split())[:200]
    if not summary:
        raise Invalid("Say in one line what has gone wrong.")
    with verbs():
        lists = restricting.begin(raiser, to, only, by=by, at=at) if only is not None else {}
        followed = [] if lists else following.from_the_start(raiser, to, report.query_type, report.system, at)
        readers = {*lists.values()} or {raiser.seat_id, to.seat_id, *followed}
        thread = Thread.objects.create(kind="case", seats=sorted(readers))
        case = Case(
            thread=thread,
            reference=_free_reference(),
            kind=report.kind,
            summary=summary,
            query_type=report.query_type,
            system=report.system,
            scenario=report.scenario,
            raiser=raiser,
            owner=to,
            raised_at=at,
            changed_at=at,
            journey=carried_from.journey if carried_from else uuid.uuid4(),
            bounces=carried_from.bounces if carried_from else 0,
            seats=thread.seats,
            edition=report.edition,
            followed_by=followed,
            lists=lists,
        )
        case.save(force_insert=True)
        record(
            thread,
            "case.raised",
            audience=case.to_raiser(),
            by=by,
            at=at,
            words=_words(report, summary),
            detail=_detail(report),
            reference=case.reference,
            desk=to.pk,
            query_type=report.query_type,
            missing=list(report.missing_evidence),
            by_mail=report.by_mail,
        )
        if carried_from:
            if carried_from.carried:
                raise Invalid(f"{carried_from} was carried on already, and goes on there.")
            seats = [case.seat_for(raiser.seat_id), *followed]
            CaseLink.objects.create(parent=carried_from, child=case, kind=CaseLink.Kind.CARRIED, seats=seats)
        missing.note(case, report.missing_evidence, at)
        standing.begin(case, at)
    return case


def _free_reference() -> str:
    while True:
        reference = caseref.new()
        if not Case.objects.filter(reference=reference).exists():
            return reference


def _words(report: Report, summary: str) -> str:
    parts = [summary, report.impact, report.suspected_cause, report.investigated, report.own_reference]
    return "\n\n".join(part for part in parts if part)


def _detail(report: Report) -> dict[str, Any]:
    return {
        "impact": report.impact,
        "suspected_cause": report.suspected_cause,
        "investigated": report.investigated,
        "own_reference": report.own_reference,
        "started_at": report.started_at.isoformat() if report.started_at else "",
        "without_because": report.without_because,
        "gate": report.gate,
        "change_reference": report.change_reference,
    }
