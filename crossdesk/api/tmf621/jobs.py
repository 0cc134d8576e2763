"""The reaction by which subscribers of the hub are told."""

from __future__ import annotations

from crossdesk.api.tmf621.events import note
from crossdesk.threads.models import Entry
from crossdesk.webhooks.jobs import tell


def tell_subscribers(entry: Entry) -> None:
    """Noted in the entry's own transaction, told after it."""
    if note(entry):
        tell.defer()
