"""What a file is refused with. The kit stands below the rest, so doors and verbs turn this into their own refusal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Unusable(Exception):
    """The sentence is for the person who gave the file: what is wrong with it and what to do next."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence
