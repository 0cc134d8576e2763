"""The letter of an outbox item as it leaves: kept on the item, so that a second attempt sends the same one."""

from __future__ import annotations

from crossdesk.exchange.letters.compose import Outgoing, compose
from crossdesk.exchange.letters.marks import plain
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import office


def sent_before(item: OutboxItem) -> list[str]:
    """The Message-IDs of its lane up to it, the oldest first: what the letter answers to."""
    earlier = OutboxItem.objects.filter(lane=item.lane, number__lt=item.number).order_by("number")
    return list(earlier.values_list("message_id", flat=True))


def keep(item: OutboxItem, outgoing: Outgoing, sender: str) -> bytes:
    letter = compose(outgoing, office(sender))
    item.subject, item.body, item.raw = str(letter["Subject"]), plain(outgoing.words), letter.as_bytes()
    return bytes(item.raw)
