"""Why an instance did not take something, in one sentence, and what that means for trying again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass
class Trouble(Exception):
    because: str
    forever: bool = False
    """Trying the same again cannot help: a person mends it."""
    credential: bool = False
    """Our account is refused: everything for this desk waits until somebody mends that."""
    landed: bool = False
    """Nobody can tell whether it was done all the same: look before doing it again."""
    retry_after: timedelta | None = None

    def __str__(self) -> str:
        return self.because
