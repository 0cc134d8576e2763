"""The last line of each comment of ours: a mark by which we know it again, and know that the whole is ours.

A reply that quotes us may end with our mark too. So the mark also tells the words above it, without their spaces and
line ends: with anything of theirs above, it no longer fits.
"""

from __future__ import annotations

import re
from hashlib import sha256

MARK = re.compile(r"\s*\[crossdesk ([0-9a-f]{16})-([0-9a-f]{8})\]\s*$")


def mark_of(message_id: str) -> str:
    return sha256(message_id.encode()).hexdigest()[:16]


def signed(words: str, message_id: str) -> str:
    said = words.strip()
    return f"{said}\n\n[crossdesk {mark_of(message_id)}-{_of_words(said)}]"


def mark_in(words: str) -> str:
    """Of a comment that is ours from its first word to its last."""
    found = MARK.search(words)
    return found[1] if found and found[2] == _of_words(words[: found.start()]) else ""


def _of_words(words: str) -> str:
    return sha256("".join(words.split()).encode()).hexdigest()[:8]
