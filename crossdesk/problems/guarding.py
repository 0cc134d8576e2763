"""What may not stand in a problem that competitors read: identifiers, and names of parties that do not show theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crossdesk.access import Invalid
from crossdesk.kit.disguises import folded, identifiers, mixed_word, named
from crossdesk.parties.models import Party
from crossdesk.parties.naming import names_of
from crossdesk.problems.models import Part, Problem


def require_fit(problem: Problem, part: Part | None, pieces: Iterable[str], *, by_lead: bool = False) -> None:
    """Inside `verbs()`. While its desk reads it alone, anything may stand in it; before a party is involved, it is
    looked through. A refusal names any party of the market, so it tells of nobody that they are concerned."""
    if not problem.parts.exclude(party=problem.desk.owner_id).exists():
        return
    if found := objections(problem, part, pieces):
        raise Invalid(found[0])


def objections(problem: Problem, part: Part | None, pieces: Iterable[str]) -> list[str]:
    names = _names(problem, part)
    return list(dict.fromkeys(sentence for words in pieces for sentence in _in(words, names)))


def _in(words: str, names: list[str]) -> Iterator[str]:
    plain = folded(words)
    for what, value in identifiers(plain):
        yield f"It holds the {what} {value}; every party on the problem reads it, so write it without."
    for name in named(plain, names):
        yield f"It names {name}; parties of a problem are named only by themselves, so write it without the name."
    if word := mixed_word(plain):
        yield f"It mixes alphabets in “{word}”; write it in one, so that it can be checked."


def _names(problem: Problem, part: Part | None) -> list[str]:
    shown = {problem.desk.owner_id, *problem.parts.filter(named=True).values_list("party", flat=True)}
    if part is not None:
        shown.add(part.party_id)
    return names_of(Party.objects.filter(central=False).exclude(pk__in=shown))
