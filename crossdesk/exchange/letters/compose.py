"""Writes the letters we send: a line to reply above, a short fixed block that machines may read, and free words; as
plain text and, from the same words, as a page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup

from crossdesk.access import Invalid
from crossdesk.exchange.letters.address import Addresses, Kind
from crossdesk.exchange.letters.classify import LOOP_HEADER, MOST_HOPS
from crossdesk.exchange.letters.headers import plain_address
from crossdesk.exchange.letters.marks import as_html, pieces, plain
from crossdesk.exchange.letters.read import Attachment
from crossdesk.exchange.letters.subjects import PREFIXES, without_tag
from crossdesk.exchange.letters.words import file_name, one_line, storable
from crossdesk.kit.time import london, zone

WRITE_ABOVE = "-- Reply above this line --"
LONGEST_SUBJECT = 140
LARGEST_ATTACHMENTS = 18 * 1024 * 1024
MOST_ATTACHMENTS = 30
MOST_REFERENCES = 20
NOT_KNOWN = "not known yet"
MESSAGE_NAME = re.compile(r"[A-Za-z0-9._-]{1,120}")
FACTS = {
    "Your-Ref": "Your reference",
    "Kind": "About",
    "State": "Now",
    "Priority": "Priority",
    "Redirect-To": "It belongs to",
    "Action-needed-by": "Needed by",
}
KINDS = {
    "raise": "A case for your desk",
    "accept": "Accepted",
    "reject-redirect": "It belongs to another desk",
    "request-info": "A question to you",
    "supply-info": "An answer to you",
    "propose-resolution": "A proposed resolution",
    "confirm": "Your resolution is confirmed",
    "dispute": "Your resolution is disputed",
    "reopen": "Opened again",
    "withdraw": "Withdrawn",
    "close": "Closed",
    "receipt": "We have your letter",
    "update": "News of the case",
    "major-update": "News of a major incident",
    "maintenance": "Planned maintenance",
}
# A subject passes through logs and lock screens. A household's number, an address or a postcode has no place there.
PERSONAL = (
    (re.compile(r"[^\s@<>]{1,64}@[^\s@<>]+"), "[address]"),
    (re.compile(r"(?<![\w-])\+?\d(?:[ ()./-]{0,2}\d){9,30}(?![\w-])"), "[number]"),
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"), "[postcode]"),
)


class OneLine(UnstructuredHeader, BaseHeader):
    """An address that machines follow: folded or encoded it would lead nowhere."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", OneLine)
LETTER = SMTP.clone(header_factory=HEADERS)


class Unsendable(Invalid):
    """The letter as asked for must not leave; the sentence says what to change."""


@dataclass(frozen=True)
class Office:
    """Who we are to the outside."""

    name: str  # shown beside our address
    instance: str  # in the loop header; every installation has its own
    addresses: Addresses


@dataclass(frozen=True)
class Outgoing:
    name: str  # left part of the Message-ID; the outbox row's own, so that a second attempt carries the same
    to: Sequence[str]
    reference: str
    subject: str
    kind: str  # of message: raise, update, request-info ...
    words: str
    at: datetime
    answers_to: tuple[Kind, int]
    cc: Sequence[str] = ()
    their_reference: str = ""
    their_tag: str = ""  # how their desk writes its number in a subject, where that is not the number alone
    state: str = ""  # what it came to here, as messages call it
    priority: str = ""
    redirect_to: str = ""  # the desk it belongs to
    action_needed_by: datetime | None = None
    in_reply_to: str = ""
    references: Sequence[str] = ()
    by_machine: bool = True
    hop: int = 0  # that of the letter this one follows from
    footer: str = ""  # a partner's watermark, which its desk wants to see again
    noun: str = "Case"
    replies: str = ""  # what becomes of an answer, where it does not join the reference
    unsubscribe: str = ""  # the address that ends such letters at one press
    attachments: Sequence[Attachment] = ()


def compose(outgoing: Outgoing, office: Office) -> EmailMessage:
    letter = EmailMessage(policy=LETTER)
    letter["From"] = HeaderAddress(
        header_words(office.name), addr_spec=f"{office.addresses.desk}@{office.addresses.domain}"
    )
    letter["To"] = recipients(outgoing.to, office)
    if outgoing.cc:
        letter["Cc"] = recipients(outgoing.cc, office)
    letter["Reply-To"] = office.addresses.reply_address(*outgoing.answers_to)
    letter["Subject"] = subject_line(outgoing)
    letter["Date"] = format_datetime(outgoing.at)
    add_threading(letter, outgoing, office)
    add_loop_brakes(letter, outgoing, office)
    if outgoing.unsubscribe:  # RFC 8058: mail programs show a button of their own
        letter["List-Unsubscribe"] = f"<{outgoing.unsubscribe}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(body_of(outgoing), cte="quoted-printable")
    letter.add_alternative(page_of(outgoing, office, str(letter["Subject"])), subtype="html", cte="quoted-printable")
    attach(letter, outgoing.attachments)
    return letter


def message_id(name: str, office: Office) -> str:
    if not MESSAGE_NAME.fullmatch(name):
        raise Unsendable("A letter's name may hold letters, digits, dots, hyphens and underscores; choose another.")
    return f"<{name}@{office.addresses.domain}>"


def add_threading(letter: EmailMessage, outgoing: Outgoing, office: Office) -> None:
    letter["Message-ID"] = message_id(outgoing.name, office)
    if answered := header_words(outgoing.in_reply_to):
        letter["In-Reply-To"] = answered
    thread = [header_words(each) for each in outgoing.references if each != outgoing.in_reply_to]
    chain = [*thread[-MOST_REFERENCES:], answered] if answered else thread[-MOST_REFERENCES:]
    if chain:
        letter["References"] = " ".join(chain)


