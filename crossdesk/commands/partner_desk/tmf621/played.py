"""Its person by script, and what its server tells whoever subscribed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from crossdesk.commands.partner_desk.tmf621.desk import Ticket, TicketDesk
from crossdesk.exchange.conformance.saying import asks_to_be_refused
from crossdesk.kit.time import iso

STEPS: dict[str, Callable[[TicketDesk, Ticket], None]] = {
    "begin": lambda desk, ticket: desk.turn(ticket, "inProgress"),
    "comment": lambda desk, ticket: desk.write(ticket, "We look into it."),
    "attach": lambda desk, ticket: desk.attach(ticket, "registrations.log", b"Nothing was registered on Monday.\n"),
    "ask": lambda desk, ticket: desk.turn(ticket, "pending", "Which MPANs are affected?"),
    "hold": lambda desk, ticket: desk.turn(ticket, "held", "We wait for our supplier."),
    "resolve": lambda desk, ticket: desk.turn(ticket, "resolved", "The service was restarted."),
    "refuse": lambda desk, ticket: desk.turn(ticket, "rejected", desk.faults.refusal),
}


@dataclass
class Player:
    desk: TicketDesk
    plays: Sequence[str]
    answer_to: str = ""
    """The base address of the face whose listener is told; whoever subscribed at the hub is told as well."""
    key: str = ""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20, trust_env=False))

    def step(self) -> Iterator[str]:
        """A question is waited for, and what is disputed is resolved again."""
        for ticket in list(self.desk.tickets.values()):
            name = self._next(ticket)
            if name and not ticket.over and ticket.status != "pending":
                ticket.played += 1
                STEPS[name](self.desk, ticket)
                yield f"{ticket.id}: {name}"
        yield from self._tell()

    def _next(self, ticket: Ticket) -> str:
        if asks_to_be_refused(ticket.said.texts.get("name", "")) or self.desk.faults.refuses:
            return "refuse"
        if ticket.played < len(self.plays):
            return self.plays[ticket.played]
        return "resolve" if ticket.disputed and "resolve" in self.plays else ""

    def _tell(self) -> Iterator[str]:
        """Thin: that something changed, never what. What is not heard is read all the same."""
        said, self.desk.events = self.desk.events, []
        where = [(self.answer_to, self.key)] if self.answer_to else []
        where += [(callback, "") for callback, _ in self.desk.subscriptions.values()]
        for kind, ticket in self.desk.faults.told(said):
            when, what = iso(ticket.changed_at), {"troubleTicket": {"id": ticket.id}}
            event = {"eventId": uuid4().hex, "eventType": kind, "eventTime": when, "event": what}
            for base, key in where:
                headers = {"Authorization": f"Bearer {key}"} if key else {}
                try:
                    told = self.http.post(f"{base.rstrip('/')}/listener/{kind}", json=event, headers=headers)
                    yield f"{ticket.id}: {kind} told, they answer {told.status_code}"
                except httpx.HTTPError as trouble:
                    yield f"{ticket.id}: {kind} does not reach them ({type(trouble).__name__})"
