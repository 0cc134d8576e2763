"""Writing a known error: begun by a desk, written anew by edition, so that nobody overwrites what they never read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crossdesk import rulebook
from crossdesk.access import Invalid
from crossdesk.desks.models import Desk
from crossdesk.kit import caseref
from crossdesk.known_errors import policy
from crossdesk.known_errors.codes import code_of
from crossdesk.known_errors.guarding import require_fit
from crossdesk.known_errors.models import KnownError, Sign
from crossdesk.known_errors.moving import moving, told
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs

LONGEST = 20_000
MOST = 50
"""Codes, interfaces, references: each at most so many."""


@dataclass(frozen=True)
class Description:
    """All that a known error says, and what cases are held against."""

    title: str
    symptoms: str = ""
    workaround: str = ""
    systems: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    words: str = ""
    references: tuple[str, ...] = ()
    fix_due: datetime | None = None
    fix_waits_for: str = ""

    @property
    def pieces(self) -> tuple[str, ...]:
        return (self.title, self.symptoms, self.workaround, self.words, self.fix_waits_for)


@dataclass(frozen=True)
class Tidy:
    """A description as it is kept: codes as the catalogue writes them, each once."""

    given: Description
    systems: list[str] = field(default_factory=list)
    interfaces: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)


def begin(said: Description, *, desk: Desk, by: Viewer, at: datetime) -> KnownError:
    policy.require(by, "begin", desk)
    tidy = tidied(said)
    with verbs():
        seats = [desk.seat_id]
        thread = Thread.objects.create(kind="known_error", seats=seats)
        known = KnownError(
            thread=thread, reference=_free_reference(), desk=desk, begun_at=at, changed_at=at, seats=seats
        )
        _write(known, tidy)
        known.save(force_insert=True)
        _sign(known, tidy)
        detail = {"title": known.title, "workaround": known.workaround}
        record(
            thread, "known_error.begin", audience=known.internal(), by=by.author(desk.pk), at=at, words=known.symptoms,
            detail=detail, reference=known.reference,
        )  # fmt: skip
    return known


def describe(known: KnownError, said: Description, *, by: Viewer, at: datetime, edition: int | None = None) -> None:
    """Whoever reads it reads the new words at once."""
    tidy = tidied(said)
    with moving(known, "describe", by=by, at=at, edition=edition) as thread:
        require_fit(known, (*said.pieces, *tidy.codes), known.readers.values_list("party", flat=True))
        _write(known, tidy)
        _sign(known, tidy)
        known.edition += 1
        detail = {"title": known.title, "workaround": known.workaround}
        told(thread, known, "describe", known.symptoms, by, at, detail=detail, edition=known.edition)


def say_due(known: KnownError, due: datetime, waits_for: str, *, by: Viewer, at: datetime) -> None:
    """When the fix is due, and whose change or release it waits for: its readers see it at once."""
    with moving(known, "describe", by=by, at=at) as thread:
        require_fit(known, [waits_for], known.readers.values_list("party", flat=True))
        known.fix_due, known.fix_waits_for = due, waits_for.strip()[:200]
        known.edition += 1
        detail = {"due": due.isoformat(), "waits_for": known.fix_waits_for}
        told(thread, known, "describe", "", by, at, detail=detail, edition=known.edition)


def tidied(said: Description) -> Tidy:
    """Or Invalid, naming what the market does not know."""
    book = rulebook.current()
    if not said.title.strip():
        raise Invalid("Say in one line what goes wrong; cases are found by it.")
    if max(map(len, said.pieces)) > LONGEST:
        raise Invalid(f"Symptoms and workaround hold at most {LONGEST:,} signs each.")
    systems = [each.strip().lower() for each in said.systems if each.strip()]
    if unknown := [each for each in systems if each not in book.systems]:
        raise Invalid(f"{unknown[0]} is no system of the market; choose one from the list.")
    interfaces = [each.strip().upper() for each in said.interfaces if each.strip()]
    if unknown := [each for each in interfaces if each not in book.interfaces]:
        raise Invalid(f"{unknown[0]} is no interface of the market's catalogue; write it as in IF-036.")
    codes = [code_of(each) for each in said.codes if each.strip()]
    references = [" ".join(each.replace("\0", "").split())[:120] for each in said.references if each.strip()]
    lists = [list(dict.fromkeys(each)) for each in (systems, interfaces, codes, references)]
    if max(map(len, lists)) > MOST:
        raise Invalid(f"At most {MOST} codes, interfaces or references find one known error; split it in two.")
    return Tidy(said, *lists)


def _write(known: KnownError, tidy: Tidy) -> None:
    said = tidy.given
    known.title, known.words = " ".join(said.title.split())[:200], " ".join(said.words.split())[:600]
    known.symptoms, known.workaround = said.symptoms.strip(), said.workaround.strip()
    known.systems, known.interfaces, known.codes = tidy.systems, tidy.interfaces, tidy.codes
    known.fix_due, known.fix_waits_for = said.fix_due, said.fix_waits_for.strip()[:200]


def _sign(known: KnownError, tidy: Tidy) -> None:
    known.signs.exclude(value__in=tidy.references).delete()
    there = set(known.signs.values_list("value", flat=True))
    seats = [known.desk.seat_id]
    Sign.objects.bulk_create(
        Sign(known_error=known, value=value, seats=seats) for value in tidy.references if value not in there
    )


def _free_reference() -> str:
    while True:
        reference = caseref.new("KE")
        if not KnownError.objects.filter(reference=reference).exists():
            return reference
