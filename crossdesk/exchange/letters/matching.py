"""Which thread a letter belongs to. The first sign that fits decides, and says how sure it is.

A number in the body alone never matches, and no sign gives its sender a right: unless the sender is registered for
the thread, the match is only likely, and a person accepts the letter before anybody on the case reads it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from crossdesk.exchange.letters.address import Ticket
from crossdesk.exchange.letters.read import Letter
from crossdesk.exchange.letters.subjects import bare, joined_numbers
from crossdesk.kit import caseref

Key = TypeVar("Key")

THEIR_NUMBER = r"[A-Za-z0-9][\w./#-]{1,39}"
SERVICENOW_NUMBER = re.compile(r"(?<!\S)((?:INC|CS|RITM|REQ|SCTASK|TASK|CHG|PRB|CALL)\d{5,12})(?=[\s:,.;)]|$)")
JIRA_KEY = re.compile(r"\[JIRA\] \(([A-Z][A-Z0-9_]{1,20}-\d{1,10})\)", re.IGNORECASE)
REFERENCE_LINE = r"(?im)^[>\s]{{0,20}}{name}:[ \t]*({number})[ \t]*$"
YOUR_REF = re.compile(REFERENCE_LINE.format(name="Your-Ref", number=THEIR_NUMBER))
OUR_REF = re.compile(REFERENCE_LINE.format(name="Our-Ref", number=THEIR_NUMBER))
TAGGED = re.compile(
    r"(?i)\[(?:(?:ticket|case|incident|request|call|ref|reference|sr|issue|id|[\w.-]{1,40}(?= #))[ :]{0,2}#?[ :]?|#)?"
    r"((?=[A-Za-z._-]{0,12}\d)[A-Za-z0-9][\w-]{2,30})\]"
)
"""A desk's tag in a subject: [#123], [Ticket#123], [INC0012345], [desk.example #123]. Where several desks' tags were
bred in one subject, none says whose it is."""
LONG = re.compile(r"\d{3}")
WATERMARK = re.compile(r"\bRef:[ \u00a0]?([A-Z][A-Z_]{1,14}\d{3,12}(?:_[A-Za-z0-9]{8,40})?)(?!\w)")
NUMBER = re.compile(r"(?<![\w.-])[A-Za-z0-9][\w./-]{2,38}\w")
MOST_IDS = 100
MOST_NUMBERS = 8


class Sign(StrEnum):
    REPLY_ADDRESS = "reply address"
    THREAD = "thread"
    REFERENCE = "reference in the subject"
    THEIR_NUMBER = "their number"


class Confidence(StrEnum):
    CERTAIN = "certain"
    LIKELY = "likely"  # a person looks before it is filed


@dataclass(frozen=True)
class Match(Generic[Key]):
    kind: Sign
    confidence: Confidence
    key: Key


@dataclass(frozen=True)
class Unmatched:
    reason: str


@dataclass(frozen=True)
class TheirReference:
    system: str  # the product that gave the number, or "desk"
    number: str


@dataclass(frozen=True)
class Lookups(Generic[Key]):
    """What matching asks of whoever keeps the threads; each answers None when it knows nothing."""

    open_address: Callable[[str], Ticket | None]
    by_ticket: Callable[[Ticket], Key | None]
    by_message_id: Callable[[str], Key | None]
    by_reference: Callable[[str], Key | None]
    by_their_number: Callable[[str, TheirReference], Key | None]  # sender's address, their number
    is_registered: Callable[[str, Key], bool]  # sender's address, thread


def match(letter: Letter, envelope_to: tuple[str, ...], lookups: Lookups[Key]) -> Match[Key] | Unmatched:
    reason = "Nothing in it points to a case known here."
    for sign, key in signs(letter, envelope_to, lookups):
        known = bool(letter.sender.email) and lookups.is_registered(letter.sender.email, key)
        if known or sign in {Sign.REPLY_ADDRESS, Sign.THREAD}:
            return Match(sign, Confidence.CERTAIN if known else Confidence.LIKELY, key)
        # Anybody can write a reference or a number; from a stranger it proves nothing.
        reason = "It names a case, but its sender is not registered there."
    return Unmatched(reason)


def signs(letter: Letter, envelope_to: tuple[str, ...], lookups: Lookups[Key]) -> Iterator[tuple[Sign, Key]]:
    for address in recipients(letter, envelope_to):
        ticket = lookups.open_address(address)
        if ticket and (key := lookups.by_ticket(ticket)) is not None:
            yield Sign.REPLY_ADDRESS, key
    # The newest first: a thread that was taken over names the later case last.
    for message_id in [*letter.in_reply_to, *reversed(letter.references)][:MOST_IDS]:
        if (key := lookups.by_message_id(message_id)) is not None:
            yield Sign.THREAD, key
    for reference in caseref.find_in(letter.subject):
        if (key := lookups.by_reference(reference)) is not None:
            yield Sign.REFERENCE, key
    theirs = their_reference(letter)
    named = [theirs] if theirs else [TheirReference("desk", each) for each in numbers_in(letter.subject)]
    for each in named if letter.sender.email else ():
        if (key := lookups.by_their_number(letter.sender.email, each)) is not None:
            yield Sign.THEIR_NUMBER, key


def recipients(letter: Letter, envelope_to: tuple[str, ...]) -> tuple[str, ...]:
    delivered = letter.all_headers("Delivered-To") + letter.all_headers("X-Original-To")
    headers = tuple(each.email for each in letter.to + letter.cc)
    return tuple(dict.fromkeys((*envelope_to, *delivered, *headers)))[:MOST_IDS]


def their_reference(letter: Letter) -> TheirReference | None:
    """The partner's own number for the case, if the letter bears one."""
    subject = joined_numbers(letter.subject)
    if letter.has("X-ServiceNow-Generated") and (found := SERVICENOW_NUMBER.search(subject)):
        return TheirReference("ServiceNow", found[1].upper())
    if found := JIRA_KEY.search(letter.subject):
        return TheirReference("Jira", found[1].upper())
    # A desk that writes in our own form calls its number Our-Ref and ours Your-Ref.
    for pattern in (YOUR_REF, OUR_REF):
        for found in pattern.finditer(letter.text[:100_000]):
            if re.search(r"\d", found[1]) and not caseref.parse(found[1]):
                return TheirReference("desk", found[1])
    tags = tags_in(letter.subject)
    return TheirReference("desk", tags[0]) if len(tags) == 1 else None


