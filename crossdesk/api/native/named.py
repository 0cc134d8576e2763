"""Which keys may send: what an agreement says of them holds on this face as on the others."""

from __future__ import annotations

from crossdesk.api.bearing import Called
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.exchange.links import machine_terms, require_named
from crossdesk.threads.viewer import verbs


def require_on_case(request: Called, case: Case, to: str = "raiser") -> None:
    """`to` as the verbs name an audience. What only one's own people read is sent to nobody."""
    kind, _, leg = to.partition(":")
    if kind == "internal":
        return
    ends = {case.raiser_id, case.owner.owner_id}
    legs = case.legs.select_related("from_desk", "to_desk")
    if kind == "leg":
        ends = {owner for each in legs.filter(pk=leg or 0) for owner in _ends(each)}
    elif kind == "everyone":
        ends |= {owner for each in legs for owner in _ends(each)}
    _require(request, ends)


def require_on_leg(request: Called, leg: Leg) -> None:
    _require(request, _ends(leg))


def _ends(leg: Leg) -> set[int]:
    return {leg.from_desk.owner_id, leg.to_desk.owner_id}


def _require(request: Called, ends: set[int]) -> None:
    key = request.caller.key
    with verbs():
        for other in sorted(ends - {key.party_id}):
            require_named(machine_terms(key.party, other, None, request.caller.at), key.name)
