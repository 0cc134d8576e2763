"""A demonstration's letters to the domain of a played desk go on to it: on this machine, and nowhere else."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass

from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.letters.raw import RawLetter, Store
from crossdesk.exchange.posting import post

HERE, PATIENCE = "127.0.0.1", 5.0


@dataclass(frozen=True)
class Passing:
    domain: str
    port: int

    @classmethod
    def read(cls, written: str) -> Passing | None:
        """`pennine.example:8096`. Nothing where nothing is named; raises `ValueError`."""
        if not written:
            return None
        domain, _, port = written.rpartition(":")
        return cls(domain.strip().lower().removeprefix("@"), int(port))

    def is_for(self, address: str) -> bool:
        return address.strip().lower().rpartition("@")[2] == self.domain

    def takes(self, address: str) -> bool:
        """Asked there at once, so that a mailbox nobody has is refused as it would be. A desk that is away takes it."""
        if not self.is_for(address):
            return True
        try:
            with smtplib.SMTP(HERE, self.port, timeout=PATIENCE) as desk:
                desk.ehlo_or_helo_if_needed()
                desk.mail("")
                return desk.rcpt(address)[0] < 500
        except (OSError, smtplib.SMTPException):
            return True

    def after(self, keep: Store) -> Store:
        """Kept first; not taken there, its sender is asked to come again."""

        def storing(letter: RawLetter) -> str:
            name = keep(letter)
            for to in filter(self.is_for, letter.envelope_to):
                try:
                    post(
                        letter.content,
                        envelope_from=letter.envelope_from or "",
                        to=to,
                        server=f"smtp://{HERE}:{self.port}",
                    )
                except NotTaken as trouble:
                    if not trouble.forever:
                        raise
            return name

        return storing


def sinking(keep: Store, written: str) -> tuple[Store, Callable[[str], bool]]:
    """What the sink does with a letter, and whose letters it takes."""
    passing = Passing.read(written)
    return (passing.after(keep), passing.takes) if passing else (keep, lambda _: True)