def tags_in(subject: str) -> list[str]:
    """The numbers desks tagged a subject with, each once and none of ours."""
    found = [each[1] for each in TAGGED.finditer(joined_numbers(subject)) if "#" in each[0] or LONG.search(each[1])]
    return [each for each in dict.fromkeys(found) if not caseref.parse(each)]


def tag_for(number: str, subject: str) -> str:
    """How their desk wrote its number in a subject, where it wants it back in its brackets. ServiceNow wants its number
    alone between spaces."""
    if not number or SERVICENOW_NUMBER.fullmatch(number):
        return number
    return next((found[0] for found in TAGGED.finditer(joined_numbers(subject)) if found[1] == number), number)


def watermark(letter: Letter) -> str:
    """By which ServiceNow finds its record again, in the words of an answer."""
    found = WATERMARK.search(letter.text[-100_000:] or "") or WATERMARK.search(letter.html[-100_000:])
    return f"Ref:{found[1]}" if found else ""


def numbers_in(subject: str) -> list[str]:
    """What may be a desk's own number, as it writes them: anything of some length with a digit in it."""
    said = NUMBER.findall(bare(joined_numbers(subject)))
    return [each for each in dict.fromkeys(said) if re.search(r"\d", each) and not caseref.parse(each)][:MOST_NUMBERS]
