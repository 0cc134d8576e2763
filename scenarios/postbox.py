"""The mail servers of everybody else: they take what the product sends, and send what people answer."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import make_msgid, parseaddr

from crossdesk.exchange.letters.raw import RawLetter
from crossdesk.kit.tests.waiting import until
from crossdesk.kit.time import now
from crossdesk.mailbox.listener import Listener


@dataclass
class Postbox:
    url: str = ""
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)

    def take(self, letter: RawLetter) -> str:
        read = BytesParser(policy=policy.default).parsebytes(letter.content)
        self.taken += [(address, read) for address in letter.envelope_to]
        return "kept"

    def letters_to(self, address: str) -> list[EmailMessage]:
        return [letter for to, letter in self.taken if to == address]

    def letter_to(self, address: str, *, about: str) -> EmailMessage:
        """The letter to this address with these words in its subject, as soon as it is there."""
        return until(
            lambda: next((each for each in self.letters_to(address) if about in each["Subject"]), None),
            f"a letter to {address} about “{about}”",
        )


@contextmanager
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    with Listener(box.take, clock=now, takes=lambda address: True) as listener:
        box.url = f"smtp://127.0.0.1:{listener.port}"
        yield box


def words_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def files_of(letter: EmailMessage) -> dict[str, str]:
    return {str(each.get_filename()): _text(each) for each in letter.iter_attachments()}


def _text(part: EmailMessage) -> str:
    content = part.get_content()
    return content.decode() if isinstance(content, bytes) else str(content)


def answer(letter: EmailMessage, words: str, *, by: str, subject: str = "", mailbox: int) -> None:
    """As an ordinary mail client answers: to Reply-To, under the new words the old ones."""
    reply = EmailMessage()
    reply["From"], reply["To"] = by, letter["Reply-To"]
    reply["Subject"] = subject or f"Re: {letter['Subject']}"
    reply["Message-ID"] = make_msgid(domain="pennine.example")
    reply["In-Reply-To"] = reply["References"] = letter["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in words_of(letter).splitlines())
    reply.set_content(f"{words}\n\nOn {letter['Date']}, {letter['From']} wrote:\n{quoted}\n")
    with smtplib.SMTP("127.0.0.1", mailbox, timeout=10) as client:
        client.send_message(reply, from_addr=parseaddr(by)[1], to_addrs=[letter["Reply-To"]])


def writes(words: str, *, by: str, to: str, subject: str, mailbox: int) -> None:
    """A letter that answers none."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = by, to, subject
    letter["Message-ID"] = make_msgid(domain=by.rpartition("@")[2])
    letter.set_content(words)
    with smtplib.SMTP("127.0.0.1", mailbox, timeout=10) as client:
        client.send_message(letter, from_addr=by, to_addrs=[to])
