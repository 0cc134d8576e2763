"""From the rules' desk to a desk of the directory: which one takes this, and which may be chosen instead."""

from __future__ import annotations

from collections.abc import Iterable

from crossdesk.desks.models import Desk
from crossdesk.rulebook import Rulebook


def desks_under(rule: str, area: str = "") -> list[Desk]:
    """A distributor's desk goes by the first two digits of the MPAN; without them every desk of the rule is meant."""
    every = Desk.objects.filter(rule=rule, owner__closed_at=None).select_related("owner", "provider")
    if area[:2].isdecimal():
        ours = list(every.filter(owner__market_roles__distributor_id=area[:2]).distinct())
        if ours:
            return ours
    return list(every)


def desks_open_to(book: Rulebook, roles: frozenset[str]) -> list[Desk]:
    every = Desk.objects.filter(owner__closed_at=None).select_related("owner", "provider")
    return [desk for desk in every if why_not_raise(book, desk, roles) is None]


def why_not_raise(book: Rulebook, desk: Desk, roles: Iterable[str]) -> str | None:
    """Who may raise to a desk is the rules'; a desk that keeps its own tool is reached there."""
    rule = book.desks.get(desk.rule)
    held = frozenset(roles)
    if rule and not (book.may_raise(rule.key, held) if held else rule.outsiders):
        takes = ", ".join(book.roles[role].name for role in rule.may_raise)
        return f"{desk} takes cases only from: {takes}."
    if not desk.hosted:
        where = " or ".join(filter(None, [desk.address, desk.telephone])) or "the route you already have"
        return f"{desk} keeps its own tool; reach it by {where}."
    return None
