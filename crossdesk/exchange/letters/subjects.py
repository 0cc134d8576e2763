"""What mail programs and desks put before and into a subject, and the numbers that stand in one."""

from __future__ import annotations

import re

PREFIXES = re.compile(
    r"(?i)^\s*((?:(?:re|fw|fwd|aw|wg|wtr|sv|vs|vb|tr|rv|enc|antw|doorst|odp|pd|ynt|bls|res|r|i)\s*(?:\[\d+\]|\(\d+\))?\s*:"
    r"|\[(?:external|extern|ext|caution|sec[^\]]{0,20}|suspicious|spam\??|e)\]:?|\*+\s?external\s?\*+:?|external\s*:)\s*)+"
)
SPACED_NUMBER = re.compile(r"(?i)\b(INC|CS|RITM|REQ|SCTASK|TASK|CHG|PRB|CALL)[ \u00a0:#-]{1,3}(\d{5,12})\b")


def bare(subject: str) -> str:
    """Without “RE:”, “FW:”, “AW:”, “[EXTERNAL]” and the like, however many a letter gathered on its way."""
    return PREFIXES.sub("", subject).strip()


def joined_numbers(subject: str) -> str:
    """“INC 0012345” and “INC-0012345” are the number INC0012345, as people write it."""
    return SPACED_NUMBER.sub(lambda found: found[1].upper() + found[2], subject)


def without_tag(subject: str, number: str) -> str:
    """Without the number and the brackets its desk put around it."""
    tag = rf"\[[^\[\]]{{0,40}}(?<![A-Za-z0-9]){re.escape(number)}\]|(?<![\w-])\[?{re.escape(number)}\]?(?![\w-])"
    return re.sub(tag, " ", subject, flags=re.IGNORECASE)
