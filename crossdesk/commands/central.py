"""The market's central parties and their desks, as the rulebook names them; what is there already stays as it is."""

from __future__ import annotations

from crossdesk.desks.founding import open_desk
from crossdesk.desks.models import Desk
from crossdesk.parties.founding import found_party
from crossdesk.parties.models import Party
from crossdesk.rulebook import Rulebook

HOST = "elexon"
"""The desk that works here from the first day. The others keep their own tools until somebody says otherwise."""

ROLES = {
    "Elexon": ("elexon", "dip-operator", "lss", "mds", "vas", "isd"),
    "DCC": ("dcc", "css"),
    "RECCo": ("recco",),
    "SECCo": ("secco",),
    "C&C Group": ("ees-provider",),
    "REC Code Manager (Gemserv)": ("central-provider",),
}


def found_centre(rules: Rulebook) -> Desk:
    """Every desk of a central provider with its owner and its provider. Returns the one that works here."""
    for rule in rules.desks.values():
        owner_is_central = rules.is_role(rule.owner_role, "central-provider")
        if rule.each or not owner_is_central or Desk.objects.filter(rule=rule.key).exists():
            continue
        open_desk(
            rule.name,
            rule=rule.key,
            owner=_party(rule.owner),
            provider=_party(rule.provider),
            kind=rule.kind,
            home=Desk.Home.HOSTED if rule.key == HOST else Desk.Home.ELSEWHERE,
        )
    return Desk.objects.get(rule=HOST)


def _party(name: str) -> Party:
    known = Party.objects.filter(name=name).first()
    return known or found_party(name, roles=ROLES.get(name, ("central-provider",)), central=True)
