"""Where a letter that nothing matched may belong. Everything is read as the person who files it, and proves nothing:
a suggestion saves them the looking up, and they answer for the choice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from crossdesk.cases.finding import RECENT
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.cases.questions import find_case
from crossdesk.exchange.letters.matching import numbers_in, their_reference
from crossdesk.exchange.letters.read import Letter
from crossdesk.exchange.letters.subjects import bare
from crossdesk.exchange.models import RawMail
from crossdesk.kit import caseref
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer, verbs

MOST = 5
COMMON = {
    "the",
    "and",
    "for",
    "with",
    "from",
    "about",
    "your",
    "our",
    "this",
    "that",
    "case",
    "issue",
    "since",
    "please",
}
LEGS = Leg.objects.select_related("to_desk", "from_desk", "case__owner", "case__raiser")


@dataclass(frozen=True)
class Suggestion:
    case: Case
    leg: Leg | None
    because: str

    @property
    def where(self) -> str:
        return f"leg to {self.leg.to_desk}" if self.leg else f"words of {self.case.raiser}"


def suggestions(mail: RawMail, letter: Letter, viewer: Viewer) -> list[Suggestion]:
    """The surest first, each place once."""
    found: dict[tuple[object, object], Suggestion] = {}
    for source in (_matched, _named, _numbered, _of_their_desk, _alike):
        for each in source(mail, letter, viewer):
            found.setdefault((each.case.pk, each.leg.pk if each.leg else None), each)
            if len(found) == MOST:
                return list(found.values())
    return list(found.values())


def _matched(mail: RawMail, letter: Letter, viewer: Viewer) -> Iterator[Suggestion]:
    if mail.leg_id and (leg := LEGS.filter(pk=mail.leg_id).first()):
        yield Suggestion(leg.case, leg, "it came to this conversation")
    elif mail.case_id and (case := Case.objects.select_related("owner", "raiser").filter(pk=mail.case_id).first()):
        yield from places_on(case, viewer, "it names this case")


def _named(mail: RawMail, letter: Letter, viewer: Viewer) -> Iterator[Suggestion]:
    for reference in caseref.find_in(f"{letter.subject}\n{letter.text[:20_000]}")[:3]:
        if case := find_case(reference):
            yield from places_on(case, viewer, f"it names {reference}")


def _numbered(mail: RawMail, letter: Letter, viewer: Viewer) -> Iterator[Suggestion]:
    theirs = their_reference(letter)
    numbers = [*([theirs.number] if theirs else []), *numbers_in(letter.subject)]
    for leg in LEGS.filter(their_reference__in=numbers, from_desk__in=viewer.desks).order_by("settled_at", "-pk")[:3]:
        yield Suggestion(leg.case, leg, f"it bears {leg.their_reference}, the number of {leg.to_desk}")


def _of_their_desk(mail: RawMail, letter: Letter, viewer: Viewer) -> Iterator[Suggestion]:
    """From the same mail domain as a desk that is engaged just now."""
    domain = letter.sender.email.rpartition("@")[2]
    if domain:
        engaged = LEGS.filter(from_desk__in=viewer.desks, settled_at=None, to_desk__address__iendswith=f"@{domain}")
        for leg in engaged.order_by("-pk")[:3]:
            yield Suggestion(leg.case, leg, f"{leg.to_desk} writes from {domain} too")


def _alike(mail: RawMail, letter: Letter, viewer: Viewer) -> Iterator[Suggestion]:
    """Open cases of the desk whose summaries share the most words with the subject."""
    words = telling_words(bare(letter.subject))
    if not words:
        return
    recent = Case.objects.select_related("owner", "raiser").filter(owner__in=viewer.desks)
    recent = recent.exclude(stage=Stage.CLOSED).order_by("-raised_at")[:RECENT]
    shared = [(len(words & telling_words(case.summary)), case) for case in recent]
    for count, case in sorted(shared, key=lambda each: -each[0])[:3]:
        if count >= min(2, len(words)):
            same = ", ".join(sorted(words & telling_words(case.summary)))
            yield from places_on(case, viewer, f"its subject shares “{same}”")


def telling_words(text: str) -> set[str]:
    return {word for word in (each.strip(".,:;()[]").lower() for each in text.split()) if len(word) > 2} - COMMON


def places_on(case: Case, viewer: Viewer, because: str) -> Iterator[Suggestion]:
    """The open legs this viewer's desks sent, then the raiser's own conversation."""
    for leg in LEGS.filter(case=case, from_desk__in=viewer.desks, settled_at=None):
        yield Suggestion(case, leg, because)
    if viewer.works_at(case.owner_id):
        yield Suggestion(case, None, because)


def likely_party(letter: Letter) -> int | None:
    """For whom the letter may speak: whoever has a contact in the same mail domain. A verb looks, because contacts are
    their own party's to read; all the desk learns is a name that it then has to answer for."""
    domain = letter.sender.email.rpartition("@")[2]
    known = Party.objects.filter(
        Q(contacts__address__iendswith=f"@{domain}", contacts__ended_at=None)
        | Q(desks__address__iendswith=f"@{domain}")
    )
    with verbs():
        ids = list(known.distinct().values_list("pk", flat=True)[:2]) if domain else []
    return ids[0] if len(ids) == 1 else None
