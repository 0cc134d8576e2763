"""Its tickets in memory, and its person by script: one step with each ticket at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any
from uuid import uuid4

from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.desks.ways import Meaning
from crossdesk.exchange.conformance.saying import asks_to_be_refused
from crossdesk.exchange.messages.message import Kind, Message, Redirect, Side, State
from crossdesk.kit.time import now

OVER = {Kind.CONFIRM, Kind.CLOSE, Kind.WITHDRAW}
STEPS = ("begin", "ask", "resolve", "refuse")


@dataclass
class Ticket:
    number: str
    raised: Message
    plays: list[str]
    heard: int = 0
    said: int = 0
    over: bool = False
    waits: bool = False
    """It asked something and has no answer yet."""


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]


@dataclass
class MessageDesk:
    plays: Sequence[str] = ("begin", "resolve")
    faults: Faults = field(default_factory=Faults)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    """By message id: offered again, it gets the same answer and has no second effect."""
    early: list[Message] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    outbox: list[Message] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)

    def take(self, message: Message) -> Reply:
        with self.lock:
            if before := self.replies.get(message.id):
                self.log.append(f"{before.body.get('number', '')}: {message.kind} again, taken once")
                return Reply(before.status, {**before.body, "repeated": True})
            reply = self._take(message)
            if reply.body["fate"] != "waiting":
                self.replies[message.id] = reply
                self._take_early(message.link)
            return reply

    def _take(self, message: Message) -> Reply:
        ticket = self.tickets.get(message.link)
        if message.after > (ticket.heard if ticket else 0):
            self.early.append(message)
            return Reply(202, {"fate": "waiting", "number": ticket.number if ticket else ""})
        if ticket is None and message.kind is not Kind.RAISE:
            self.log.append(f"{message.link}: {message.kind} refused, it belongs to no ticket")
            why = "It belongs to no conversation that is known here, and does not begin one."
            return Reply(422, {"fate": "refused", "title": why, "why": why, "number": ""})
        ticket = ticket or self._raised(message)
        ticket.heard = message.seq
        files = f" [{', '.join(each.name for each in message.files)}]" if message.files else ""
        words = message.about.title if message.about else message.words
        self.log.append(f"{ticket.number}: {message.kind} “{' '.join(words.split())[:90]}”{files}")
        self._follow(ticket, message)
        return Reply(202, {"fate": "applied", "number": ticket.number})

    def _take_early(self, link: str) -> None:
        """What came too soon and has its turn now."""
        heard = self.tickets[link].heard if link in self.tickets else 0
        if due := next((each for each in self.early if each.link == link and each.after <= heard), None):
            self.early.remove(due)
            self.take(due)

    def _raised(self, message: Message) -> Ticket:
        asked = message.about is not None and asks_to_be_refused(message.about.title)
        plays = ["refuse"] if asked or self.faults.refuses else list(self.plays)
        ticket = Ticket(f"PD-{len(self.tickets) + 1:04}", message, plays)
        self.tickets[message.link] = ticket
        self._say(ticket, Kind.RECEIPT, "", state=State(mapped=Meaning.ACKNOWLEDGED, raw="New"))
        return ticket

    def _follow(self, ticket: Ticket, message: Message) -> None:
        if message.kind is Kind.SUPPLY_INFO:
            ticket.waits = False
        elif message.kind in {Kind.DISPUTE, Kind.REOPEN} and "refuse" not in ticket.plays:
            ticket.over, ticket.plays = False, ["resolve"]
        elif message.kind in OVER:
            ticket.over = True
        if message.kind is Kind.WITHDRAW:
            self._say(ticket, Kind.WITHDRAW_ACK, "", state=State(mapped=Meaning.WITHDRAWN, raw="Withdrawn"))

    # What its person does

    def step(self) -> None:
        """The next with each ticket; an answer to a question is waited for."""
        with self.lock:
            for ticket in self.tickets.values():
                if ticket.plays and not ticket.over and not ticket.waits:
                    self._play(ticket, ticket.plays.pop(0))

    def _play(self, ticket: Ticket, name: str) -> None:
        match name:
            case "begin":
                self._say(ticket, Kind.ACCEPT, "", state=State(mapped=Meaning.IN_PROGRESS, raw="In progress"))
            case "ask":
                ticket.waits = True
                self._say(ticket, Kind.REQUEST_INFO, "Which MPANs are affected?")
            case "resolve":
                resolved = State(mapped=Meaning.RESOLVED, raw="Resolved")
                self._say(ticket, Kind.PROPOSE_RESOLUTION, "The service was restarted.", state=resolved)
            case "refuse":
                ticket.over = True
                self._say(
                    ticket, Kind.REJECT_REDIRECT, "This is not ours.", redirect=Redirect(to=self.faults.right_desk)
                )

    def _say(self, ticket: Ticket, kind: Kind, words: str, **more: Any) -> None:
        ticket.said += 1
        asked = ticket.raised
        message = Message(
            id=f"partner-desk.{uuid4().hex}",
            link=asked.link,
            kind=kind,
            seq=ticket.said,
            after=ticket.said - 1,
            heard=ticket.heard,
            occurred_at=now(),
            sender=Side(party=asked.to.party, desk=asked.to.desk, author="Ada Byron"),
            to=Side(party=asked.sender.party, desk=asked.sender.desk),
            our_number=ticket.number,
            your_number=asked.our_number,
            words=words,
            hops=1,
            **more,
        )
        self.outbox.append(message)

    # What leaves

    def leaving(self) -> Iterator[Message]:
        """In the order and as often as its manner has it."""
        with self.lock:
            waiting, self.outbox = self.outbox, []
        yield from self.faults.told(waiting)

    def not_left(self, messages: Sequence[Message]) -> None:
        with self.lock:
            self.outbox[:0] = messages
