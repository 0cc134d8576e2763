"""The joining kit for a desk behind a mailbox: letters of a reply address of their own, which join no case."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from threading import Event

from crossdesk.desks.ways import Ways
from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.channels.servicenow.hearing import RIGHT_DESK
from crossdesk.exchange.conformance.saying import PLEASE_REFUSE, TITLE, note, why_no_file
from crossdesk.exchange.conformance.steps import Broken, Report, Step, Unproved
from crossdesk.exchange.letters import bounce
from crossdesk.exchange.letters.address import Kind as For
from crossdesk.exchange.letters.classify import Hand, classify
from crossdesk.exchange.letters.compose import Office, Outgoing, compose
from crossdesk.exchange.letters.display import words_of
from crossdesk.exchange.letters.matching import tag_for, their_reference, watermark
from crossdesk.exchange.letters.quotes import split_quoted
from crossdesk.exchange.letters.read import Attachment, Letter, read_letter
from crossdesk.exchange.messages.mailed import mailed
from crossdesk.exchange.messages.message import File, Kind, Unreadable
from crossdesk.exchange.posting import post
from crossdesk.kit.time import now

RESOLVED = re.compile(r"(?i)\b(resolved|solved|fixed|closed|restored|completed)\b")
NOT_OURS = re.compile(r"(?i)\bnot (ours|for us|our (case|ticket|incident|desk))\b")
ENDS = {Kind.PROPOSE_RESOLUTION, Kind.CLOSE}
MOST_ANSWERS = 3
DIGEST = re.compile(r"(?i)\b[0-9a-f]{64}\b")
ASK_FOR_PROOF = """\
A file of the conformance test is attached. Answer with its SHA-256, or send it back, so that we see it arrived whole.
On Windows: certutil -hashfile conformance-test.txt SHA256; elsewhere: sha256sum conformance-test.txt."""
Came = Callable[[int], Iterable[bytes]]
"""What came for a conversation of the trial, delivery reports included, in its order."""


@dataclass(frozen=True)
class Answer:
    letter: Letter
    hand: Hand
    kind: Kind | None
    """None: it says in words alone what it is."""
    number: str
    to: str
    """The desk it names as the right one."""

    @property
    def words(self) -> str:
        return split_quoted(words_of(self.letter)).new.strip()

    @property
    def of_a_desk(self) -> bool:
        return self.hand in {Hand.PERSON, Hand.MACHINE_REPORT}

    @property
    def resolves(self) -> bool:
        return self.of_a_desk and (self.kind in ENDS or (self.kind is None and bool(RESOLVED.search(self.words))))

    @property
    def refuses(self) -> bool:
        in_words = self.kind is None and self.of_a_desk and (bool(self.to) or NOT_OURS.search(self.words))
        return self.kind is Kind.REJECT_REDIRECT or bool(in_words)

    @property
    def asks(self) -> bool:
        return self.kind is Kind.REQUEST_INFO or (self.kind is None and self.of_a_desk and "?" in self.words)


def proof_of(answer: Answer, file: File) -> bool | None:
    """Whether the file arrived as it was; None where the answer says nothing of it. Mail may end lines its own way."""
    back = [each.content for each in answer.letter.attachments if each.name == file.name]
    digests = {found.lower() for found in DIGEST.findall(answer.words)}
    if not back and not digests:
        return None
    sent = file.content or b""
    return file.sha256 in digests or any(_lines(each) == _lines(sent) for each in back)


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines()


@dataclass(eq=False)
class Correspondence:
    """One test ticket of theirs, as far as letters tell of it."""

    id: int = field(default_factory=lambda: 1 + secrets.randbits(48))
    said: list[str] = field(default_factory=list)
    """Message-IDs of ours."""
    heard: dict[str, Answer] = field(default_factory=dict)
    answered: int = 0
    over: bool = False

    @property
    def reference(self) -> str:
        return f"TEST-{self.id:013X}"

    @property
    def numbers(self) -> list[str]:
        return list(dict.fromkeys(each.number for each in self.heard.values() if each.number))

    @property
    def newest(self) -> Answer | None:
        return next((each for each in reversed(self.heard.values()) if each.of_a_desk), None)


@dataclass
class MailTrial:
    mailbox: str
    office: Office
    server: str
    came: Came
    ways: Ways = field(default_factory=Ways)
    patience: float = 60.0
    """Seconds to wait for each answer of theirs."""
    every: float = 2.0
    report: Report = field(default_factory=Report)
    begun: list[Correspondence] = field(default_factory=list)

    def run(self) -> list[Step]:
        case = Correspondence()
        try:
            self.report.play(
                partial(self._send, case),
                partial(self._receive, case),
                partial(self._thread, case),
                partial(self._acknowledge, case),
                partial(self._attach, case),
                self._bounce,
                self._redirect,
                partial(self._close, case),
            )
        finally:
            self._tidy()
        return self.report.steps

    # The steps

    def _send(self, on: Correspondence) -> str:
        self._say(on, Kind.RAISE, "This tries out how our desks exchange cases. Nobody's meters are concerned.", TITLE)
        return "Their mail server took a letter."

    def _receive(self, on: Correspondence) -> str:
        if not self._wait(on, lambda answer: bool(answer.number)):
            raise Broken(
                f"No letter with a ticket number came within {self.patience:.0f} seconds: their tool has to answer a"
                " new letter at its Reply-To address, with its number in the subject."
            )
        return f"Their number is {on.numbers[0]}."

    def _thread(self, on: Correspondence) -> str:
        before = set(on.heard)
        self._say(on, Kind.UPDATE, "A second letter of the same conformance test.")
        if not self._wait(on, lambda answer: answer.of_a_desk, new_since=before):
            raise Broken(
                "Nothing came after a second letter, so nobody can tell whether it joined their ticket: let their tool"
                " or their person answer it."
            )
        self._one_ticket(on)
        return f"A second letter joined {on.numbers[0] if on.numbers else 'their ticket'}."

    def _acknowledge(self, on: Correspondence) -> str:
        answer = self._wait(on, lambda answer: answer.of_a_desk)
        if answer is None:
            automatic = next(iter(on.heard.values()), None)
            only = f"Only an automatic reply came (“{automatic.letter.subject[:80]}”). " if automatic else ""
            raise Broken(
                f"{only}No word came within {self.patience:.0f} seconds that they have it: somebody or their tool has"
                " to answer at the Reply-To address."
            )
        if answer.refuses:
            raise Broken("They refused a case that was for them: take it as your own and work it.")
        return f"They answered: {answer.kind or 'in words, which a person here reads'}."

    def _attach(self, on: Correspondence) -> str:
        if none := why_no_file(self.ways):
            return none
        file = note()
        before, attached = set(on.heard), Attachment(file.name, file.media_type, file.content or b"")
        self._say(on, Kind.UPDATE, ASK_FOR_PROOF, files=[attached])
        answer = self._wait(on, lambda answer: proof_of(answer, file) is not None, new_since=before)
        if answer is None:
            raise Unproved(
                "They took a letter with a small text file and gave neither its SHA-256 nor the file back, so nothing"
                " shows that it arrived whole. Have whoever answers give its SHA-256 or attach it again, and run the"
                " test once more."
            )
        if not proof_of(answer, file):
            raise Broken(
                f"{file.name} did not arrive as it was sent: what they gave back is another file. Look at what changes"
                " attachments on the way, such as a scanner or a gateway."
            )
        return "A small text file arrived whole: they gave its SHA-256, or the file itself, back."

    def _bounce(self) -> str:
        """To a mailbox that nobody has."""
        on, domain = Correspondence(), self.mailbox.rpartition("@")[2]
        nobody, on.over = f"no-such-mailbox-{on.id:x}@{domain}", True  # there is no ticket to close
        try:
            self._say(on, Kind.UPDATE, f"{TITLE}: this goes to a mailbox that does not exist.", to=nobody)
        except NotTaken as refused:
            if refused.forever:
                return "A letter to a mailbox that does not exist was refused."
            raise
        with suppress(Broken):
            self._wait(on, lambda _: False)
            raise Broken(
                f"A letter to a mailbox of {domain} that does not exist was neither refused nor returned within"
                f" {self.patience:.0f} seconds: their mail server has to do one of the two, or letters are lost."
            ) from None
        return "A letter to a mailbox that does not exist came back with a report."

    def _redirect(self) -> str:
        on = Correspondence()
        self._say(on, Kind.RAISE, "Please refuse this and name the right desk.", PLEASE_REFUSE)
        answer = self._wait(on, lambda answer: answer.refuses or answer.resolves)
        if answer is None or not answer.refuses:
            raise Broken(
                "They did not refuse the case that asks for it: answer that it is not yours, with a line"
                " “Right desk: …”."
            )
        on.over = True
        if not answer.to:
            raise Broken("They refused the case without naming the right desk: write a line “Right desk: …”.")
        return f"They refused it and named {answer.to}."

    def _close(self, on: Correspondence) -> str:
        answer = self._wait(on, lambda answer: answer.resolves or answer.refuses)
        if answer is None:
            raise Broken(
                f"They proposed no resolution within {self.patience:.0f} seconds: their person has to resolve the test"
                " ticket and their tool has to write that it is resolved."
            )
        if answer.refuses:
            raise Broken("They refused the case, so it cannot be resolved and closed.")
        self._one_ticket(on)
        self._say(on, Kind.CONFIRM, "The conformance test is over. Thank you.")
        on.over = True
        how = "" if answer.kind else " They say so in words, so a person here records it."
        return f"They proposed a resolution and took our confirmation.{how}"

    def _one_ticket(self, on: Correspondence) -> None:
        if len(on.numbers) > 1:
            raise Broken(
                f"One conversation became {' and '.join(on.numbers)}: they have to find their ticket by the letter ours"
                " answers (In-Reply-To) or by their own number in the subject before they make a new one."
            )

    # Writing and listening

    def _say(
        self,
        on: Correspondence,
        kind: Kind,
        words: str,
        title: str = TITLE,
        files: Iterable[Attachment] = (),
        to: str = "",
    ) -> None:
        last, number = on.newest, on.numbers[0] if on.numbers else ""
        letter = compose(
            Outgoing(
                name=f"conformance.{on.id}.{len(on.said) + 1}",
                to=[to or self.mailbox],
                reference=on.reference,
                subject=title,
                kind=kind.value,
                words=words,
                at=now(),
                answers_to=(For.TRIAL, on.id),
                their_reference=number,
                their_tag=tag_for(number, last.letter.subject) if last else "",
                in_reply_to=last.letter.message_id if last else "",
                references=on.said,
                footer=watermark(last.letter) if last else "",
                replies=f"It is answered at {on.reference} and joins no case.",
                attachments=list(files),
            ),
            self.office,
        )
        on.said.append(str(letter["Message-ID"]))
        if on not in self.begun:
            self.begun.append(on)  # taken or not: an answer that never came does not mean that there is no ticket
        envelope_from = self.office.addresses.bounce_address(For.TRIAL, on.id)
        post(letter.as_bytes(), envelope_from=envelope_from, to=to or self.mailbox, server=self.server)

    def _wait(
        self, on: Correspondence, wanted: Callable[[Answer], bool], new_since: Iterable[str] = ()
    ) -> Answer | None:
        """The first such answer there is or comes. A question is answered meanwhile, or they would wait for us."""
        until, before = time.monotonic() + self.patience, set(new_since)
        while True:
            self._listen(on)
            found = next((each for name, each in on.heard.items() if name not in before and wanted(each)), None)
            if found or time.monotonic() >= until:
                return found
            Event().wait(self.every)

    def _listen(self, on: Correspondence) -> None:
        for content in list(self.came(on.id)):
            letter = read_letter(content)
            name = letter.message_id or sha256(content).hexdigest()
            if name in on.heard:
                continue
            on.heard[name] = answer = self._understood(letter)
            on.over = on.over or answer.refuses
            if answer.hand is Hand.DELIVERY_REPORT:
                self._came_back(on, letter)
            if answer.asks and not answer.resolves and on.answered < MOST_ANSWERS and not on.over:
                on.answered += 1
                self._say(on, Kind.SUPPLY_INFO, "It is a conformance test; there is nothing to add.")

    def _understood(self, letter: Letter) -> Answer:
        try:
            said = mailed(letter, self.ways)
        except Unreadable:
            said = None
        theirs = their_reference(letter)
        named = RIGHT_DESK.search(split_quoted(words_of(letter)).new)
        message = said.message if said else None
        to = message.redirect.to if message and message.redirect else named["desk"] if named else ""
        number = (message.our_number if message else "") or (theirs.number if theirs else "")
        hand = classify(letter, instance=self.office.instance).hand
        return Answer(letter, hand, message.kind if message else None, number, to)

    def _came_back(self, on: Correspondence, letter: Letter) -> None:
        failed = next((each for each in bounce.read_bounces(letter) if each.fate is bounce.Fate.FAILED), None)
        if failed:
            on.over = True
            raise Broken(f"Our letter came back: {failed.reason} {failed.diagnostic}".strip()[:300])

    def _tidy(self) -> None:
        """No test ticket should stay with their people, however the trial ended."""
        for on in self.begun:
            with suppress(NotTaken):
                if not on.over:
                    self._say(on, Kind.WITHDRAW, "The conformance test is over; please close this.")
