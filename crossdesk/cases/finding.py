"""Finding cases: by reference, by words, by an identifier on a list. Everything is read again as the viewer.

Members of a list are machinery, which only verbs read. A search asks them for nothing but the ids of the viewer's own
lists that hold the very value that was typed, so it tells no member that the searcher did not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from crossdesk.cases.identifiers import KINDS, LONGEST_VALUE
from crossdesk.cases.legs import Leg
from crossdesk.cases.material import Member, ReferenceSet
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.questions import find_case
from crossdesk.kit import mpan
from crossdesk.threads.search import plain, threads_with, words_of
from crossdesk.threads.viewer import Viewer, verbs

SHORTEST = 3
RECENT = 300
"""How many of a viewer's newest cases are looked through by summary, so that half a word finds them too."""

ENTRIES_PER_CASE = 10
AROUND = 70


@dataclass(frozen=True)
class Found:
    """A case, why it was found, and the words it was found by."""

    case: Case
    because: str
    excerpt: str = ""


def find_cases(written: str, viewer: Viewer, at_most: int) -> list[Found]:
    """Each case once, at most one more than asked for, so that a page can say "more than"."""
    written = plain(written)
    named = find_case(written)
    if named:
        return [Found(named, "is the reference")]
    if len(written) < SHORTEST:
        return []
    found = [*by_identifier(written, viewer, at_most + 1), *by_summary(written, viewer), *by_words(written, at_most)]
    return _each_once(found)[: at_most + 1]


def by_identifier(written: str, viewer: Viewer, at_most: int) -> list[Found]:
    """An MPAN, a transaction id, anybody's own reference: exactly as it stands on a list or a leg."""
    if len(written) > LONGEST_VALUE:
        return []
    values = {written, mpan.core(written)} if mpan.valid(written) else {written}
    with verbs():
        held = Member.objects.filter(value__in=values, set__seats__overlap=list(viewer.seats))
        ids = list(held.order_by("-set").values_list("set", flat=True)[:at_most])
    because = {
        row.case_id: f"is on a list of {KINDS.get(row.kind, row.kind)}"
        for row in ReferenceSet.objects.filter(pk__in=ids)
    }
    known_as = Leg.objects.filter(their_reference=written).values_list("case", flat=True)[:at_most]
    because |= dict.fromkeys(known_as, "is the other desk's reference")
    return [Found(case, because[case.pk]) for case in _cases(because)]


def by_summary(written: str, viewer: Viewer) -> list[Found]:
    """Half-typed words, among the cases that changed last."""
    newest = _newest(viewer)
    holds = Q()
    for word in written.split():
        holds &= Q(summary__icontains=word)
    hits = set(Case.objects.filter(holds, pk__in=newest).values_list("pk", flat=True))
    return [Found(case, "is in the summary") for case in _cases(dict.fromkeys(pk for pk in newest if pk in hits))]


def _newest(viewer: Viewer) -> list[UUID]:
    """Each seat's newest come straight from the index; one list for all seats would sort every row they have."""
    wide = [Q(seat=seat) for seat in viewer.seats if seat not in viewer.lists]
    seats = [
        Standing.objects.filter(whose).order_by("-changed_at").values_list("case", "changed_at")[:RECENT]
        for whose in [*wide, *([Q(seat__in=viewer.lists)] if viewer.lists else [])]
    ]
    rows = seats[0].union(*seats[1:], all=True) if len(seats) > 1 else seats[0]
    latest = sorted(rows, key=lambda row: row[1], reverse=True)
    return list(dict.fromkeys(case for case, _ in latest))[:RECENT]


def by_words(written: str, at_most: int) -> list[Found]:
    """Several entries of one case are one find; the best of them gives the excerpt."""
    best = threads_with(written, at_most * ENTRIES_PER_CASE)
    cases = _cases(list(best)[: at_most + 1])
    words = words_of([best[case.pk] for case in cases])
    return [Found(case, "is in the words", excerpt(words.get(best[case.pk], ""), written)) for case in cases]


def excerpt(words: str, sought: str) -> str:
    """The words around the first one that was sought."""
    text = " ".join(words.split())
    at = min((place for word in sought.lower().split() if (place := text.lower().find(word)) >= 0), default=0)
    start, end = max(at - AROUND, 0), at + 2 * AROUND
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _cases(keys: Iterable[UUID]) -> list[Case]:
    """In the order given; what this viewer may not see is not there."""
    keys = list(keys)
    rows = Case.objects.select_related("raiser", "owner").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _each_once(found: list[Found]) -> list[Found]:
    """The first reason stands; an excerpt is taken from whichever find has one."""
    excerpts = {each.case.pk: each.excerpt for each in found if each.excerpt}
    first = {each.case.pk: each for each in reversed(found)}
    order = dict.fromkeys(each.case.pk for each in found)
    return [Found(first[pk].case, first[pk].because, excerpts.get(pk, "")) for pk in order]
