"""A file kept in chunks, given out piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from crossdesk.threads.viewer import Viewer, viewing


def stream(chunks: QuerySet[Any], viewer: Viewer) -> Iterator[bytes]:
    """Each piece is read as the viewer, in a transaction of its own: a download may outlast its request."""
    number = 0
    while True:
        with viewing(viewer):
            data = chunks.filter(number=number).values_list("data", flat=True).first()
        if data is None:
            return
        yield bytes(data)
        number += 1
