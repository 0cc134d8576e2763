"""A storm of letters: people, desks' tools, absences, bounces, copies, our own letters come back, and two far desks
whose machines answer everything, also our answers, politely or with nothing that says a machine wrote it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from random import Random
from time import perf_counter

from crossdesk.cases import closing, leg_work, triage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.exchange import receiving
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import DESK, PostOffice, engaged, nominate, written
from crossdesk.threads.viewer import verbs

FAR_DESK, RAISER = "service@pennine.example", "ops@sycamore.example"
ABSENT = ("Automatische Antwort", "Ateb awtomatig", "Réponse automatique", "Respuesta automática", "स्वचालित उत्तर")
MOST_ROUNDS = 20
"""Of answers to answers. A loop would never end; the longest chain of a story without one is far shorter."""


@dataclass
class Told:
    offered: int
    kept: int
    fates: Counter[str]
    waiting: int
    sent: int
    cases: int
    rounds: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.offered / self.seconds


@dataclass
class Storm:
    here: Cast
    office: PostOffice
    random: Random
    at: datetime = NOON + timedelta(minutes=10)
    offered: int = 0
    seen: int = 0
    legs: list[Leg] = field(default_factory=list)
    numbers: int = 0

    def blow(self, mails: int) -> Told:
        self._begin(max(4, min(mails // 100, 40)))
        self._send()
        began = perf_counter()
        for letter, sender in self._letters(mails):
            self._offer(letter, sender)
        rounds = 0
        while rounds < MOST_ROUNDS:
            self._read()
            self._send()
            if not self._answered_by_machines():
                break
            rounds += 1
        return self._told(rounds, perf_counter() - began)

    def _begin(self, cases: int) -> None:
        nominate(self.here.sycamore, RAISER)
        for number in range(cases):
            self.legs.append(engaged(self.here, self.here.case(f"Case number {number} of the storm")))
        ended = self.legs[0]
        leg_work.withdraw(ended, by=self.here.nia, at=NOON, why="Ours after all.")
        case = self.here.case("One that is closed")
        triage.take(case, by=self.here.nia, at=NOON)
        closing.withdraw(case, by=self.here.priya, at=NOON, why="Mended itself.")

    def _letters(self, mails: int) -> Iterator[tuple[bytes, str | None]]:
        kinds: tuple[Callable[[Leg], tuple[bytes, str | None]], ...] = (
            self._person, self._tool, self._absent, self._bounce, self._echo, self._newcomer, self._stranger,
        )  # fmt: skip
        last: list[tuple[bytes, str | None]] = []
        for _ in range(mails):
            if last and self.random.random() < 0.2:
                content, sender = self.random.choice(last)
                copied = self.random.random() < 0.5
                yield (b"Received: by a second way\r\n" + content if copied else content), sender
                continue
            made = self.random.choice(kinds)(self.random.choice(self.legs))
            last = [*last[-30:], made]
            yield made

    def _words(self, sender: str, to: str, subject: str, words: str, **headers: str) -> bytes:
        self.numbers += 1
        name = f"<storm-{self.numbers}@{sender.rpartition('@')[2]}>"
        return written(sender, to, subject, words, Message_ID=name, **headers).as_bytes()

    def _person(self, leg: Leg) -> tuple[bytes, str | None]:
        return self._words(FAR_DESK, reply_to(leg), f"Re: {leg.case}", f"We look, {self.numbers}."), FAR_DESK

    def _tool(self, leg: Leg) -> tuple[bytes, str | None]:
        subject, tool = f"Incident INC00{self.numbers:05} updated", {"X_ServiceNow_Generated": "true"}
        return self._words(FAR_DESK, reply_to(leg), subject, "Updated.", Auto_Submitted="auto-generated", **tool), ""

    def _absent(self, leg: Leg) -> tuple[bytes, str | None]:
        subject = f"{self.random.choice(ABSENT)}: {leg.case}"
        return self._words(FAR_DESK, reply_to(leg), subject, "Away.", Auto_Submitted="auto-replied"), ""

    def _bounce(self, leg: Leg) -> tuple[bytes, str | None]:
        ours = self.random.choice(self.office.envelopes)
        report = f"Final-Recipient: rfc822; {ours.envelope_to[0]}\nAction: failed\nStatus: 5.1.1\n"
        return self._words(
            "MAILER-DAEMON@mx.pennine.example",
            ours.envelope_from or DESK,
            "Undelivered Mail Returned to Sender",
            f"It could not be delivered.\n\n{report}",
            X_Failed_Recipients=ours.envelope_to[0],
        ), ""

    def _echo(self, leg: Leg) -> tuple[bytes, str | None]:
        return self.random.choice(self.office.envelopes).content, FAR_DESK

    def _newcomer(self, leg: Leg) -> tuple[bytes, str | None]:
        self.numbers += 1
        words = "".join(self.random.choices("abcdefghij klmnop", k=60))
        return self._words(RAISER, DESK, f"New trouble {words[:20]}", words), RAISER

    def _stranger(self, leg: Leg) -> tuple[bytes, str | None]:
        return self._words(
            "eve@elsewhere.example", reply_to(leg), f"Re: {leg.case}", "Close it."
        ), "eve@elsewhere.example"

    def _offer(self, content: bytes, sender: str | None) -> None:
        receiving.store(RawLetter(content, sender, (DESK,), self.at, Transport.SMTP))
        self.offered += 1

    def _read(self) -> None:
        while receiving.process_waiting(lambda: self.at):
            pass

    def _send(self) -> None:
        while send_due(lambda: self.at):
            pass

    def _answered_by_machines(self) -> int:
        """Each letter of ours that came since is answered by its reader's machine, one way or another."""
        came, self.seen = self.office.letters[self.seen :], len(self.office.letters)
        for letter in came:
            self._offer(*self._auto_answer(letter))
        return len(came)

    def _auto_answer(self, ours: EmailMessage) -> tuple[bytes, str]:
        sender, self.numbers = str(ours["To"]), self.numbers + 1
        words = f"Thank you for contacting us. Your ticket is {self.numbers}."
        style = self.random.choice(("polite", "rude", "forgetful"))
        if style == "polite":
            headers = {"Auto_Submitted": "auto-replied", "In_Reply_To": str(ours["Message-ID"])}
            return self._words(sender, str(ours["Reply-To"]), f"Auto: {ours['Subject']}", words, **headers), ""
        if style == "rude":
            threaded = {"In_Reply_To": str(ours["Message-ID"])}
            return self._words(sender, str(ours["Reply-To"]), f"Re: {ours['Subject']}", words, **threaded), sender
        return self._words(sender, DESK, "We have received your request", words), sender

    def _told(self, rounds: int, seconds: float) -> Told:
        with verbs():
            fates = Counter(RawMail.objects.values_list("fate", flat=True))
            sent = OutboxItem.objects.filter(state=OutboxItem.State.SENT).count()
            cases, kept = Case.objects.count(), RawMail.objects.count()
        waiting = fates.pop(RawMail.Fate.WAITING, 0)
        return Told(self.offered, kept, fates, waiting, sent, cases, rounds, seconds)


def reply_to(leg: Leg) -> str:
    return addresses().reply_address(Kind.LEG, leg.pk)
