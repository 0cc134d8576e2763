"""The head of a lane, and the item with what it is about, locked in the order that every verb keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from crossdesk.exchange.models import OutboxItem
from crossdesk.threads.models import Thread

ABOUT = {
    "case": ("case__owner__owner", "case__raiser"),
    "leg": ("leg__from_desk__owner", "leg__to_desk__owner", "leg__case"),
    "link": ("link__line",),
    "recipient": ("recipient__briefing__incident__lead", "recipient__party", "recipient__subscription"),
    "incident": ("incident__lead",),
    "maintenance": ("maintenance__desk",),
    "lead": ("lead",),
    "subscription": ("subscription__party",),
}
SPOKEN = ("leg__from_desk__owner", "leg__to_desk__owner", "link__line")
"""To write a message; its case is read with the eyes of its reader."""
FOLLOWED = ("leg", "link__line")
"""To settle a message; the desks are asked for when something is told."""


@dataclass(frozen=True)
class Head:
    """What never changes about an item."""

    pk: int
    line: int | None
    """None: a letter."""
    threads: tuple[UUID, ...]
    about: tuple[str, ...]

    @classmethod
    def read(cls, row: dict[str, Any]) -> Head:
        """A row of KEYS. With what it is about and nothing else: a join with all it might be about takes longer to
        plan than the sending."""
        threads = tuple(filter(None, (row["case"], row["recipient__briefing__incident"])))
        about = tuple(name for key, names in ABOUT.items() if row[key] for name in names)
        return cls(row["pk"], row["link__line"], threads, about)


KEYS = ("pk", "link__line", "recipient__briefing__incident", *ABOUT)


def locked(pk: int) -> OutboxItem:
    return locked_head(Head.read(OutboxItem.objects.values(*KEYS).get(pk=pk)))


def locked_head(head: Head, of_message: tuple[str, ...] = ()) -> OutboxItem:
    """What it is about comes first, as for every verb that adds to its lane: else two would wait for each other.
    `of_message`: what is read along with a message, where that is not all it is about."""
    about = of_message if head.line and of_message else head.about
    for thread in head.threads:
        Thread.objects.select_for_update().only("pk").get(pk=thread)
    return OutboxItem.objects.select_for_update(of=("self",)).select_related(*about).get(pk=head.pk)
