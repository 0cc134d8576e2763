"""One request to an instance, and what its answer means. Status codes and headers decide; no words are read."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from crossdesk.exchange.channels.servicenow.tenant import Basic, Tenant
from crossdesk.exchange.channels.servicenow.tokens import KEPT, Tokens
from crossdesk.exchange.channels.servicenow.trouble import Trouble
from crossdesk.exchange.outgoing import Endless, whole

LONGEST_WAIT = timedelta(hours=2)
"""A rate limit of theirs is by the hour; whoever asks us to wait longer is asked again sooner."""
MOST_TOLD = 300
LARGEST_ANSWER = 16 * 1024 * 1024
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Answer:
    result: Any
    headers: httpx.Headers

    def total(self) -> int | None:
        count = self.headers.get("X-Total-Count", "")
        return int(count) if count.isdecimal() else None


@dataclass
class Api:
    http: httpx.Client
    tenant: Tenant
    clock: Callable[[], datetime]
    tokens: Tokens = field(default_factory=lambda: KEPT)

    def get(self, path: str, **asked: str | int) -> Answer:
        return self.call("GET", path, params={name: str(value) for name, value in asked.items()})

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, str] | None = None,
        content: bytes | None = None,
        content_type: str = "",
    ) -> Answer:
        headers = {"Accept": "application/json"} | ({"Content-Type": content_type} if content_type else {})

        def send() -> httpx.Response:
            return self._sent(method, path, params=params, json=json, content=content, headers=headers)

        answer = send()
        if answer.status_code == 401 and not isinstance(self.tenant.credential, Basic):
            self.tokens.forget(self.tenant)  # it may have been revoked before its time
            answer = send()
        if answer.is_success:
            return self._understood(answer, method)
        raise self._refused(answer, method)

    def content(self, path: str, most: int) -> bytes:
        """A file of theirs; one that is larger than it said is not read to its end."""
        try:
            with self.http.stream("GET", self._url(path), headers=self._authorization()) as answer:
                if not answer.is_success:
                    raise self._refused(self._whole(answer), "GET")
                read = b""
                for piece in answer.iter_bytes():
                    read += piece
                    if len(read) > most:
                        raise Trouble(f"A file at {self.tenant.base} is larger than the {most} bytes agreed.", True)
                return read
        except httpx.HTTPError as trouble:
            raise self._silent(trouble, "GET") from trouble

    def _sent(self, method: str, path: str, *, headers: Mapping[str, str], **rest: Any) -> httpx.Response:
        try:
            told = {**headers, **self._authorization()}
            with self.http.stream(method, self._url(path), headers=told, follow_redirects=False, **rest) as answer:
                return self._whole(answer)
        except httpx.HTTPError as trouble:
            raise self._silent(trouble, method) from trouble

    def _whole(self, answer: httpx.Response) -> httpx.Response:
        try:
            return whole(answer, LARGEST_ANSWER)
        except Endless as endless:
            raise Trouble(f"{self.tenant.base} answered with more than {LARGEST_ANSWER} bytes.") from endless

    def _url(self, path: str) -> str:
        return f"{self.tenant.base.rstrip('/')}{path}"

    def _authorization(self) -> dict[str, str]:
        credential = self.tenant.credential
        if isinstance(credential, Basic):
            return _basic(credential)
        return {"Authorization": f"Bearer {self.tokens.get(self.http, self.tenant, self.clock)}"}

    def _silent(self, trouble: httpx.HTTPError, method: str) -> Trouble:
        landed = method != "GET" and not isinstance(trouble, NEVER_SENT)
        return Trouble(f"{self.tenant.base} does not answer ({type(trouble).__name__}).", landed=landed)

    def _understood(self, answer: httpx.Response, method: str) -> Answer:
        if answer.status_code == 204:
            return Answer(None, answer.headers)
        try:
            said = answer.json()
            return Answer(said["result"], answer.headers)
        except (ValueError, KeyError, TypeError) as trouble:
            because = f"{self.tenant.base} answered with something else than data; it may be asleep or in maintenance."
            raise Trouble(because, landed=method != "GET") from trouble

    def _refused(self, answer: httpx.Response, method: str) -> Trouble:
        code, base = answer.status_code, self.tenant.base
        if code == 429:
            return Trouble(f"{base} lets us ask no more for now (429).", retry_after=self._wait(answer.headers))
        if code in (401, 403):
            return Trouble(f"{base} refuses our account ({code}). {told(answer)}".strip(), credential=True)
        if code in (408, 425) or code >= 500:
            landed = method != "GET" and code != 503
            return Trouble(
                f"{base} has trouble of its own ({code}).", landed=landed, retry_after=self._wait(answer.headers)
            )
        return Trouble(f"{base} does not take this ({code}). {told(answer)}".strip(), forever=True)

    def _wait(self, headers: httpx.Headers) -> timedelta | None:
        """Retry-After in seconds or as a date; where it is missing, the moment the limit begins anew."""
        said, reset, at = headers.get("Retry-After", ""), headers.get("X-RateLimit-Reset", ""), self.clock()
        wait = None
        if said.isdecimal():
            wait = timedelta(seconds=int(said[:9]))
        elif said:
            try:
                wait = parsedate_to_datetime(said).astimezone(UTC) - at
            except (ValueError, TypeError):
                wait = None
        elif reset.isdecimal():
            wait = datetime.fromtimestamp(int(reset[:11]), UTC) - at
        return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT) if wait is not None else None


def _basic(credential: Basic) -> dict[str, str]:
    pair = b64encode(f"{credential.user}:{credential.password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def told(answer: httpx.Response) -> str:
    """What they said of it, for a person to read."""
    try:
        error = answer.json()["error"]
        words = [str(error[name]) for name in ("message", "detail") if error.get(name)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return " ".join(": ".join(words).split())[:MOST_TOLD]
