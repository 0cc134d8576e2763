"""Its tickets in memory: which letter is about which, and its person by script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Event, RLock

from crossdesk.commands.partner_desk.faults import Fault, Faults
from crossdesk.commands.partner_desk.mail.writing import (
    GARBAGE,
    Leaving,
    Manner,
    Words,
    answer,
    automatic,
    returned,
)
from crossdesk.exchange.conformance.saying import PLEASE_REFUSE
from crossdesk.exchange.letters.display import words_of
from crossdesk.exchange.letters.raw import RawLetter
from crossdesk.exchange.letters.read import Attachment, Letter, read_letter
from crossdesk.exchange.messages.message import Kind
from crossdesk.kit.time import now

STEPS = ("begin", "comment", "ask", "attach", "away", "resolve", "refuse")
KIND_LINE = re.compile(r"(?m)^Kind: ?([a-z-]+)\s*$")
OVER = {Kind.CONFIRM, Kind.CLOSE, Kind.WITHDRAW}
NOT_WATCHED = "This mailbox is not watched. Please use our portal."


@dataclass
class Ticket:
    number: str
    letters: list[Letter]
    plays: list[str]
    back: str = ""
    """Where reports and automatic replies go."""
    over: bool = False
    waits: bool = False
    """It asked something and has no answer yet."""


@dataclass
class MailDesk:
    plays: Sequence[str] = ("begin", "resolve")
    manner: Manner = field(default_factory=Manner)
    faults: Faults = field(default_factory=Faults)
    clock: Callable[[], datetime] = now
    tickets: list[Ticket] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    """Message-IDs: a letter that comes twice is one letter."""
    outbox: list[Leaving] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)

    def takes(self, address: str) -> bool:
        return address.strip().lower() == self.manner.address.lower()

    def take(self, raw: RawLetter) -> str:
        """What it raises is answered with 451: come again."""
        fault, letter = self.faults.next("SMTP"), read_letter(raw.content)
        if fault and fault.kind in {"slow", "landed"}:
            Event().wait(fault.seconds)
        if fault and fault.kind in {"down", "error", "throttled"}:
            raise OSError(fault.kind)
        with self.lock:
            if letter.message_id not in self.known:
                self.known.add(letter.message_id)
                self._kept(raw, letter, fault)
        if fault and fault.kind == "landed":
            raise OSError(fault.kind)
        return letter.message_id

    def _kept(self, raw: RawLetter, letter: Letter, fault: Fault | None) -> None:
        back = raw.envelope_from or letter.sender.email
        if fault and fault.kind == "bounces":
            self.outbox.append(returned(self.manner, letter, back, self.clock()))
        elif fault and fault.kind == "hibernating":
            self.outbox.append(automatic(self.manner, letter, back, "Automatic reply", NOT_WATCHED, self.clock()))
        else:
            self._read(letter, back)

    def _read(self, letter: Letter, back: str) -> None:
        ticket = next((each for each in self.tickets if self._is_about(each, letter)), None)
        found = KIND_LINE.search(words_of(letter))
        kind = found[1] if found else ""
        files = f" [{', '.join(each.name for each in letter.attachments)}]" if letter.attachments else ""
        if ticket is None:
            refuse = PLEASE_REFUSE in letter.subject or self.faults.refuses
            ticket = Ticket(self.manner.number(len(self.tickets) + 1), [], ["refuse"] if refuse else list(self.plays))
            self.tickets.append(ticket)
        self.log.append(f"{ticket.number}: {kind or 'a letter'} “{letter.subject[:90]}”{files}")
        ticket.letters.append(letter)
        ticket.back, ticket.waits = back, False
        if kind in OVER:
            ticket.over = True
        elif kind in {Kind.DISPUTE, Kind.REOPEN}:
            ticket.over, ticket.plays = False, ["resolve"]
        if letter.attachments and "SHA-256" in words_of(letter):
            self._prove(ticket, letter.attachments[0])
        if len(ticket.letters) == 1:
            self._say(ticket, Words("Thank you. We have your letter.", Kind.RECEIPT, "New"))

    def _prove(self, ticket: Ticket, file: Attachment) -> None:
        """By the file itself where its tool is Jira, which sends files along; else by its digest."""
        if self.faults.has("unproving"):
            self._say(ticket, Words("Thank you.", Kind.UPDATE))
            return
        content = file.content + (b"scanned" if self.faults.has("damages") else b"")
        if self.manner.style == "jira":
            self._say(ticket, Words("Your file is attached.", Kind.UPDATE, files=[(file.name, content)]))
        else:
            self._say(ticket, Words(f"The SHA-256 is {sha256(content).hexdigest()}.", Kind.UPDATE))

    def _is_about(self, ticket: Ticket, letter: Letter) -> bool:
        """By its own number in the subject, or by the letter it answers."""
        if re.search(rf"(?<!\w){re.escape(ticket.number)}(?!\w)", letter.subject):
            return True
        ours = {each.message_id for each in ticket.letters}
        return bool(ours & {*letter.in_reply_to, *letter.references})

    # What its person does

    def step(self) -> None:
        with self.lock:
            for ticket in self.tickets:
                if ticket.plays and not ticket.over and not ticket.waits:
                    self._play(ticket, ticket.plays.pop(0))

    def _play(self, ticket: Ticket, name: str) -> None:
        match name:
            case "begin":
                self._say(ticket, Words("We work on it.", Kind.ACCEPT, "In progress"))
            case "comment":
                self._say(ticket, Words("We look into it.", Kind.UPDATE))
            case "ask":
                ticket.waits = True
                self._say(ticket, Words("Which MPANs are affected?", Kind.REQUEST_INFO))
            case "attach":
                file = ("registrations.log", b"Nothing was registered on Monday.\n")
                self._say(ticket, Words("The log is attached.", Kind.UPDATE, files=[file]))
            case "away":
                last, text = ticket.letters[-1], "I am out of the office until Monday."
                self.outbox.append(automatic(self.manner, last, ticket.back, "Out of office", text, self.clock()))
            case "resolve":
                resolved = "The ticket is resolved: the service was restarted."
                self._say(ticket, Words(resolved, Kind.PROPOSE_RESOLUTION, "Resolved"))
            case "refuse":
                ticket.over = True
                self._say(ticket, Words("This is not ours.", Kind.REJECT_REDIRECT, to=self.faults.right_desk))

    def _say(self, ticket: Ticket, words: Words) -> None:
        letter = answer(self.manner, ticket.number, ticket.letters[-1], words, self.clock())
        if self.faults.has("garbage"):
            letter = Leaving(GARBAGE, letter.envelope_from, letter.to, f"{ticket.number}: garbage")
        self.outbox.append(letter)

    def leaving(self) -> Iterator[Leaving]:
        with self.lock:
            waiting, self.outbox = self.outbox, []
        yield from self.faults.told(waiting)

    def not_left(self, letters: Sequence[Leaving]) -> None:
        with self.lock:
            self.outbox[:0] = letters
