"""A real mail server for the stories, and letters from the desk at the other end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

from crossdesk.cases import triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.exchange import receiving
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.models import RawMail
from crossdesk.mailbox.listener import Listener
from crossdesk.parties.models import Contact, Party
from crossdesk.threads.viewer import verbs

LATER = NOON + timedelta(minutes=10)
DESK = "desk@desk.crossdesk.example"


@dataclass
class PostOffice:
    """What it took; `answers` can make it refuse."""

    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[RawLetter] = field(default_factory=list)
    url: str = ""
    full: bool = False
    unknown: set[str] = field(default_factory=set)

    def take(self, letter: RawLetter) -> str:
        if self.full:
            raise OSError("no space left")
        self.envelopes.append(letter)
        self.letters.append(BytesParser(policy=SMTP).parsebytes(letter.content))
        return "kept"


@contextmanager
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    with Listener(office.take, clock=lambda: NOON, takes=lambda to: to not in office.unknown) as listener:
        office.url = f"smtp://127.0.0.1:{listener.port}"
        yield office


def engaged(here: Cast, case: Case | None = None) -> Leg:
    """Elexon's desk engages the service desk of Pennine Grid, which keeps its own tool."""
    case = case or here.case()
    triage.take(case, by=here.nia, at=NOON)
    what = Engagement(ask="Please check the registrations.", outside_because="Our platform delivered every message.")
    return engage(case, here.pennine_service, what, by=here.nia, at=NOON)


def nominate(party: Party, address: str, name: str = "Operations") -> Contact:
    with verbs():
        return Contact.objects.create(
            party=party,
            name=name,
            address=address,
            nominated_by="their contract manager",
            nominated_at=NOON,
            recorded_by="Nia Bevan",
            seats=[party.seat_id],
        )


def written(sender: str, to: str, subject: str, words: str, **headers: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    letter["Message-ID"] = headers.pop("Message_ID", f"<{abs(hash((sender, subject, words)))}@there.example>")
    letter["Date"] = "Tue, 24 Nov 2026 12:05:00 +0000"
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(words)
    return letter


def arrive(letter: EmailMessage | bytes, *to: str, envelope_from: str = "somebody@there.example") -> RawMail:
    """Through the store and the reader, as the mailbox does it."""
    content = letter if isinstance(letter, bytes) else letter.as_bytes()
    receiving.store(RawLetter(content, envelope_from, to or (DESK,), LATER, Transport.SMTP))
    receiving.process_waiting(lambda: LATER)
    with verbs():
        return RawMail.objects.latest("pk")


def words_of(letter: EmailMessage) -> str:
    """Its plain text, which says all that the page says."""
    plain = letter.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content()).replace("\r\n", "\n")
