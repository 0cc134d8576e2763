"""What may not stand in a review that competitors read: identifiers, and the names of parties that do not show theirs.

A refusal must not tell a party who else was on the incident. So a party's own words are held against every name of the
market, not only against those concerned, and never against what stands on another's lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crossdesk.access import Invalid
from crossdesk.cases.models import Case
from crossdesk.kit.disguises import folded, mixed_word, named
from crossdesk.notices import guard
from crossdesk.notices.guard import Secrets
from crossdesk.notices.reaching import secrets_about
from crossdesk.parties.models import Party
from crossdesk.reviews.collecting import cases_of
from crossdesk.reviews.models import Part, Review


def require_fit(review: Review, part: Part | None, pieces: Iterable[str], *, by_lead: bool = False) -> None:
    """Inside `verbs()`. `part` is who speaks or is spoken of; its own name is its own to write."""
    if found := objections(review, part, pieces, by_lead=by_lead):
        raise Invalid(found[0])


def objections(review: Review, part: Part | None, pieces: Iterable[str], *, by_lead: bool) -> list[str]:
    secrets = _secrets(review, part, by_lead)
    return list(dict.fromkeys(sentence for words in pieces for sentence in _in(words, secrets)))


def _in(words: str, secrets: Secrets) -> Iterator[str]:
    plain = folded(words)
    for what, value in guard.identifiers(plain, secrets):
        yield f"It holds the {what} {value}; every party of the incident reads a review, so write it without."
    for name in named(plain, secrets.names):
        yield f"It names {name}; parties of a review are named only by themselves, so write it without the name."
    if word := mixed_word(plain):
        yield f"It mixes alphabets in “{word}”; write it in one, so that it can be checked."


def _secrets(review: Review, part: Part | None, by_lead: bool) -> Secrets:
    shown = set(review.parts.filter(named=True).values_list("party", flat=True))
    if part is not None:
        shown.add(part.party_id)
    everybody = set(Party.objects.filter(central=False).exclude(pk__in=shown).values_list("pk", flat=True))
    numbers = cases_of(review.incident) if by_lead else []
    cases = list(Case.objects.filter(pk__in=numbers))
    told = secrets_about(everybody, cases)
    return told if by_lead else Secrets(told.names, (), lambda _: ())
