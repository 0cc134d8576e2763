"""Who proposes, accepts and records agreements. The answer is a sentence that the refusal and the page share."""

from __future__ import annotations

from django.db.models import Q

from crossdesk.access import DESK_WORK, Role
from crossdesk.desks.agreed import Agreement, Terms
from crossdesk.parties.models import Membership, Party
from crossdesk.parties.policy import ActsFor

SIGNING = frozenset({Role.ADMINISTRATOR, Role.SERVICE_MANAGER})


def why_not_propose(by: ActsFor, agreement: Agreement) -> str | None:
    promiser, other = agreement.sides
    if by.party not in (promiser.pk, other.pk):
        return f"Only {promiser} and {other} agree on what one promises the other."
    return _why_not_sign(by, "proposes or ends an agreement")


def why_not_answer(by: ActsFor, terms: Terms) -> str | None:
    if by.party != terms.answering.pk:
        return f"{terms.answering} accepts or declines what {terms.proposed_for} proposed."
    return _why_not_sign(by, "accepts or declines an agreement")


def why_not_record(by: ActsFor, terms: Terms) -> str | None:
    """A desk agent of the side that proposed it, for one that has nobody here to accept it."""
    if by.party != terms.proposed_for_id or not (by.desks and by.roles & DESK_WORK):
        return f"Only a desk agent of {terms.proposed_for} records what {terms.answering} said."
    if signs_in(terms.answering):
        return f"{terms.answering} signs in here, so it accepts this itself; ask one of its administrators."
    return None


def signs_in(party: Party) -> bool:
    return Membership.objects.filter(Q(until=None), party=party).exists()


def _why_not_sign(by: ActsFor, does: str) -> str | None:
    if by.roles & SIGNING:
        return None
    return f"Only a party administrator or a service manager of {by.party_name} {does}; ask one of them."
