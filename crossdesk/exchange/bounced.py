"""Delivery reports: they tell of a letter of ours, and never become words on a case."""

from __future__ import annotations

from datetime import datetime

from crossdesk.exchange.heads import locked
from crossdesk.exchange.letters import bounce
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.matching import recipients
from crossdesk.exchange.letters.read import Letter
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.outcome import Outcome
from crossdesk.exchange.places import Place
from crossdesk.exchange.sending import returned


def report(letter: Letter, envelope_to: tuple[str, ...], at: datetime) -> Outcome:
    found = bounce.read_bounces(letter)
    item = _item(letter, envelope_to, found)
    if item is None:
        return Outcome(RawMail.Fate.IGNORED, "It reports on no letter of ours.")
    place = Place(item.case_id, item.leg_id) if item.case_id else None
    failed = next((each for each in found if each.fate is bounce.Fate.FAILED), None)
    if failed and item.state != OutboxItem.State.DEAD:
        returned(item, f"{item.to_address}: {failed.reason} {failed.diagnostic}".strip(), at)
    what = "cannot be delivered" if failed else "is delayed or was delivered late"
    return Outcome(RawMail.Fate.FILED, f"It reports that our letter to {item.to_address} {what}.", place)


def _item(letter: Letter, envelope_to: tuple[str, ...], found: tuple[bounce.Bounce, ...]) -> OutboxItem | None:
    """By the address the report came back to, which nobody can make up, or by the letter it quotes."""
    for address in recipients(letter, envelope_to):
        ticket = addresses().open_bounce(address)
        if ticket and ticket.kind is Kind.LETTER:
            return _locked(OutboxItem.objects.filter(pk=ticket.id).first())
    quoted = next((each.original_message_id for each in found if each.original_message_id), "")
    item = _locked(OutboxItem.objects.filter(message_id=quoted).first()) if quoted else None
    named = {each.recipient for each in found}
    # A quoted number alone is weak: the report must also name the address we wrote to.
    return item if item and item.to_address.lower() in named else None


def _locked(item: OutboxItem | None) -> OutboxItem | None:
    return locked(item.pk) if item else None
