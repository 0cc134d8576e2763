"""Letters that answer the joining kit: told by their address, kept for it, and joined to no case."""

from __future__ import annotations

from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.matching import recipients
from crossdesk.exchange.letters.read import Letter
from crossdesk.exchange.office import addresses

WHY = "It answers a conformance test and joins no case; what came of it stands on the agreement."


def trial_of(letter: Letter, envelope_to: tuple[str, ...]) -> str:
    """The name under which it is kept; nothing where it is no answer to a test."""
    for address in recipients(letter, envelope_to):
        ticket = addresses().open_reply(address) or addresses().open_bounce(address)
        if ticket and ticket.kind is Kind.TRIAL:
            return name_of(ticket.id)
    return ""


def name_of(id: int) -> str:
    return f"conformance.{id}"
