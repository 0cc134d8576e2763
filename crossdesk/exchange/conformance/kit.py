"""The joining kit on the channels of machines. It makes no case here, and closes its tickets there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event
from uuid import uuid4

from crossdesk.exchange.channels import Adapter, NotTaken, Speaking, Taken, Ticket
from crossdesk.exchange.channels.servicenow.adapter import ServiceNow
from crossdesk.exchange.channels.servicenow.trouble import Trouble
from crossdesk.exchange.channels.tmf621.adapter import TroubleTickets
from crossdesk.exchange.conformance.saying import PLEASE_REFUSE, TITLE, Conversation, note, why_no_file
from crossdesk.exchange.conformance.steps import Broken, Report, Step
from crossdesk.exchange.messages.message import Kind, Message, Side
from crossdesk.kit.time import now

ANSWERS = {Kind.RECEIPT, Kind.ACCEPT, Kind.UPDATE, Kind.REQUEST_INFO, Kind.PROPOSE_RESOLUTION, Kind.CLOSE}
ENDS = {Kind.PROPOSE_RESOLUTION, Kind.CLOSE, Kind.REJECT_REDIRECT}
Kept = Callable[[str], Iterable[Message]]
"""What came in by itself for a conversation, on a channel that tells by itself."""


@dataclass
class Trial:
    adapter: Adapter
    to: Speaking
    us: Side
    them: Side
    kept: Kept
    patience: float = 60.0
    """Seconds to wait for each answer of theirs."""
    every: float = 2.0
    report: Report = field(default_factory=Report)
    begun: list[Conversation] = field(default_factory=list)

    def run(self) -> list[Step]:
        case = Conversation(self.us, self.them)
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

    def _send(self, on: Conversation) -> str:
        self._say(on, on.raised(TITLE))
        return "They took a case."

    def _receive(self, on: Conversation) -> str:
        if not on.their_number:
            self._wait(on, lambda message: bool(message.our_number) or message.kind is Kind.REJECT_REDIRECT)
        if not on.their_number:
            raise Broken("No number of theirs came back: their answer to a new case has to carry their ticket number.")
        return f"Their number is {on.their_number}."

    def _thread(self, on: Conversation) -> str:
        taken = self._say(on, on.message(Kind.UPDATE, "A second message of the same conformance test."))
        if not taken.their_number:
            raise Broken("They took a second message and did not say which ticket it reached: answer with its number.")
        if on.their_number and taken.their_number != on.their_number:
            raise Broken(
                f"A second message reached {taken.their_number} instead of {on.their_number}: they have to find their"
                " ticket by our reference before they make a new one."
            )
        return f"A second message reached {taken.their_number} too."

    def _acknowledge(self, on: Conversation) -> str:
        message = self._wait(on, lambda message: message.kind in ANSWERS | ENDS)
        if message is None:
            raise Broken(
                f"No word came within {self.patience:.0f} seconds that they have it: their tool has to tell us when a"
                " ticket is taken up, and on a channel that tells by itself it needs our address and a key."
            )
        if message.kind is Kind.REJECT_REDIRECT:
            raise Broken(
                f"They refused a case that was for them (“{_words(message)}”): take it as your own and work it."
            )
        return f"They answered: {message.kind}."

    def _attach(self, on: Conversation) -> str:
        file = note()
        if none := why_no_file(self.to.ways):
            return none
        self._say(on, on.message(Kind.UPDATE, "A file of the conformance test.", files=[file]))
        there = self._names_there(on)
        if there is None:
            return "They took a small text file; whether it opens, a person has to look."
        if file.name not in there:
            raise Broken(f"{file.name} is not on their ticket: let our account attach files of this kind.")
        return "A small text file is on their ticket."

    def _bounce(self) -> str:
        """About a ticket there never was."""
        on = Conversation(self.us, self.them, f"unknown.{uuid4().hex}", uuid4().hex, "NO-SUCH-TICKET")
        try:
            self._say(on, on.message(Kind.UPDATE, f"{TITLE}: this is about a ticket that does not exist."))
        except NotTaken as refused:
            if refused.forever and not refused.credential:
                on.over = True
                return "A message about no ticket of theirs was refused."
            raise
        raise Broken("They took a message about a ticket that does not exist: it has to be refused, or it is lost.")

    def _redirect(self) -> str:
        on = Conversation(self.us, self.them)
        self._say(on, on.raised(PLEASE_REFUSE))
        message = self._wait(on, lambda message: message.kind in ENDS)
        if message is None or message.kind is not Kind.REJECT_REDIRECT:
            raise Broken(
                "They did not refuse the case that asks for it: a case of another desk has to come back as refused,"
                " by the state the agreement gives that meaning."
            )
        if not (message.redirect and message.redirect.to):
            raise Broken("They refused the case without naming the right desk: name it, or write “Right desk: …”.")
        return f"They refused it and named {message.redirect.to}."

    def _close(self, on: Conversation) -> str:
        message = self._wait(on, lambda message: message.kind in ENDS)
        if message is None:
            raise Broken(
                f"They proposed no resolution within {self.patience:.0f} seconds: their person or their rule has to"
                " resolve the test ticket, or the state they set has no meaning in the agreement."
            )
        if message.kind is Kind.REJECT_REDIRECT:
            raise Broken("They refused the case, so it cannot be resolved and closed.")
        self._say(on, on.message(Kind.CONFIRM, "The conformance test is over. Thank you."))
        on.over = True
        return "They proposed a resolution and took our confirmation."

    # Speaking and listening

    def _say(self, on: Conversation, message: Message) -> Taken:
        if on not in self.begun:
            self.begun.append(on)  # taken or not: an answer that never came does not mean that there is no ticket
        taken = self.adapter.deliver(message, self._speaking(on))
        on.their_id = on.their_id or taken.their_id
        on.their_number = on.their_number or taken.their_number
        on.version = taken.version or on.version
        return taken

    def _speaking(self, on: Conversation) -> Speaking:
        return replace(self.to, token=on.token, their_id=on.their_id, their_number=on.their_number, version=on.version)

    def _wait(self, on: Conversation, wanted: Callable[[Message], bool]) -> Message | None:
        """The first such message there is or comes. A question is answered meanwhile, or they would wait for us."""
        until = time.monotonic() + self.patience
        while True:
            self._listen(on)
            found = next((each for each in on.heard.values() if wanted(each)), None)
            if found or time.monotonic() >= until:
                return found
            Event().wait(self.every)

    def _listen(self, on: Conversation) -> None:
        ticket = Ticket(on.token, on.their_id, "", on.version)
        came = list(self.kept(on.token))
        try:
            changes = self.adapter.changes(self._speaking(on), "", [ticket] if on.their_id else [], now())
        except NotTaken as trouble:
            if trouble.forever or trouble.credential:
                raise
            return
        for each in changes.heard:
            came.append(each.message)
            on.version = each.version or on.version
        for message in came:
            if message.id in on.heard:
                continue
            on.heard[message.id] = message
            on.over = on.over or message.kind is Kind.REJECT_REDIRECT
            on.their_number = on.their_number or message.our_number
            if message.kind is Kind.REQUEST_INFO:
                self._say(on, on.message(Kind.SUPPLY_INFO, "It is a conformance test; there is nothing to add."))

    def _names_there(self, on: Conversation) -> set[str] | None:
        """The files of their ticket, where its channel shows them."""
        match self.adapter:
            case ServiceNow():
                try:
                    return {each.name for each in self.adapter.desk(self._speaking(on)).files(on.their_id)}
                except Trouble as trouble:
                    raise NotTaken(trouble.because, forever=trouble.forever) from trouble
            case TroubleTickets():
                return self.adapter.files(self._speaking(on))
        return None

    def _tidy(self) -> None:
        """No test ticket should stay with their people, however the trial ended."""
        for on in self.begun:
            with suppress(NotTaken):
                if not on.over:
                    self._say(on, on.message(Kind.WITHDRAW, "The conformance test is over; please close this."))


def _words(message: Message) -> str:
    return message.words.strip().splitlines()[0][:120] if message.words.strip() else "without a word"
