"""What section 7.2.1 of the approach requires of a case that comes by mail: asked for once by name, and ticked off as
later letters bring it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.exchange.letters.read import Letter
from crossdesk.threads.models import Entry

CAUSE = re.compile(
    r"(?i)\b(cause[ds]?|because|due to|we (think|suspect|believe)|suspect(ed)?|since the (change|release))\b"
)
INVESTIGATED = re.compile(
    r"(?i)\b(investigat\w+|we (have )?(checked|tested|looked|compared|verified)|our (log|check|analys)\w*)\b"
)
REFERENCE = re.compile(
    r"(?i)(?<!\d)\d{13}(?!\d)|\d{21}|\b[0-9a-f]{8}-[0-9a-f]{4}|\btransaction\b|\bcorrelation\b|\bIF-\d{3}"
)


@dataclass(frozen=True)
class Asked:
    """`key` is a row of market/evidence.toml."""

    key: str
    name: str
    brought: Callable[[Letter, str], bool]


ASKED = (
    Asked(
        "suspected-cause",
        "The potential root cause, as far as you can tell",
        lambda _, words: bool(CAUSE.search(words)),
    ),
    Asked(
        "investigation-evidence",
        "What you have investigated, and what points to this desk",
        lambda _, words: bool(INVESTIGATED.search(words)),
    ),
    Asked(
        "supporting-evidence",
        "Supporting evidence, such as a screenshot, a log or a message",
        lambda letter, _: any(each.content and not each.shown_inside for each in letter.attachments),
    ),
    Asked(
        "references",
        "References: MPANs, transaction IDs or system logs",
        lambda _, words: bool(REFERENCE.search(words)),
    ),
)


def missing(letter: Letter, words: str) -> dict[str, str]:
    """By key and name, in the order of the approach."""
    return {each.key: each.name for each in ASKED if not each.brought(letter, words)}


def brings(case: Case, letter: Letter, words: str) -> list[str]:
    """Which of what is still asked for this letter brings."""
    open_ones = {item.key for item in sheet(case) if not item.given}
    return [each.key for each in ASKED if each.key in open_ones and each.brought(letter, words)]


@dataclass(frozen=True)
class Item:
    key: str
    name: str
    given: bool


def sheet(case: Case) -> list[Item]:
    """What was asked of the raiser by mail, and whether it has come, by whichever way."""
    raised = Entry.objects.filter(thread=case.pk, kind="case.raised").first()
    asked = set(raised.facts.get("missing", ())) if raised and raised.facts.get("by_mail") else set()
    if not asked:
        return []
    answers = Entry.objects.filter(thread=case.pk, kind="case.answer", facts__has_key="given")
    given = {key for entry in answers for key in entry.facts["given"]}
    if Evidence.objects.filter(case=case, entry__audience="raiser").exists():
        given.add("supporting-evidence")
    if ReferenceSet.objects.filter(case=case).exists():
        given.add("references")
    return [Item(each.key, each.name, each.key in given) for each in ASKED if each.key in asked]
