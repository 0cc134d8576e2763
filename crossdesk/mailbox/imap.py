"""Fetches letters from a mailbox that can only be polled. A letter is marked or moved only once it is kept.

Whether a letter is new is told by its number and never by its mark: a person who looks into the same mailbox reads
letters, and those would be lost.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError, MailboxLoginError

from crossdesk.exchange.letters.raw import RawLetter, Store, Transport
from crossdesk.exchange.letters.read import Letter, read_letter

LARGEST = 25 * 1024 * 1024
MOST_AT_ONCE = 200
PATIENCE = 30.0
# One bad letter is its own trouble; several in a row are ours, and the rest wait until it has passed.
TROUBLES_IN_A_ROW = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Account:
    host: str
    user: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)  # of OAuth; used instead of a password where given
    port: int = 993
    folder: str = "INBOX"
    kept_folder: str = ""  # kept letters move there; without one they stay and are marked as read
    encrypted: bool = True


@dataclass(frozen=True)
class Place:
    """How far a folder has been read. It belongs to one numbering, which the server may give up for another."""

    numbering: int = 0  # UIDVALIDITY
    last: int = 0
    again: tuple[int, ...] = ()  # not kept yet, to be offered again


@dataclass(frozen=True)
class Polled:
    place: Place
    kept: tuple[str, ...] = ()  # what the store called them
    left: tuple[str, ...] = ()  # a sentence for each letter still in the mailbox


class Unreachable(Exception):
    """The mailbox could not be read; its text says why and what to check."""


def poll(
    account: Account,
    store: Store,
    place: Place,
    *,
    clock: Callable[[], datetime],
    remember: Callable[[Place], None] = lambda _: None,
    largest: int = LARGEST,
) -> Polled:
    """`remember` is told after every letter, so that a poll cut short goes on where it stopped."""
    with opened(account) as box:
        return Round(account, box, store, clock, remember, largest).run(place)


@contextmanager
def opened(account: Account) -> Iterator[BaseMailBox]:
    try:
        with connected(account) as box:
            sign_in(box, account)
            box.folder.set(account.folder)
            yield box
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as trouble:
        raise Unreachable(
            f"The mailbox of {account.user} at {account.host} could not be read ({type(trouble).__name__}); "
            "check its address, its password and its folders."
        ) from trouble


def sign_in(box: BaseMailBox, account: Account) -> None:
    try:
        if account.token:
            box.xoauth2(account.user, account.token, initial_folder=None)
        else:
            box.login(account.user, account.password, initial_folder=None)
    except (imaplib.IMAP4.error, MailboxLoginError) as trouble:
        if isinstance(trouble, imaplib.IMAP4.abort):  # the line broke, which says nothing about the key
            raise
        what = "its token" if account.token else "its name and password"
        raise Unreachable(
            f"The mailbox of {account.user} at {account.host} does not let us in; check {what}."
        ) from trouble


def connected(account: Account) -> BaseMailBox:
    if account.encrypted:
        return MailBox(account.host, account.port, timeout=PATIENCE, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(account.host, account.port, timeout=PATIENCE)


@dataclass
class Round:
    account: Account
    box: BaseMailBox
    store: Store
    clock: Callable[[], datetime]
    remember: Callable[[Place], None]
    largest: int

    def run(self, place: Place) -> Polled:
        place = self.numbered(place)
        kept: list[str] = []
        left: list[str] = []
        troubles = 0
        for uid in self.waiting(place):
            place = replace(place, last=max(place.last, uid), again=tuple(each for each in place.again if each != uid))
            try:
                kept += self.keep(uid, left)
                troubles = 0
            except StoreTrouble as trouble:
                place = replace(place, again=(*place.again, uid))
                left.append(f"Letter {uid} could not be kept ({trouble}); it is offered again at the next poll.")
                troubles += 1
            self.remember(place)
            if troubles == TROUBLES_IN_A_ROW:
                break
        return Polled(place, tuple(kept), tuple(left))

    def numbered(self, place: Place) -> Place:
        numbering = self.box.folder.status(self.account.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
        if numbering == place.numbering:
            return place
        # Old numbers mean nothing now, so every letter is offered again; the store knows those it has.
        if place.numbering:
            log.warning("The mailbox of %s was numbered anew; it is read from its start", self.account.user)
        return Place(numbering)

    def waiting(self, place: Place) -> list[int]:
        _, found = self.box.client.uid("SEARCH", "UID", f"{place.last + 1}:*")
        numbers = {int(each) for each in (found[0] or b"").split()}
        # A range to the end always finds the last letter, even one that was read before.
        new = sorted(each for each in numbers if each > place.last)
        return sorted(place.again)[:MOST_AT_ONCE] + new[:MOST_AT_ONCE]

    def keep(self, uid: int, left: list[str]) -> list[str]:
        facts = self.fetched(uid, "(RFC822.SIZE INTERNALDATE)")
        size = re.search(rb"RFC822\.SIZE (\d+)", facts[0])
        if size is None:
            return []  # somebody moved it away meanwhile
        if int(size[1]) > self.largest:
            left.append(f"Letter {uid} is larger than {self.largest // 1024**2} MB and stays; a person has to read it.")
            return []
        _, content = self.fetched(uid, "(BODY.PEEK[])")
        letter = self.raw(content, facts[0])
        try:
            name = self.store(letter)
        except Exception as trouble:
            raise StoreTrouble(type(trouble).__name__) from trouble
        self.put_away(uid)
        return [name]

    def fetched(self, uid: int, what: str) -> tuple[bytes, bytes]:
        """The server's line about the letter, and its bytes where they were asked for."""
        _, answers = self.box.client.uid("FETCH", str(uid), what)
        for answer in answers:
            if isinstance(answer, tuple):
                return answer[0], answer[1]
            if isinstance(answer, bytes) and b"RFC822.SIZE" in answer:
                return answer, b""
        return b"", b""

    def raw(self, content: bytes, facts: bytes) -> RawLetter:
        letter = read_letter(content)
        path = letter.header("Return-Path").strip()
        return RawLetter(
            content=content,
            envelope_from=path.strip("<>").strip() if path else None,
            envelope_to=delivered_to(letter),
            arrived_at=min(received_at(facts) or self.clock(), self.clock()),
            transport=Transport.IMAP,
        )

    def put_away(self, uid: int) -> None:
        if self.account.kept_folder:
            self.box.move([str(uid)], self.account.kept_folder)
        else:
            self.box.flag([str(uid)], MailMessageFlags.SEEN, True)


class StoreTrouble(Exception):
    """The store did not keep a letter."""


def delivered_to(letter: Letter) -> tuple[str, ...]:
    found = letter.all_headers("Delivered-To") + letter.all_headers("X-Original-To")
    return tuple(dict.fromkeys(each.strip().strip("<>") for each in found))


def received_at(facts: bytes) -> datetime | None:
    """When the mail server took it in: the hour the desk was told, which no sender can choose."""
    found = re.search(rb'INTERNALDATE "([^"]{1,60})"', facts)
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z") if found else None
    except ValueError:
        return None
