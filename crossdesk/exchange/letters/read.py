"""Reads any bytes as a letter. It never raises: what could not be understood is said in `problems`."""

import mimetypes
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

from crossdesk.exchange.letters.headers import (
    Address,
    addresses,
    content_type,
    decoded,
    knows_charset,
    message_ids,
    split_headers,
    unwrapped,
)
from crossdesk.exchange.letters.opening import (
    MOST_FROM_ONE,
    opened_tnef,
    signed_content,
    without_armour,
    words_of_invitation,
)
from crossdesk.exchange.letters.parts import Part, Splitting
from crossdesk.exchange.letters.words import file_name, storable

LONGEST_TEXT = 1_000_000
NOBODY = Address("", "")
# Read as the words of the letter; every other part is an attachment.
WORDS = {"text/plain", "text/html"}


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes = field(repr=False)
    shown_inside: bool = False  # a picture that stands in the page itself, as signatures' logos do

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Letter:
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: Address = NOBODY
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: datetime | None = None
    content_type: str = "text/plain"
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # (name in lower case, value), in order
    problems: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first of that name, or nothing."""
        return next(iter(self.all_headers(name)), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        return tuple(value for known, value in self.headers if known == name.lower())

    def has(self, name: str) -> bool:
        return any(known == name.lower() for known, _ in self.headers)


def read_letter(content: bytes) -> Letter:
    try:
        return understood(content)
    except Exception:  # a stranger chose these bytes; whatever they provoke, the letter is kept and shown
        text = storable(content[:LONGEST_TEXT].decode("utf-8", "replace"))
        return Letter(text=text, problems=("It could not be read as a letter; its raw text is shown.",))


def understood(content: bytes) -> Letter:
    lines, body, problems = split_headers(content)
    kind = content_type(lines)
    splitting = Splitting(problems=problems)
    splitting.split(kind, body)
    text, html, attachments = sorted_parts(splitting)
    headers = tuple((name, unwrapped(value)) for name, value in lines)
    return Letter(
        message_id=next(iter(message_ids(first(lines, "message-id"))), ""),
        in_reply_to=message_ids(first(lines, "in-reply-to")),
        references=message_ids(first(lines, "references")),
        subject=unwrapped(first(lines, "subject"))[:998],
        sender=sender_of(lines, splitting.problems),
        reply_to=addresses(every(lines, "reply-to")),
        to=addresses(every(lines, "to")),
        cc=addresses(every(lines, "cc")),
        date=date_of(first(lines, "date"), splitting.problems),
        content_type=kind.name,
        text=text,
        html=html,
        attachments=attachments,
        headers=headers,
        problems=tuple(dict.fromkeys(splitting.problems)),
    )


def first(lines: list[tuple[str, str]], name: str) -> str:
    return next(iter(every(lines, name)), "")


def every(lines: list[tuple[str, str]], name: str) -> list[str]:
    return [value for known, value in lines if known == name]


def sender_of(lines: list[tuple[str, str]], problems: list[str]) -> Address:
    """Exactly one, or nobody: with two a filter and a reader could each believe a different one."""
    found = addresses(every(lines, "from"))
    if len(found) > 1:
        problems.append("It names more than one sender, so it is treated as having none.")
        return Address(found[0].name, "")
    if not found or not found[0].email:
        problems.append("It names no sender that could be answered.")
    return found[0] if found else NOBODY


def date_of(value: str, problems: list[str]) -> datetime | None:
    try:
        date = parsedate_to_datetime(value[:200])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        problems.append("It carries no date that could be read.")
        return None


def sorted_parts(splitting: Splitting) -> tuple[str, str, tuple[Attachment, ...]]:
    sorting = Sorting(splitting)
    for part in splitting.parts:
        sorting.take(part)
    sorting.speak_for_the_wordless()
    texts = [without_armour(each) for each in sorting.texts]
    return shortened(texts, splitting), shortened(sorting.pages, splitting), tuple(sorting.attachments)


@dataclass
class Sorting:
    """The words of a letter apart from what it brings along."""

    splitting: Splitting
    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    def take(self, part: Part, *, inside: bool = False) -> None:
        if part.kind.name in WORDS and not part.kind.attached and not part.kind.file_name:
            if not knows_charset(part.kind.charset):
                self.problem("It is written in an unknown character set; some letters may be wrong.")
            (self.pages if part.kind.name == "text/html" else self.texts).append(words_of(part))
        elif not (self.opened(part) or (not inside and self.unsigned(part))):
            self.attach(part.kind.file_name, part.kind.name, part.content, bool(part.kind.content_id))

    def attach(self, name: str, content_type: str, content: bytes, shown_inside: bool = False) -> None:
        named = file_name(name, content_type, len(self.attachments) + 1)
        inside = shown_inside and content_type.startswith("image/")
        self.attachments.append(Attachment(named, content_type, content, inside))

    def opened(self, part: Part) -> bool:
        found = opened_tnef(part.kind.name, part.content)
        if found is None:
            return False
        if not any(each.strip() for each in (*self.texts, *self.pages)):
            self.texts.append(storable(found.text))
            self.pages.append(storable(found.html))
        for each in found.files[:MOST_FROM_ONE]:
            guessed = mimetypes.guess_type(each.name)[0] or "application/octet-stream"
            self.attach(each.name, guessed, each.content)
        if not found.whole:
            self.problem("Its winmail.dat is broken; what stands before the fault was read.")
            self.attach(part.kind.file_name, part.kind.name, part.content)
        return True

    def unsigned(self, part: Part) -> bool:
        content, problem = signed_content(part.kind.name, part.content)
        if problem:
            self.problem(problem)
        if content is None:
            return False
        lines, body, _ = split_headers(content)
        inner = Splitting(problems=self.splitting.problems)
        inner.split(content_type(lines), body)
        for each in inner.parts:
            self.take(each, inside=True)
        return True

    def speak_for_the_wordless(self) -> None:
        if any(each.strip() for each in (*self.texts, *self.pages)):
            return
        calendars = [each for each in self.attachments if each.content_type == "text/calendar"]
        self.texts += [words_of_invitation(decoded(each.content, "utf-8")) for each in calendars[:1]]

    def problem(self, sentence: str) -> None:
        self.splitting.problems.append(sentence)


def words_of(part: Part) -> str:
    return decoded(part.content, part.kind.charset).replace("\r\n", "\n").replace("\r", "\n")


def shortened(texts: list[str], splitting: Splitting) -> str:
    text = "\n\n".join(each for each in texts if each.strip())
    if len(text) > LONGEST_TEXT:
        splitting.problems.append("Its words are cut here because they are very long; the original holds them all.")
    return text[:LONGEST_TEXT]
