"""Mailboxes in processes of their own, and a sender who offers each letter until it is taken, as a mail server does."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from crossdesk.cases.legs import Leg
from crossdesk.exchange.tests.post_office import written
from crossdesk.exchange.tests.storm import FAR_DESK, reply_to
from crossdesk.kit.tests.waiting import until


@dataclass(frozen=True)
class Written:
    words: str
    to: str
    content: bytes

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass
class Door:
    """A mailbox in a process of its own."""

    port: int
    lmtp: bool
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def see_to_it(self) -> None:
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-m", "crossdesk", "mailbox", "--port", str(self.port)]
            with self.log.open("ab") as kept:
                self.process = subprocess.Popen(
                    [*command, *(["--lmtp"] if self.lmtp else [])], env=self.environment, stdout=kept, stderr=kept
                )
        process = self.process
        until(lambda: process.poll() is not None or self.answers(), "the mailbox to open its door")

    def answers(self) -> bool:
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(15)

    def offer(self, letter: Written, strike: Callable[[], None]) -> bool:
        """True when it was answered by 250. `strike` comes between its words and the answer."""
        with suppress(OSError, smtplib.SMTPException), self._guest() as guest:
            guest.mail(FAR_DESK)
            if guest.rcpt(letter.to)[0] == 250 and guest.docmd("DATA")[0] == 354:
                guest.send(letter.content + b".\r\n")
                strike()
                return guest.getreply()[0] == 250
        return False

    @contextmanager
    def _guest(self) -> Iterator[smtplib.SMTP]:
        with (smtplib.LMTP if self.lmtp else smtplib.SMTP)("127.0.0.1", self.port) as guest:
            guest.ehlo()
            yield guest


def letter_on(number: int, leg: Leg) -> Written:
    words = f"We look into it, {number}."
    letter = written(FAR_DESK, reply_to(leg), f"Re: {leg.case}", words, Message_ID=f"<{number}@pennine.example>")
    return Written(words, reply_to(leg), letter.as_bytes())
