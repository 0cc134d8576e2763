"""Everything that goes by some words, for the palette and for the page of results."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from crossdesk import rulebook
from crossdesk.cases.finding import Found, find_cases
from crossdesk.desks.models import Desk
from crossdesk.parties.models import Party
from crossdesk.rulebook.explain import Explanation, explain, find_codes
from crossdesk.threads.search import plain
from crossdesk.threads.viewer import Viewer
from crossdesk.web.finding.doing import desks_named

SHORTEST_NAME = 2


@dataclass(frozen=True)
class Results:
    """`more` when there are further cases than those shown."""

    cases: list[Found]
    more: bool
    codes: list[Explanation]
    desks: list[Desk]
    parties: list[Party]

    @property
    def nothing(self) -> bool:
        return not (self.cases or self.codes or self.desks or self.parties)


def find(written: str, viewer: Viewer, *, cases: int, names: int) -> Results:
    written = plain(written)
    if len(written) < SHORTEST_NAME:
        return Results([], False, [], [], [])
    found = find_cases(written, viewer, cases)
    book = rulebook.current()
    told = [explain(book, code) for code in find_codes(written)[:names]]
    return Results(
        found[:cases],
        len(found) > cases,
        [each for each in told if each],
        desks_named(written, names),
        parties_named(written, names),
    )


def parties_named(words: str, at_most: int) -> list[Party]:
    found = Party.objects.filter(closed_at=None)
    by_code = Q(market_roles__mpid__iexact=words) | Q(market_roles__dip_id=words)
    named = Q()
    for word in words.split():
        named &= Q(name__icontains=word)
    return list(found.filter(named | by_code).distinct()[:at_most])
