"""Its tickets in memory, what an outsider may change of them, and its person's acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock

from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.kit.time import now

OVER = frozenset({"closed", "cancelled", "rejected"})
THEIRS: Mapping[str, frozenset[str]] = {
    "acknowledged": frozenset({"cancelled"}),
    "inProgress": frozenset({"cancelled"}),
    "pending": frozenset({"inProgress", "cancelled"}),
    "held": frozenset({"cancelled"}),
    "resolved": frozenset({"closed", "inProgress", "cancelled"}),
}
"""The states its customer may ask for, by the state the ticket is in. Everything else is the desk's own."""


class Refused(Exception):
    """An answer in TMF621's words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Note:
    id: str
    author: str
    at: datetime
    text: str


@dataclass(frozen=True)
class File:
    id: str
    name: str
    media_type: str
    kind: str
    url: str = ""
    content: bytes | None = None
    """None: it is kept at `url`."""


@dataclass(frozen=True)
class Related:
    id: str
    name: str
    role: str
    refers_to: str


@dataclass(frozen=True)
class Turn:
    status: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Said:
    """What a request says, the same for both faces. None: nothing about it."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """name, description, severity, ticketType, priority."""
    requested_at: datetime | None = None
    numbers: tuple[tuple[str, str, str], ...] = ()
    """Of the other side, each with its owner and type."""
    notes: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    parties: tuple[Related, ...] = ()
    entities: tuple[Related, ...] = ()
    status: str = ""
    reason: str = ""


@dataclass
class Ticket:
    id: str
    began_at: datetime
    changed_at: datetime
    said: Said
    turns: list[Turn]
    notes: list[Note] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    played: int = 0

    @property
    def status(self) -> str:
        return self.turns[-1].status

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def disputed(self) -> bool:
        return len(self.turns) > 1 and (self.turns[-2].status, self.status) == ("resolved", "inProgress")


@dataclass
class TicketDesk:
    faults: Faults = field(default_factory=Faults)
    clock: Callable[[], datetime] = now
    tickets: dict[str, Ticket] = field(default_factory=dict)
    subscriptions: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Of its hub: callback and query, by id."""
    events: list[tuple[str, Ticket]] = field(default_factory=list)
    """What its customer is to be told, oldest first."""
    lock: RLock = field(default_factory=RLock)

    def found(self, id: str) -> Ticket:
        if id not in self.tickets:
            raise Refused(404, "notFound", f"There is no ticket {id}.")
        return self.tickets[id]

    def create(self, said: Said) -> Ticket:
        """Always new, as most servers have it: whoever is not sure looks before asking again."""
        with self.lock:
            at = self.clock()
            ticket = Ticket(f"TT-{len(self.tickets) + 1:05}", at, at, said, [Turn("acknowledged", at, "")])
            self.tickets[ticket.id] = ticket
            self._add(ticket, said, "Customer", at)
            return ticket

    def change(self, ticket: Ticket, said: Said) -> Ticket:
        with self.lock:
            if ticket.over:
                raise Refused(409, "conflict", f"{ticket.id} is {ticket.status} and cannot be changed any more.")
            if said.status and said.status != ticket.status:
                possible = THEIRS[ticket.status]
                if said.status not in possible:
                    raise Refused(409, "conflict", f"From {ticket.status} you may ask for {', '.join(possible)}.")
            at = self.clock()
            kept = ticket.said
            ticket.said = Said(
                {**kept.texts, **said.texts}, said.requested_at or kept.requested_at, said.numbers or kept.numbers,
                parties=said.parties or kept.parties, entities=said.entities or kept.entities,
            )  # fmt: skip
            self._add(ticket, said, "Customer", at)
            if said.status and said.status != ticket.status:
                self._turn(ticket, said.status, said.reason, at)
            return ticket

    # Its person

    def turn(self, ticket: Ticket, status: str, reason: str = "") -> None:
        with self.lock:
            self._turn(ticket, status, reason, self.clock())
            self.events.append(("troubleTicketStatusChangeEvent", ticket))

    def write(self, ticket: Ticket, words: str) -> None:
        with self.lock:
            self._add(ticket, Said(notes=(words,)), "Ada Byron", self.clock())
            self.events.append(("troubleTicketAttributeValueChangeEvent", ticket))

    def attach(self, ticket: Ticket, name: str, content: bytes) -> None:
        with self.lock:
            self._add(ticket, Said(files=(File("", name, "text/plain", "log", "", content),)), "", self.clock())
            self.events.append(("troubleTicketAttributeValueChangeEvent", ticket))

    def _turn(self, ticket: Ticket, status: str, reason: str, at: datetime) -> None:
        ticket.turns.append(Turn(status, at, reason))
        ticket.changed_at = at

    def _add(self, ticket: Ticket, said: Said, author: str, at: datetime) -> None:
        for words in said.notes:
            ticket.notes.append(Note(f"N{len(ticket.notes) + 1}", author, at, words))
        for file in said.files:
            id = f"A{len(ticket.files) + 1}"
            ticket.files.append(File(id, file.name, file.media_type, file.kind, file.url, file.content))
        ticket.changed_at = at
