"""Its mailbox and its way to ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from crossdesk.commands.partner_desk.mail.desk import MailDesk
from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.posting import post
from crossdesk.mailbox.listener import Listener


@contextmanager
def listening(desk: MailDesk, port: int = 0) -> Iterator[str]:
    """Yields the URL of its mail server."""
    with Listener(
        desk.take, clock=desk.clock, takes=desk.takes, port=port, name=f"mx.{desk.manner.domain}"
    ) as listener:
        yield f"smtp://127.0.0.1:{listener.port}"


@dataclass
class Player:
    desk: MailDesk
    server: str
    """Where its letters leave: the mail server in front of ours, or our mailbox itself."""

    def step(self) -> Iterator[str]:
        self.desk.step()
        said, self.desk.log = self.desk.log, []
        yield from said
        leaving = list(self.desk.leaving())
        for at, each in enumerate(leaving):
            try:
                post(each.content, envelope_from=each.envelope_from, to=each.to, server=self.server)
            except NotTaken as trouble:
                yield f"{each.said} is not taken: {trouble.because}"
                if not trouble.forever:
                    self.desk.not_left(leaving[at:])
                    return
            else:
                yield each.said
