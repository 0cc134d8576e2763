"""What the fields of a request may hold: nothing that PostgreSQL or a clock in London could not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
NO_NUL = r"^[^\x00]*$"
LONGEST = 60_000


def _sane(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("lies outside the years 2000 to 2200")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_sane), Field(examples=["2026-11-24T12:00:00Z"])]
Words = Annotated[str, Field(max_length=LONGEST, pattern=NO_NUL)]
Line = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Word = Annotated[str, Field(max_length=80, pattern=NO_NUL)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Given(Schema):
    """A body. A member that nobody knows is refused: silence about a misspelt one would lose what it said."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Given):
    """Nothing needs to be said."""


class Why(Given):
    why: Words


class Said(Given):
    words: Words


class MaybeSaid(Given):
    words: Words = ""


class Asked(Given):
    words: Words
    due_at: Moment


class Redirected(Given):
    """The right desk by its number in the directory, or in words where the directory does not have it."""

    why: Words
    to: Number | None = None
    to_words: Line = ""