def add_loop_brakes(letter: EmailMessage, outgoing: Outgoing, office: Office) -> None:
    hop = outgoing.hop + 1
    if hop > MOST_HOPS:
        raise Unsendable(f"This would be the {hop}th letter in a row between machines; a person has to answer it.")
    letter[LOOP_HEADER] = f"{header_words(office.instance)};hop={hop}"
    letter["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if outgoing.by_machine:
        # Not auto-replied: ServiceNow drops that unread.
        letter["Auto-Submitted"] = "auto-generated"


def subject_line(outgoing: Outgoing) -> str:
    """Our reference between spaces, theirs likewise and once; nothing that points at a person."""
    start = "Re:" if outgoing.in_reply_to else outgoing.noun
    theirs = outgoing.their_tag or outgoing.their_reference
    pieces = (start, outgoing.reference, theirs, subject_words(outgoing))
    return header_words(" ".join(pieces))[:LONGEST_SUBJECT].rstrip()


def subject_words(outgoing: Outgoing) -> str:
    words = PREFIXES.sub("", one_line(outgoing.subject))
    references = {one_line(each) for each in (outgoing.reference, outgoing.their_reference) if each}
    for each in references:
        words = without_tag(words, each)
    for pattern, instead in PERSONAL:
        words = pattern.sub(instead, words)
    return header_words(words)


def recipients(emails: Sequence[str], office: Office) -> tuple[HeaderAddress, ...]:
    if not emails:
        raise Unsendable("A letter needs somebody to go to; give the desk a contact address.")
    return tuple(recipient(email, office) for email in emails)


def recipient(email: str, office: Office) -> HeaderAddress:
    plain = plain_address(email)
    if not plain or not plain.isascii():
        raise Unsendable(f"{header_words(email)[:80]} is not an address a letter can go to; correct the contact.")
    if office.addresses.is_ours(plain):
        raise Unsendable("A letter to our own address would come straight back; correct the contact.")
    return HeaderAddress(addr_spec=plain)


def header_words(text: str) -> str:
    return one_line(text)


def body_of(outgoing: Outgoing) -> str:
    fixed = "\n".join(f"{name}: {value}" for name, value in block_of(outgoing) if value)
    return f"{WRITE_ABOVE}\n\n{fixed}\n\n{plain(words_of(outgoing))}\n\n{below(outgoing)}\n"


def block_of(outgoing: Outgoing) -> list[tuple[str, str]]:
    return [
        ("Our-Ref", one_line(outgoing.reference)),
        ("Your-Ref", one_line(outgoing.their_reference) or ("" if outgoing.replies else NOT_KNOWN)),
        ("Kind", one_line(outgoing.kind)),
        ("State", one_line(outgoing.state).replace("_", " ")),
        ("Priority", one_line(outgoing.priority)),
        ("Redirect-To", one_line(outgoing.redirect_to)),
        ("Action-needed-by", by_when(outgoing.action_needed_by)),
    ]


def words_of(outgoing: Outgoing) -> str:
    # A line of the free words that looks like ours must not cut the answer short.
    words = storable(outgoing.words).replace("\r\n", "\n").replace("\r", "\n")
    return words.replace(WRITE_ABOVE, "").strip()


def below(outgoing: Outgoing) -> str:
    footer = f"\n{one_line(outgoing.footer)}" if outgoing.footer else ""
    return f"{outgoing.replies or f'Your reply joins {one_line(outgoing.reference)}.'}{footer}"


def page_of(outgoing: Outgoing, office: Office, subject: str) -> str:
    """The same words, drawn. Whatever stands in them is escaped."""
    names = FACTS | {"Our-Ref": outgoing.noun}
    facts = [(names[name], value) for name, value in block_of(outgoing) if value]
    return drawn(
        words_of(outgoing),
        subject=subject,
        title=subject_words(outgoing) or subject,
        office=header_words(office.name),
        above=WRITE_ABOVE,
        facts=[(name, KINDS.get(value, value) if name == FACTS["Kind"] else value) for name, value in facts],
        below=below(outgoing),
    )


def drawn(
    words: str,
    *,
    subject: str,
    title: str,
    office: str,
    above: str = "",
    facts: Sequence[tuple[str, str]] = (),
    below: str = "",
) -> str:
    """Any letter of ours as a page; `words` carry our marks."""
    return frame().render(
        subject=subject, title=title, office=office, above=above, facts=facts, pieces=pieces(words), below=below
    )


@cache
def frame() -> Template:
    environment = Environment(loader=PackageLoader("crossdesk.exchange", "letters"), autoescape=True)
    environment.filters["lines"] = lambda words: Markup(as_html(words))  # noqa: S704 - as_html escapes
    return environment.get_template("frame.html")


def by_when(at: datetime | None) -> str:
    return f"{london(at):%Y-%m-%d %H:%M} {zone(at)} (UK time)" if at else ""


def attach(letter: EmailMessage, attachments: Sequence[Attachment]) -> None:
    if len(attachments) > MOST_ATTACHMENTS or sum(len(each.content) for each in attachments) > LARGEST_ATTACHMENTS:
        raise Unsendable(
            f"A letter carries at most {MOST_ATTACHMENTS} files of {LARGEST_ATTACHMENTS // 1024**2} MB together; "
            "leave some out and name them in the words."
        )
    for number, each in enumerate(attachments, 1):
        main, _, sub = each.content_type.partition("/")
        plain = re.fullmatch(r"[a-z0-9]+/[a-z0-9.+-]+", each.content_type) and main not in {"multipart", "message"}
        letter.add_attachment(
            each.content,
            maintype=main if plain else "application",
            subtype=sub if plain else "octet-stream",
            filename=file_name(each.name, each.content_type, number),
        )
