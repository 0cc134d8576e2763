"""What a case affects: counted once over everything linked, claimed by a desk, confirmed or denied by the party."""

from __future__ import annotations

from typing import Literal

from django.http import Http404, HttpResponse
from ninja import Router

from crossdesk.access import Invalid
from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called
from crossdesk.api.native import shapes
from crossdesk.api.native.door import adding, adds, reads
from crossdesk.api.native.kinds import Count, Given, Number, Word, Words
from crossdesk.api.native.named import require_on_case
from crossdesk.api.native.once import Made
from crossdesk.api.native.telling import answer, case_for, impact_out
from crossdesk.cases.models import Case
from crossdesk.impact import register
from crossdesk.impact.models import Affected
from crossdesk.parties.models import Party

router = Router(tags=["Impact"])
HERE = "/cases/{reference}/impact"


class Claim(Given):
    """A party by its number, or a system or a market process by its key in the rules."""

    party: Number | None = None
    system: Word = ""
    process: Word = ""
    meters: Count = 0
    why: Words = ""


class OnesWord(Given):
    says: Literal["confirmed", "denied", "retracted"]
    meters: Count = 0
    why: Words = ""


@router.get(HERE, **reads(shapes.ImpactOut, Scope.IMPACT), summary="Read its impact")
def read_impact(request: Called, reference: str) -> HttpResponse:
    return answer(request, impact_out(case_for(reference)))


@router.post(HERE, **adds(shapes.AffectedOut, Scope.IMPACT), summary="Claim that something is affected")
def claim_impact(request: Called, reference: str, body: Claim) -> HttpResponse:
    def do() -> Made:
        case = case_for(reference)
        require_on_case(request, case)
        return Made("affected", case.reference, _claimed(case, body, request).pk)

    return adding(request, do)


def _claimed(case: Case, body: Claim, request: Called) -> Affected:
    by, at = request.caller.viewer, request.caller.at
    if sum(map(bool, (body.party, body.system, body.process))) != 1:
        raise Invalid("Name one of party, system and process.")
    if body.system:
        return register.claim_system(case, body.system, by=by, at=at, why=body.why)
    if body.process:
        return register.claim_process(case, body.process, by=by, at=at, why=body.why)
    party = Party.objects.filter(pk=body.party or 0, closed_at=None).first()
    if party is None:
        raise Invalid(f"There is no party {body.party} in the directory.")
    return register.claim_party(case, party, by=by, at=at, meters=body.meters, why=body.why)


SAID = adds(shapes.AffectedOut, Scope.IMPACT)
SAID["response"] |= {204: None}  # taken back, so there is nothing left to tell


@router.post(HERE + "/{number}", **SAID, summary="Confirm, deny or take back a claim")
def say_of_impact(request: Called, reference: str, number: int, body: OnesWord) -> HttpResponse:
    def do() -> Made:
        case, by, at = case_for(reference), request.caller.viewer, request.caller.at
        row = Affected.objects.select_related("party").filter(case=case, pk=number).first()
        if row is None:
            raise Http404
        require_on_case(request, case)
        if body.says == "retracted":
            register.retract(row, by=by, at=at, why=body.why)
        else:
            register.say(row, body.says, by=by, at=at, meters=body.meters, why=body.why)
        return Made("affected", case.reference, number)

    return adding(request, do)
