"""Who adds parties, opens desks and staffs them. The answer is a sentence that the refusal and the page share."""

from __future__ import annotations

from crossdesk.access import Role
from crossdesk.desks.models import Desk
from crossdesk.parties.policy import ActsFor


def why_not_keep_market(by: ActsFor) -> str | None:
    """The organisation whose central desk works here keeps the directory: on the first day there is nobody else."""
    if Role.ADMINISTRATOR not in by.roles:
        return "Only a party administrator of the organisation that runs this service adds parties and desks."
    if not Desk.objects.filter(owner=by.party, owner__central=True, home=Desk.Home.HOSTED).exists():
        return "Only the organisation whose central desk works here adds parties and desks; ask its administrator."
    return None


def why_not_keep_desk(by: ActsFor, desk: Desk) -> str | None:
    if Role.ADMINISTRATOR in by.roles and by.party == desk.owner_id:
        return None
    if why_not_keep_market(by):
        return f"Only a party administrator of {desk.owner} keeps what stands here about {desk}."
    return None


def why_not_keep_hours(by: ActsFor, desk: Desk) -> str | None:
    """Whoever keeps the desk, or the provider that runs it."""
    if Role.ADMINISTRATOR in by.roles and by.party in (desk.owner_id, desk.provider_id):
        return None
    if why_not_keep_market(by):
        keepers = " or ".join(dict.fromkeys([str(desk.owner), str(desk.provider)]))
        return f"Only a party administrator of {keepers} says when {desk} is open."
    return None


def why_not_staff(by: ActsFor, desk: Desk) -> str | None:
    """An owner's or a provider's administrator, each for their own people."""
    if not desk.hosted:
        return f"{desk} keeps its own tool, so nobody has a place at it here."
    if Role.ADMINISTRATOR not in by.roles or by.party not in (desk.owner_id, desk.provider_id):
        return f"Only a party administrator of {desk.owner} or {desk.provider} gives places at {desk}."
    return None
