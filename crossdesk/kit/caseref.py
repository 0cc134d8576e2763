"""References of cases (CP-), major incidents (MI-), planned maintenance (PM-), agreements (AG-), problems (PB-),
known errors (KE-) and articles (KA-).

They catch slips of the hand by a check character, and are random, so that they reveal no volumes.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
"""Nothing that is mistaken for another: no 0 O, 1 I L, U V, 2 Z. That leaves 29, a prime, which the check needs."""

LENGTH = 8
_DASH = r"[-\s\u2010-\u2015\u2212]?"  # mail programs turn hyphens into dashes and break lines at them
_WRITTEN = re.compile(
    rf"(?<![A-Z0-9])(CP|MI|PM|AG|PB|KE|KA){_DASH}([A-Z0-9]{{4}}){_DASH}([A-Z0-9]{{4}})(?![A-Z0-9])", re.IGNORECASE
)


def new(kind: str = "CP") -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _shown(kind, body + check_character(body))


def check_character(body: str) -> str:
    """Weights 8 to 2, and 1 for the check itself, modulo a prime: one wrong character or two swapped never add up."""
    return ALPHABET[-_sum(body) % len(ALPHABET)]


def parse(text: str) -> str | None:
    """The reference as we write it, from lower case, without dashes, with spaces; nothing when the check fails."""
    written = _WRITTEN.fullmatch(text.strip())
    return _checked(written) if written else None


def find_in(text: str) -> list[str]:
    """Every reference in a subject or a letter, in the order they stand there, each once."""
    found = (_checked(written) for written in _WRITTEN.finditer(text))
    return list(dict.fromkeys(reference for reference in found if reference))


def _checked(written: re.Match[str]) -> str | None:
    kind, *halves = written.groups()
    characters = "".join(halves).upper()
    if any(character not in ALPHABET for character in characters):
        return None
    return _shown(kind.upper(), characters) if _sum(characters) % len(ALPHABET) == 0 else None


def _sum(characters: str) -> int:
    return sum(ALPHABET.index(character) * (LENGTH - place) for place, character in enumerate(characters))


def _shown(kind: str, characters: str) -> str:
    return f"{kind}-{characters[:4]}-{characters[4:]}"
