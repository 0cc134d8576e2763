"""The desk gate as a page shows it: which desk, why, by which rule, and who may be chosen instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crossdesk.access import Invalid
from crossdesk.desks.choosing import desks_open_to, desks_under, why_not_raise
from crossdesk.desks.models import Desk
from crossdesk.kit.time import london, now
from crossdesk.parties.models import MarketRole
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.gate import Gate, Question, gate, outside_process
from crossdesk.rulebook.rows.desks import QueryType
from crossdesk.web.portal.draft import Draft

ROUTES = {
    "knowledge": "the knowledge articles",
    "SDEP": "the Secure Data Exchange Portal",
    "LDSO help desk": "the help desk of the distributor",
}


@dataclass(frozen=True)
class Choice:
    desk: Desk
    difference: str
    why_not: str | None


@dataclass(frozen=True)
class Panel:
    gate: Gate
    query: QueryType | None
    choices: tuple[Choice, ...]
    others: tuple[Desk, ...]
    asks: tuple[str, ...]
    chosen: Desk | None

    @property
    def open_choices(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.why_not is None]

    @property
    def heading(self) -> str:
        if self.gate.kind == "procedure":
            return "This keeps its own procedure"
        names = list(dict.fromkeys(offer.name for offer in self.gate.desks))
        if self.gate.kind == "existing route":
            return f"Try {self.routes} first" if self.gate.existing_route else "No service desk covers this for you"
        return f"This belongs to the {names[0]}" if len(names) == 1 else "Two desks may take this"

    @property
    def routes(self) -> str:
        words = [ROUTES.get(route, route) for route in self.gate.existing_route]
        return " or ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def roles_of(book: Rulebook, party: int) -> frozenset[str]:
    held = MarketRole.objects.filter(party=party).values_list("role", flat=True)
    return frozenset(held) & frozenset(book.roles)


def panel_for(book: Rulebook, draft: Draft, party: int) -> Panel | None:
    """Nothing until a query type of the rules was chosen."""
    key = draft["query_type"]
    if key not in book.query_types and outside_process(book, key) is None:
        return None
    roles = roles_of(book, party)
    question = Question(
        key,
        roles,
        area=draft.where,
        mpans=draft.mpan_count,
        technical_integration="integration" in draft.ticked,
        bulk="bulk" in draft.ticked,
        on=london(now()).date(),
    )
    answer = gate(book, question)
    choices = tuple(
        Choice(desk, offer.difference, why_not_raise(book, desk, roles))
        for offer in answer.desks
        for desk in desks_under(offer.desk, draft.where)
    )
    offered = {choice.desk.pk for choice in choices}
    others = tuple(desk for desk in desks_open_to(book, roles) if desk.pk not in offered)
    asks = tuple(dict.fromkeys(offer.ask for offer in answer.desks if offer.ask))
    return Panel(answer, book.query_types.get(key), choices, others, asks, _chosen(draft, choices, others))


def _chosen(draft: Draft, choices: tuple[Choice, ...], others: tuple[Desk, ...]) -> Desk | None:
    if draft["other"]:
        return next((desk for desk in others if str(desk.pk) == draft["other"]), None)
    allowed = [choice.desk for choice in choices if choice.why_not is None]
    named = next((desk for desk in allowed if str(desk.pk) == draft["desk"]), None)
    return named or (allowed[0] if len(allowed) == 1 else None)


def decided(panel: Panel, draft: Draft) -> tuple[Desk, dict[str, Any]]:
    """The desk, and what the gate said when it was chosen, for the case to remember."""
    if panel.chosen is None:
        raise Invalid("Choose the desk this goes to; the reason is shown beside each.")
    if draft["other"] and not draft["override_because"]:
        raise Invalid(f"Say why {panel.chosen} should take this although the rules name another desk.")
    said = {
        "kind": panel.gate.kind,
        "why": panel.gate.why,
        "source": panel.gate.source,
        "offered": [offer.desk for offer in panel.gate.desks],
        "chosen": panel.chosen.rule,
        "notes": list(panel.gate.notes),
        "override_because": draft["override_because"] if draft["other"] else "",
    }
    return panel.chosen, said
