"""Who keeps a party's people and contacts. The answer is a sentence that the refusal and the page share."""

from __future__ import annotations

from typing import Protocol

from crossdesk.access import DESK_WORK, NotAllowed, Role
from crossdesk.parties.models import Party


class ActsFor(Protocol):
    """As much of a viewer as these questions need: threads/, where viewers are made, stands below this package."""

    @property
    def name(self) -> str: ...
    @property
    def party(self) -> int: ...
    @property
    def party_name(self) -> str: ...
    @property
    def seats(self) -> tuple[int, ...]: ...
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


def require(sentence: str | None) -> None:
    if sentence:
        raise NotAllowed(sentence)
