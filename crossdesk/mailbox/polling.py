"""Reading a polled mailbox again and again: from where it stopped, patiently when it cannot be read, and saying so."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crossdesk.access import Refused
from crossdesk.exchange.letters.raw import Store
from crossdesk.exchange.models import ReadUpTo
from crossdesk.mailbox.grants import Grant
from crossdesk.mailbox.grants import Refused as NoToken
from crossdesk.mailbox.graph import GraphAccount, GraphPlace, poll_graph
from crossdesk.mailbox.imap import Account, Place, Unreachable, poll
from crossdesk.threads.viewer import verbs

LONGEST_WAIT = timedelta(minutes=15)

log = logging.getLogger(__name__)


def account_from(url: str) -> Account:
    parts = urlsplit(url)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname:
        raise Refused("A mailbox to poll is written imaps://name:password@host/folder; correct CROSSDESK_IMAP_URL.")
    encrypted = parts.scheme == "imaps"
    return Account(
        host=parts.hostname,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        port=parts.port or (993 if encrypted else 143),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        encrypted=encrypted,
    )


@dataclass
class Looking(ABC):
    """One mailbox, looked into again and again."""

    store: Store
    clock: Callable[[], datetime]
    every: timedelta
    failed: int = field(default=0, init=False)
    not_before: datetime | None = field(default=None, init=False)

    @property
    @abstractmethod
    def name(self) -> str:
        """What the mailbox is remembered by."""

    @abstractmethod
    def _read(self, kept: ReadUpTo) -> tuple[str, ...]:
        """Reads on from where it stopped; a sentence for each letter that stays. Raises `Unreachable`."""

    def look(self) -> None:
        at = self.clock()
        if self.not_before and at < self.not_before:
            return
        with verbs():
            kept, _ = ReadUpTo.objects.get_or_create(mailbox=self.name)
        try:
            left = self._read(kept)
        except Unreachable as trouble:
            self._in_trouble(str(trouble), at, getattr(trouble, "wait", timedelta()))
        else:
            self._well_again()
            for sentence in left:
                log.warning("%s", sentence)

    def _in_trouble(self, sentence: str, at: datetime, asked: timedelta) -> None:
        """One line when it begins and none while it lasts; each time twice as long until the next look."""
        self.failed += 1
        wait = max(min(self.every * 2 ** min(self.failed, 10), LONGEST_WAIT), asked)
        self.not_before = at + wait
        if self.failed == 1:
            log.warning("%s It is tried again, ever less often; crossdesk doctor says when it works.", sentence)
            with verbs():
                ReadUpTo.objects.filter(mailbox=self.name).update(trouble=sentence[:500], trouble_since=at)

    def _well_again(self) -> None:
        if self.failed:
            log.warning("The mailbox of %s can be read again.", self.name)
        self.failed, self.not_before = 0, None
        with verbs():
            ReadUpTo.objects.filter(mailbox=self.name).exclude(trouble="").update(trouble="", trouble_since=None)


@dataclass
class Polling(Looking):
    """By IMAP. `token_file` holds an OAuth token that something else renews, read anew each time; with `grant` we renew
    it ourselves."""

    account: Account
    token_file: str = ""
    grant: Grant | None = None

    @property
    def name(self) -> str:
        return f"{self.account.user}@{self.account.host}/{self.account.folder}"

    def _read(self, kept: ReadUpTo) -> tuple[str, ...]:
        start = Place(kept.numbering, kept.last, tuple(kept.again))
        try:
            polled = poll(self._signed_in(), self.store, start, clock=self.clock, remember=self._remember)
        except Unreachable:
            if self.grant:
                self.grant.forget()  # whatever it was, a fresh token costs one question
            raise
        return polled.left

    def _signed_in(self) -> Account:
        if self.grant:
            try:
                return replace(self.account, token=self.grant.token(self.clock()))
            except NoToken as trouble:
                raise Unreachable(f"The mailbox of {self.name} could not be read. {trouble}") from trouble
        if not self.token_file:
            return self.account
        try:
            return replace(self.account, token=Path(self.token_file).read_text(encoding="utf-8").strip())
        except OSError as trouble:
            raise Unreachable(f"The token of {self.name} cannot be read from {self.token_file}; renew it.") from trouble

    def _remember(self, place: Place) -> None:
        with verbs():
            ReadUpTo.objects.filter(mailbox=self.name).update(
                numbering=place.numbering, last=place.last, again=list(place.again)
            )


@dataclass
class GraphPolling(Looking):
    account: GraphAccount

    @property
    def name(self) -> str:
        return f"{self.account.mailbox}/{self.account.folder} by Graph"

    def _read(self, kept: ReadUpTo) -> tuple[str, ...]:
        start = GraphPlace(str(kept.place.get("link", "")), tuple(kept.place.get("again", ())))
        polled = poll_graph(self.account, self.store, start, clock=self.clock, remember=self._remember)
        self._remember(polled.place)
        return polled.left

    def _remember(self, place: GraphPlace) -> None:
        with verbs():
            kept = {"link": place.link, "again": list(place.again)}
            ReadUpTo.objects.filter(mailbox=self.name).update(place=kept)
