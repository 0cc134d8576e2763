"""What may not stand in a known error that other parties read: identifiers, and the names of those that compete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crossdesk.access import Invalid
from crossdesk.kit.disguises import folded, identifiers, mixed_word, named
from crossdesk.known_errors.models import KnownError
from crossdesk.parties.models import Party
from crossdesk.parties.naming import names_of


def require_fit(known: KnownError, pieces: Iterable[str], parties: Iterable[int] = ()) -> None:
    """Inside `verbs()`. The name of its only reader is that reader's own; the names of all others stay out."""
    if known.to == KnownError.To.DESK:
        return
    found = [sentence for words in pieces for sentence in _in(words, _names(known, list(parties)))]
    if found:
        raise Invalid(found[0])


def _in(words: str, names: list[str]) -> Iterator[str]:
    plain = folded(words)
    for what, value in identifiers(plain):
        yield f"It holds the {what} {value}; other parties read this, so write it without, or keep it to your desk."
    for name in named(plain, names):
        yield f"It names {name}; parties that compete read this, so write it without the name."
    if word := mixed_word(plain):
        yield f"It mixes alphabets in “{word}”; write it in one, so that it can be checked."


def _names(known: KnownError, parties: list[int]) -> list[str]:
    """Every name of the market that is no central provider's, whoever is concerned: a refusal tells of nobody."""
    alone = parties if len(parties) == 1 and known.to == KnownError.To.PARTIES else []
    return names_of(Party.objects.filter(central=False).exclude(pk__in=[known.desk.owner_id, *alone]))
