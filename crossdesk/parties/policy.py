"""Who keeps a party's people and contacts. The answer is a sentence that the refusal and the page share."""

from __future__ import annotations

from typing import Protocol

from crossdesk.access import DESK_WORK, NotAllowed, Role
from crossdesk.parties.models import Delegation, ParentGrant, Party


class ActsFor(Protocol):
    """As much of a viewer as these questions need: threads/, where viewers are made, stands below this package."""

    @property
    def name(self) -> str: ...
    @property
    def person(self) -> int | None: ...
    @property
    def party(self) -> int: ...
    @property
    def party_name(self) -> str: ...
    @property
    def own_seats(self) -> tuple[int, ...]: ...
    @property
    def desks(self) -> tuple[int, ...]: ...
    @property
    def roles(self) -> frozenset[Role]: ...


def why_not_administer(by: ActsFor, party: Party) -> str | None:
    if by.party != party.pk:
        return f"Only {party} itself keeps its people."
    if Role.ADMINISTRATOR not in by.roles:
        return f"Only a party administrator of {party} keeps its people; ask one of them."
    return None


def why_not_nominate(by: ActsFor, party: Party) -> str | None:
    """The party itself, or a desk agent who says who nominated the contact."""
    if by.desks and by.roles & DESK_WORK:
        return None
    if why_not_administer(by, party):
        return f"Only a party administrator of {party}, or a desk agent told by {party}, records its contacts."
    return None


def why_not_delegate(by: ActsFor, party: Party, verb: str = "delegates its sight") -> str | None:
    if by.party != party.pk:
        return f"Only {party} itself {verb}."
    if Role.ADMINISTRATOR not in by.roles:
        return f"Only a party administrator of {party} {verb}; ask one of them."
    return None


def why_not_end(by: ActsFor, delegation: Delegation) -> str | None:
    if Role.ADMINISTRATOR in by.roles and by.party in {delegation.principal_id, delegation.delegate_id}:
        return None
    return f"Only a party administrator of {delegation.principal} or of {delegation.delegate} ends this delegation."


def why_not_grant(by: ActsFor, child: Party) -> str | None:
    """The operator is whoever administers a central provider of the market: it set up the tree."""
    if Role.ADMINISTRATOR in by.roles and (by.party == child.pk or _operates(by)):
        return None
    return f"Only a party administrator of {child}, or the operator, lets its parent see its cases."


def why_not_withdraw(by: ActsFor, given: ParentGrant) -> str | None:
    if Role.ADMINISTRATOR in by.roles and (by.party in {given.child_id, given.parent_id} or _operates(by)):
        return None
    return f"Only a party administrator of {given.child} or {given.parent}, or the operator, withdraws this."


def _operates(by: ActsFor) -> bool:
    return Party.objects.filter(pk=by.party, central=True).exists()


def why_not_prove(by: ActsFor, party: Party) -> str | None:
    if by.party == party.pk and by.roles & {Role.ADMINISTRATOR, Role.AUDITOR}:
        return None
    return f"Only a party administrator or an auditor of {party} takes away the proof of all its cases."


def require(sentence: str | None) -> None:
    if sentence:
        raise NotAllowed(sentence)
