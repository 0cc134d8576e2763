"""Whose DIP ids these are, as the directory says to everybody who is signed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crossdesk import rulebook
from crossdesk.parties.models import MarketRole
from crossdesk.signals.confirming import headline
from crossdesk.signals.models import Fault


def names_of(dip_ids: Iterable[str]) -> dict[str, str]:
    held = MarketRole.objects.filter(dip_id__in={each for each in dip_ids if each}).select_related("party")
    return {role.dip_id: role.party.short_name for role in held}


def titled(fault: Fault, known: Mapping[str, str]) -> str:
    """With the name that the group has, which only the operator's desk reads."""
    rule = rulebook.current().detectors.get(fault.detector)
    title = headline(fault, rule) if rule else fault.detector
    who = fault.sender or fault.recipient
    return f"{title}: {known.get(who, who)}" if who else title
