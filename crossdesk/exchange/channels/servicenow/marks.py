"""The last line of each comment of ours: who wrote it, and a mark by which we know it again."""

from __future__ import annotations

import re
from hashlib import sha256

MARK = re.compile(r"\[crossdesk ([0-9a-f]{16})\]\s*$")


def mark_of(message_id: str) -> str:
    return sha256(message_id.encode()).hexdigest()[:16]


def signed(words: str, writer: str, message_id: str) -> str:
    return f"{words.rstrip()}\n\n{writer}\n[crossdesk {mark_of(message_id)}]"


def mark_in(words: str) -> str:
    """Only at the very end: in the midst of a quotation it says nothing about who wrote the whole."""
    found = MARK.search(words)
    return found[1] if found else ""
