"""One request and its answer: signed in, sent again where it did not get through, and trouble raised as it was told."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter

Shape = TypeVar("Shape")
ROOT = "/api/v1"
AGAIN = frozenset({429, 502, 503, 504})
LONGEST_WAIT = 60.0
UTC = timezone.utc  # noqa: UP017 - read by older Pythons as well


@dataclass
class Problem(Exception):
    """What the server refused, or could not do. `kind` is a word of /api/problems; the sentence is for people."""

    status: int
    kind: str
    title: str
    detail: str
    errors: tuple[Mapping[str, str], ...] = ()

    def __str__(self) -> str:
        return self.detail or self.title


class Wire:
    def __init__(
        self,
        address: str,
        token: str = "",
        *,
        client: tuple[str, str] | None = None,
        tries: int = 5,
        wait: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """With a key's token, or with `client` (its public id and its secret) for OAuth 2.0 client credentials."""
        self._http = httpx.Client(
            base_url=address.rstrip("/"), timeout=httpx.Timeout(30.0, connect=10.0), transport=transport
        )
        self._token, self._client, self._tries, self._wait = token, client, tries, wait
        self._until = 0.0

    def close(self) -> None:
        self._http.close()

    def get(self, shape: type[Shape], path: str, **query: Any) -> Shape:
        return _read(shape, self.ask("GET", path, params=_given(query)))

    def pages(self, path: str, **query: Any) -> Iterator[Any]:
        """Each page's body, for as long as the server says that there is a next one."""
        answer = self.ask("GET", path, params=_given(query))
        while True:
            yield answer.json()
            if "next" not in answer.links:
                return
            following = httpx.URL(answer.links["next"]["url"])
            answer = self.ask("GET", path, params=dict(following.params))

    def post(self, shape: type[Shape], path: str, body: Mapping[str, Any], *, etag: str = "", key: str = "") -> Shape:
        headers = {"If-Match": etag} if etag else {}
        return _read(shape, self.ask("POST", path, json=_plain(_given(body)), headers=headers, key=key))

    def ask(
        self, method: str, path: str, *, key: str = "", headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """A POST carries the same key however often it is sent, so it acts once."""
        sent = dict(headers or {})
        if method == "POST":
            sent["Idempotency-Key"] = key or str(uuid.uuid4())
        address = path if path.startswith("/") else f"{ROOT}/{path}"
        for attempt in range(1, self._tries + 1):
            try:
                answer = self._http.request(method, address, headers=sent | self._signed_in(), **more)
            except httpx.TransportError:
                if attempt == self._tries:
                    raise
                self._wait(_pause(attempt))
                continue
            if answer.is_success:
                return answer
            problem = problem_of(answer)
            if attempt == self._tries or not (answer.status_code in AGAIN or problem.kind == "still-running"):
                raise problem
            self._wait(max(_pause(attempt), _told_to_wait(answer)))
        raise AssertionError("a try has answered or raised")

    def _signed_in(self) -> dict[str, str]:
        if self._client and time.monotonic() >= self._until:
            answer = self._http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=self._client)
            if not answer.is_success:
                raise problem_of(answer)
            granted = answer.json()
            self._token = granted["access_token"]
            self._until = time.monotonic() + max(0, granted["expires_in"] - 60)
        return {"Authorization": f"Bearer {self._token}"}


def problem_of(answer: httpx.Response) -> Problem:
    """Also of an answer by something between us and the server, which knows nothing of RFC 9457."""
    try:
        told = answer.json()
    except ValueError:
        told = {}
    if not isinstance(told, dict):
        told = {}
    kind = str(told.get("type") or told.get("error") or "").rpartition("#")[2]
    detail = str(told.get("detail") or told.get("error_description") or "")
    title = str(told.get("title") or answer.reason_phrase)
    return Problem(answer.status_code, kind, title, detail, tuple(told.get("errors") or ()))


def read(shape: type[Shape], told: Any) -> Shape:
    found: Shape = _adapter(shape).validate_python(told)
    return found


def _read(shape: type[Shape], answer: httpx.Response) -> Shape:
    found = read(shape, answer.json())
    if "etag" in getattr(shape, "__dataclass_fields__", {}):
        return replace(found, etag=answer.headers.get("ETag", ""))  # type: ignore[type-var]
    return found


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(shape: Any) -> TypeAdapter[Any]:
    if shape not in _adapters:
        _adapters[shape] = TypeAdapter(shape)
    return _adapters[shape]


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was said; a moment as the API writes it."""
    return {name: _moment(value) for name, value in values.items() if value is not None}


def _moment(value: Any) -> Any:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple | set) else value for name, value in values.items()}


def _pause(attempt: int) -> float:
    return min(LONGEST_WAIT, 0.5 * float(2**attempt)) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads, protects nothing


def _told_to_wait(answer: httpx.Response) -> float:
    told = answer.headers.get("Retry-After", "")
    return min(float(told), LONGEST_WAIT) if told.isdigit() else 0.0
