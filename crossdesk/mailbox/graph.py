"""Fetches letters from a mailbox of Exchange Online by Microsoft Graph: what is new by delta query, each letter whole
as it arrived, under an id that stays the same when somebody moves it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from crossdesk.exchange.letters.raw import RawLetter, Store, Transport
from crossdesk.exchange.letters.read import read_letter
from crossdesk.mailbox.grants import Grant, Refused
from crossdesk.mailbox.imap import LARGEST, TROUBLES_IN_A_ROW, Unreachable, delivered_to

PREFER = 'IdType="ImmutableId", odata.maxpagesize=50'
PATIENCE = httpx.Timeout(60.0, connect=10.0)
MOST_PAGES = 40
"""In one look; the rest comes at the next."""


@dataclass(frozen=True)
class GraphAccount:
    mailbox: str
    grant: Grant
    base: str = "https://graph.microsoft.com/v1.0"
    folder: str = "inbox"
    kept_folder: str = ""  # kept letters move there; without one they stay and are marked as read

    @property
    def messages(self) -> str:
        return f"{self.base}/users/{quote(self.mailbox)}/messages"

    @property
    def beginning(self) -> str:
        folder = f"{self.base}/users/{quote(self.mailbox)}/mailFolders/{quote(self.folder)}"
        return f"{folder}/messages/delta?changeType=created&$select=id,receivedDateTime"


@dataclass(frozen=True)
class GraphPlace:
    """How far the folder has been read, as Graph calls it."""

    link: str = ""
    again: tuple[str, ...] = ()  # ids that were not kept yet, to be offered again


@dataclass(frozen=True)
class GraphPolled:
    place: GraphPlace
    kept: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class _Gone(Exception):
    """Graph knows the place no more; the folder is read from its start, and the store knows the letters it has."""


class _NotKept(Exception):
    """The store did not keep a letter, or it could not be fetched now."""


def poll_graph(
    account: GraphAccount,
    store: Store,
    place: GraphPlace,
    *,
    clock: Callable[[], datetime],
    remember: Callable[[GraphPlace], None] = lambda _: None,
    largest: int = LARGEST,
) -> GraphPolled:
    try:
        with httpx.Client(timeout=PATIENCE, follow_redirects=False) as http:
            return _Look(account, http, store, clock, remember, largest).run(place)
    except Refused as trouble:
        raise Unreachable(f"The mailbox {account.mailbox} could not be read. {trouble}") from trouble
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        raise Unreachable(
            f"The mailbox {account.mailbox} could not be read: Microsoft Graph does not answer "
            f"({type(trouble).__name__})."
        ) from trouble


@dataclass
class _Look:
    account: GraphAccount
    http: httpx.Client
    store: Store
    clock: Callable[[], datetime]
    remember: Callable[[GraphPlace], None]
    largest: int
    kept: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    troubles: int = 0

    def run(self, place: GraphPlace) -> GraphPolled:
        for known in place.again:
            place = self._offered(known, None, replace(place, again=tuple(x for x in place.again if x != known)))
        for _ in range(MOST_PAGES):
            if self.troubles >= TROUBLES_IN_A_ROW:
                break
            try:
                page = self._asked(place.link or self.account.beginning)
            except _Gone:
                place = replace(place, link="")
                continue
            place, done = self._page(page, place)
            self.remember(place)
            if done:
                break
        return GraphPolled(place, tuple(self.kept), tuple(self.left))

    def _page(self, page: dict[str, Any], place: GraphPlace) -> tuple[GraphPlace, bool]:
        """Its letters first and the way on after them: stopped in between, the page is offered again."""
        for each in page.get("value", []):
            if "@removed" in each or not isinstance(each.get("id"), str):
                continue
            place = self._offered(each["id"], received(each), place)
        onward = page.get("@odata.nextLink") or page.get("@odata.deltaLink") or ""
        if onward and not self._same_host(str(onward)):
            raise Unreachable(f"Microsoft Graph sent us to another server for {self.account.mailbox}; nothing is read.")
        return replace(place, link=str(onward)), "@odata.nextLink" not in page

    def _same_host(self, link: str) -> bool:
        """Our token goes to the server we were told of and to no other."""
        asked, ours = urlsplit(link), urlsplit(self.account.base)
        return (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)

    def _offered(self, known: str, at: datetime | None, place: GraphPlace) -> GraphPlace:
        try:
            self._keep(known, at)
            self.troubles = 0
        except _NotKept as trouble:
            self.left.append(f"A letter could not be kept ({trouble}); it is offered again at the next look.")
            self.troubles += 1
            place = replace(place, again=(*place.again, known))
        return place

    def _keep(self, known: str, at: datetime | None) -> None:
        content = self._content(known)
        if content is None:
            return
        letter = read_letter(content)
        path = letter.header("Return-Path").strip()
        raw = RawLetter(
            content=content,
            envelope_from=path.strip("<>").strip() if path else None,
            envelope_to=delivered_to(letter),
            arrived_at=min(at or self.clock(), self.clock()),
            transport=Transport.GRAPH,
        )
        try:
            self.kept.append(self.store(raw))
        except Exception as trouble:
            raise _NotKept(type(trouble).__name__) from trouble
        self._put_away(known)

    def _content(self, known: str) -> bytes | None:
        """None for one that somebody deleted meanwhile, and for one too large to take."""
        url = f"{self.account.messages}/{quote(known, safe='')}/$value"
        content = bytearray()
        with self.http.stream("GET", url, headers=self._headers()) as answer:
            if answer.status_code == 404:
                return None
            if answer.status_code != 200:
                answer.read()
                self._judge(answer)
                raise _NotKept(f"Graph said {answer.status_code}")
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > self.largest:
                    self.left.append(
                        f"A letter is larger than {self.largest // 1024**2} MB and stays; a person has to read it."
                    )
                    return None
        return bytes(content)

    def _put_away(self, known: str) -> None:
        """What is kept is kept; that a mailbox looks untidy is told by the next trouble that matters."""
        url = f"{self.account.messages}/{quote(known, safe='')}"
        with suppress(httpx.HTTPError):
            if self.account.kept_folder:
                to = {"destinationId": self.account.kept_folder}
                self.http.post(f"{url}/move", json=to, headers=self._headers())
            else:
                self.http.patch(url, json={"isRead": True}, headers=self._headers())

    def _asked(self, url: str) -> dict[str, Any]:
        answer = self.http.get(url, headers=self._headers())
        self._judge(answer)
        if answer.status_code == 410:
            raise _Gone
        try:
            said = answer.raise_for_status().json()
        except ValueError as trouble:
            raise Unreachable(f"Microsoft Graph answered for {self.account.mailbox} with something else.") from trouble
        if not isinstance(said, dict):
            raise Unreachable(f"Microsoft Graph answered for {self.account.mailbox} with something else.")
        return said

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.account.grant.token(self.clock())}", "Prefer": PREFER}

    def _judge(self, answer: httpx.Response) -> None:
        name = self.account.mailbox
        if answer.status_code == 401:
            self.account.grant.forget()
            raise Unreachable(f"Microsoft Graph does not accept our token for {name}; it is asked for anew.")
        if answer.status_code == 403:
            raise Unreachable(
                f"Our client may not read {name}; it needs Mail.ReadWrite as an application, for this mailbox."
            )
        if answer.status_code == 404:
            raise Unreachable(f"Microsoft Graph knows no mailbox {name} or no folder {self.account.folder}.")
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Busy(f"Microsoft Graph is busy ({answer.status_code}) and {name} waits.", _retry_after(answer))


class Busy(Unreachable):
    def __init__(self, sentence: str, wait: timedelta) -> None:
        super().__init__(sentence)
        self.wait = wait


def _retry_after(answer: httpx.Response) -> timedelta:
    said = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(said), 3600)) if said.isdecimal() else timedelta()


def received(message: dict[str, Any]) -> datetime | None:
    """When the mail server took it in, which no sender can choose."""
    try:
        at = datetime.fromisoformat(str(message.get("receivedDateTime", "")))
    except ValueError:
        return None
    return at if at.tzinfo else None
