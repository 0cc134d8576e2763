"""The life of a known error as a table: written by a desk, published to those it chooses, until it is fixed."""

from __future__ import annotations

from django.db.models import TextChoices

from crossdesk.access.moves import Table, move


class State(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    FIXED = "fixed", "Fixed"
    WITHDRAWN = "withdrawn", "Withdrawn"


S = State
MOVES = {
    "publish": move({S.DRAFT}, S.PUBLISHED, "Published"),
    "describe": move({S.DRAFT, S.PUBLISHED, S.FIXED}, None, "Written anew"),
    "readdress": move({S.PUBLISHED, S.FIXED}, None, "Its readers were changed"),
    "fix": move({S.PUBLISHED}, S.FIXED, "Fixed"),
    "came_back": move({S.FIXED}, S.PUBLISHED, "It came back"),
    "withdraw": move({S.DRAFT, S.PUBLISHED, S.FIXED}, S.WITHDRAWN, "Withdrawn"),
    "take_up": move({S.WITHDRAWN}, S.DRAFT, "Taken up again"),
}
WORDS = {
    "publish": "publish it",
    "describe": "write it anew",
    "readdress": "change its readers",
    "fix": "say that it is fixed",
    "came_back": "say that it came back",
    "withdraw": "withdraw it",
    "take_up": "take it up again",
}
TABLE = Table(MOVES, WORDS)
FOUND = frozenset({S.PUBLISHED, S.FIXED})
"""What cases are held against."""
