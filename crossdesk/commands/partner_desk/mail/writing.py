"""How its letters look: where the number stands, what its tool adds, and how its people answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from html import escape

from crossdesk.exchange.letters.display import words_of
from crossdesk.exchange.letters.read import Letter
from crossdesk.exchange.letters.words import one_line

STYLES = ("prefix", "servicenow", "jira", "blocks")
"""[PG-1001] before the subject; ServiceNow's number and watermark; Jira's key; the lines our own letters begin with."""
FORMS = ("plain", "html", "top-posted")
"""Text alone; a page alone; text above the letter it answers, quoted."""
TOOLS = {"servicenow": ("X-ServiceNow-Generated", "true"), "jira": ("X-JIRA-FingerPrint", "5f3b8a0c9e7d")}
NUMBERS = {"prefix": "PG-{:04}", "servicenow": "INC{:07}", "jira": "PG-{}", "blocks": "PG-{:04}"}
GARBAGE = b"\xff\xfe\x00From nobody\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\x00\r\n"

RETURNED = """\
From: MAILER-DAEMON@{domain}
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: {id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="returned"

--returned
Content-Type: text/plain; charset=utf-8

<{address}>: mailbox unavailable
--returned
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{domain}

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 mailbox unavailable

--returned
Content-Type: text/rfc822-headers

Message-ID: {original}
To: {address}

--returned--
"""


@dataclass(frozen=True)
class Manner:
    address: str = "service-desk@pennine.example"
    style: str = "prefix"
    form: str = "plain"

    def number(self, count: int) -> str:
        return NUMBERS[self.style].format(1000 + count)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Words:
    """`kind` and `state` are said by the style that has lines for them; `to` names the right desk."""

    text: str
    kind: str
    state: str = ""
    to: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(frozen=True)
class Leaving:
    content: bytes
    envelope_from: str
    to: str
    said: str


def answer(manner: Manner, number: str, letter: Letter, words: Words, at: datetime) -> Leaving:
    to = letter.reply_to[0].email if letter.reply_to else letter.sender.email
    reply = _headed(manner, _subject(manner, number, letter.subject), letter, to, at)
    if tool := TOOLS.get(manner.style):
        reply[tool[0]] = tool[1]
        reply["Auto-Submitted"] = "auto-generated"
    _fill(reply, manner, _text(manner, number, letter, words), letter)
    for name, content in words.files:
        reply.add_attachment(content, maintype="text", subtype="plain", filename=name)
    return Leaving(reply.as_bytes(), manner.address, to, f"{number}: {words.kind} “{words.text.splitlines()[0]}”")


def automatic(manner: Manner, letter: Letter, to: str, subject: str, text: str, at: datetime) -> Leaving:
    """Out of office, or a mailbox that nobody watches: to where reports go (RFC 3834), by the null path, no number."""
    reply = _headed(manner, f"{subject}: {one_line(letter.subject)}", letter, to, at)
    reply["Auto-Submitted"] = "auto-replied"
    reply["X-Auto-Response-Suppress"] = "All"
    reply.set_content(text)
    return Leaving(reply.as_bytes(), "", to, f"{subject}, to {to}")


def returned(manner: Manner, letter: Letter, to: str, at: datetime) -> Leaving:
    """A delivery report (RFC 3464) to where the letter wants it."""
    report = RETURNED.format(
        domain=manner.domain,
        to=to,
        address=manner.address,
        date=format_datetime(at),
        id=make_msgid(domain=manner.domain),
        original=letter.message_id,
    )
    return Leaving(report.replace("\n", "\r\n").encode(), "", to, f"returned to {to}")


def _headed(manner: Manner, subject: str, letter: Letter, to: str, at: datetime) -> EmailMessage:
    reply = EmailMessage(policy=SMTP)
    reply["From"], reply["To"], reply["Subject"] = manner.address, to, subject
    reply["Date"], reply["Message-ID"] = format_datetime(at), make_msgid(domain=manner.domain)
    if letter.message_id:
        reply["In-Reply-To"] = letter.message_id
        reply["References"] = " ".join([*letter.references[-10:], letter.message_id])
    return reply


def _subject(manner: Manner, number: str, subject: str) -> str:
    bare = one_line(subject).replace(f"[{number}]", "").replace(f"[JIRA] ({number})", "").replace(number, "").strip()
    match manner.style:
        case "servicenow":
            return f"{number} {bare}"
        case "jira":
            return f"[JIRA] ({number}) {bare}"
    return f"[{number}] {bare}"


def _text(manner: Manner, number: str, letter: Letter, words: Words) -> str:
    named = [f"Right desk: {words.to}"] if words.to else []
    if manner.style == "blocks":
        lines = [("Our-Ref", number), ("Kind", words.kind), ("State", words.state), ("Redirect-To", words.to)]
        return "\n".join([*(f"{name}: {value}" for name, value in lines if value), "", words.text])
    ending = [f"Ref:MSG{number[-7:]}_{number[-4:] * 5}"] if manner.style == "servicenow" else []
    return "\n".join([words.text, *named, "", "Ada Byron", f"Ticket {number}", *ending])


def _fill(reply: EmailMessage, manner: Manner, text: str, letter: Letter) -> None:
    if manner.form == "html":
        reply.set_content(f"<html><body><p>{escape(text).replace(chr(10), '<br>')}</p></body></html>", subtype="html")
        return
    if manner.form == "top-posted":
        quoted = "\n".join(f"> {line}" for line in words_of(letter).splitlines()[:200])
        text = (
            f"{text}\n\nOn {letter.date:%d %B %Y at %H:%M}, {letter.sender.email} wrote:\n{quoted}"
            if letter.date
            else text
        )
    reply.set_content(text)
