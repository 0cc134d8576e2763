"""A mailbox started before its database waits for it, as one whose database restarts does: letters are at stake."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

LOOKS_AGAIN_AFTER = 1.0
"""Seconds."""
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


def once_there(ask: Callable[[], Answer]) -> Answer:
    """What the database answers, as soon as it does."""
    from django.db import InterfaceError, OperationalError, connection

    told = False
    while True:
        try:
            return ask()
        except (OperationalError, InterfaceError) as trouble:
            connection.close()
            if not told:
                log.warning("The database does not answer (%s); waiting for it.", " ".join(str(trouble).split())[:200])
            told = True
            time.sleep(LOOKS_AGAIN_AFTER)
