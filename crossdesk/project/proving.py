"""Which records the steps of joining are read off: contacts that were reached, people, an agreement, a passed test."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from crossdesk.accounts.models import AccountLetter
from crossdesk.cases.models import Case
from crossdesk.desks.agreements import in_force
from crossdesk.desks.models import Agreement, Terms
from crossdesk.exchange import reach
from crossdesk.exchange.conformance.runs import newest_run
from crossdesk.parties.models import Contact, Membership
from crossdesk.requests.proving import Ask, Proof


def contacts(case: Case, at: datetime) -> Proof:
    newest = Contact.objects.filter(party=case.raiser, ended_at=None).order_by("-nominated_at").first()
    if newest is None:
        return Proof("Nobody is nominated yet.")
    found = reach.of_party(case.raiser, at)
    said = f"{found.path or newest.address}: {found.reading.label}"
    return Proof(said, found.since or newest.nominated_at, newest.nominated_by) if found.reached else Proof(said)


def people(case: Case, at: datetime) -> Proof:
    """Somebody beside the one who was there first."""
    live = Membership.objects.filter(Q(until=None) | Q(until__gt=at), party=case.raiser, since__lte=at)
    joined = list(live.order_by("since", "pk").values_list("since", flat=True)[:50])
    if len(joined) < 2:
        return Proof("Only the first person is here yet." if joined else "Nobody is here yet.")
    letter = AccountLetter.objects.filter(party=case.raiser, kind=AccountLetter.Kind.INVITATION).order_by("pk").last()
    by = letter.asked_by if letter and letter.asked_by else str(case.raiser)
    return Proof(f"{len(joined)} people act for {case.raiser}.", joined[1], by)


def agreement(case: Case, at: datetime) -> Proof:
    versions = _versions(case)
    live = next((terms for terms in (in_force(each, at) for each in versions) if terms), None)
    if live:
        return Proof(f"{live} is in force.", live.accepted_at, live.accepted_by)
    waiting = next((terms for each in versions for terms in each if terms.waits), None)
    if waiting:
        return Proof(f"{waiting} waits for {waiting.answering}.")
    return Proof("None is proposed yet.")


def conformance(case: Case, at: datetime) -> Proof:
    for versions in _versions(case):
        terms = in_force(versions, at)
        if terms is None:
            continue
        run, channel = newest_run(terms.agreement), terms.exchange.channel
        if run and run.channel != channel:
            run = None  # it tried another way than the one now agreed
        if run and run.passed:
            return Proof(f"Passed for {terms.agreement}.", run.at, run.by)
        if run is None and channel.by_hand:
            return Proof(
                f"Somebody of {terms.agreement.other} has to try it by {channel.label} and say whom it reached."
            )
        if run:
            return Proof(f"Something is to be mended for {terms.agreement}.")
    return Proof("Not tried yet." if any(in_force(each, at) for each in _versions(case)) else "Waits for an agreement.")


def _versions(case: Case) -> list[list[Terms]]:
    """Of each agreement between who asked and the desk's owner, whichever of them promises; the newest first."""
    sides = (case.raiser_id, case.owner.owner_id)
    between = Agreement.objects.filter(promiser__in=sides, other__in=sides)
    rows = Terms.objects.filter(agreement__in=between).select_related("agreement__promiser", "agreement__other")
    every = list(rows.select_related("agreement__desk", "proposed_for").order_by("-agreement", "-number"))
    return [[each for each in every if each.agreement_id == pk] for pk in dict.fromkeys(e.agreement_id for e in every)]


PROOFS: dict[str, Ask] = {
    "contacts": contacts,
    "people": people,
    "agreement": agreement,
    "conformance": conformance,
}
