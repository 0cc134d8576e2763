"""Planning, applying and reading editions of the rules."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from crossdesk import rulebook
from crossdesk.editions.models import Edition
from crossdesk.rulebook.editions import Difference, as_json, difference, digest, from_json
from crossdesk.threads.viewer import verbs

LOOK_AGAIN_SECONDS = 30.0


def applied() -> rulebook.Rulebook | None:
    """The newest applied edition; None before the first."""
    with verbs():
        newest = Edition.objects.first()
    return from_json(newest.rules) if newest else None


def plan(book: rulebook.Rulebook) -> tuple[Difference, ...]:
    """What applying this book would change; nothing where it is already in force."""
    before = applied()
    return difference(before, book) if before else ()


def apply(book: rulebook.Rulebook, *, by: str, at: datetime) -> Edition | None:
    """Keeps the whole book as a new edition; None where the newest already says the same."""
    with verbs():
        newest = Edition.objects.first()
        if newest and newest.digest == digest(book):
            return None
        return Edition.objects.create(digest=digest(book), rules=as_json(book), applied_at=at, applied_by=by)


@dataclass
class _Kept:
    pk: int = 0
    book: rulebook.Rulebook | None = None
    looked: float = float("-inf")


_kept, _lock = _Kept(), Lock()


def in_force() -> rulebook.Rulebook:
    """What this process judges by: the newest edition, looked up at most every few seconds; else the packaged rules."""
    with _lock:
        if time.monotonic() - _kept.looked > LOOK_AGAIN_SECONDS:
            with verbs():
                newest = Edition.objects.only("pk").first()
                if newest and newest.pk != _kept.pk:
                    _kept.pk, _kept.book = newest.pk, from_json(Edition.objects.get(pk=newest.pk).rules)
            _kept.looked = time.monotonic()
        return _kept.book or rulebook.packaged()


def look_now() -> rulebook.Rulebook:
    """The same, without waiting for the next look."""
    with _lock:
        _kept.looked = float("-inf")
    return in_force()
