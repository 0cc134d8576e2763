"""Speaking HTTP with somebody else's machine: with patience, without redirects, and never with our own network."""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings

from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.letters.words import one_line

PATIENCE = httpx.Timeout(20.0, connect=10.0)
MOST_OPEN, KEPT_OPEN = 100, 30.0
"""Connections, and seconds one is kept without use: after that its name is looked up again."""
LARGEST_ANSWER = 32 * 2**20
WRAPPED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""What a body is wrapped in on its way, and no more once it was read."""
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
LONGEST_WAIT = timedelta(hours=24)


class Forbidden(Exception):
    """The address lies in a network that nothing of ours is sent to on a stranger's word."""


class Endless(Exception):
    """An answer larger than any of theirs may be."""


class _Outside(httpcore.NetworkBackend):
    """Looks the name up itself and connects to what it looked at, so that no second answer can lead elsewhere."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = allowed_address(host, port)
        return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise Forbidden("A socket of this machine is no partner.")

    def sleep(self, seconds: float) -> None:
        self._plain.sleep(seconds)


class _Transport(httpx.HTTPTransport):
    """httpx offers no place for a network backend; its pool, httpcore's own, does."""

    def __init__(self) -> None:
        super().__init__(verify=_trusted(), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(), network_backend=_Outside(), max_connections=MOST_OPEN, keepalive_expiry=KEPT_OPEN
        )


@cache
def _trusted() -> ssl.SSLContext:
    """Reading a hundred and fifty certificates takes longer than most answers."""
    return httpx.create_ssl_context(trust_env=False)


def allowed_address(host: str, port: int) -> str:
    """The first address of the name that is on the public internet, or is allowed by name in the settings."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise httpcore.ConnectError(f"The name {host} is not known.") from unknown
    addresses = [str(each[4][0]) for each in found]
    if f"{host}:{port}" in settings.EXCHANGE_INSIDE or host in settings.EXCHANGE_INSIDE:
        return addresses[0]
    for address in addresses:
        if not is_public(address):
            raise Forbidden(
                f"{host} leads into a private network. If it is a partner of yours, the operator allows it by"
                " CROSSDESK_EXCHANGE_INSIDE."
            )
    return addresses[0]


def is_public(address: str) -> bool:
    with suppress(ValueError):
        ip = ipaddress.ip_address(address.partition("%")[0])
        inner = _carried_by(ip) if isinstance(ip, ipaddress.IPv6Address) else None
        return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)
    return False


def _carried_by(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The older address that a newer one leads to: mapped, tunnelled, or translated by NAT64."""
    if ip in TRANSLATED:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def why_not_callable(url: str) -> str | None:
    """For a page where somebody gives an address: said at once, not when the first message fails."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or "@" in parts.netloc:
        return "Give an address that begins with https://, without a name or password in it."
    try:
        allowed_address(parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme])
    except Forbidden as forbidden:
        return str(forbidden)
    except (httpcore.ConnectError, ValueError):
        return f"The name {parts.hostname} is not known; check the address."
    return None


def client(**more: Any) -> httpx.Client:
    """Keeps its connections and no cookies: two lines may lead to one host and must not be taken for each other."""
    return httpx.Client(
        transport=_Transport(),
        timeout=PATIENCE,
        follow_redirects=False,
        trust_env=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        **more,
    )


def ask(http: httpx.Client, method: str, url: str, **more: Any) -> httpx.Response:
    """One request. Whatever keeps it from being answered comes as `NotTaken`, in words a person can act on."""
    try:
        with http.stream(method, url, **more) as streamed:
            response = whole(streamed)
    except Forbidden as forbidden:
        raise NotTaken(str(forbidden), forever=True) from forbidden
    except Endless as endless:
        because = f"Their server answered with more than {LARGEST_ANSWER // 2**20} MB."
        raise NotTaken(because, unsure=True) from endless
    except (httpx.ConnectError, httpx.ConnectTimeout) as trouble:
        raise NotTaken(f"Their server cannot be reached ({_named(trouble)}).") from trouble
    except httpx.TimeoutException as trouble:
        raise NotTaken("Their server took longer than 20 seconds to answer.", unsure=True) from trouble
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as trouble:
        raise NotTaken("Their address is no address; correct it in the agreement.", forever=True) from trouble
    except (httpx.HTTPError, ssl.SSLError) as trouble:
        raise NotTaken(f"The connection to their server broke ({_named(trouble)}).", unsure=True) from trouble
    return judged(response)


def whole(streamed: httpx.Response, most: int = LARGEST_ANSWER) -> httpx.Response:
    """As it was answered: whoever is at the other end, it does not fill our memory."""
    body = bytearray()
    for chunk in streamed.iter_bytes():
        body += chunk
        if len(body) > most:
            raise Endless
    plain = [(name, value) for name, value in streamed.headers.multi_items() if name not in WRAPPED]
    return httpx.Response(streamed.status_code, headers=plain, content=bytes(body), request=streamed.request)


def judged(response: httpx.Response) -> httpx.Response:
    code = response.status_code
    if code < 300:
        return response
    said = one_line(_detail(response) or response.text[:2000], 300)
    because = f"Their server said {code}{f': {said}' if said else ''}."
    if code in {401, 403}:
        raise NotTaken(because, forever=code == 403, credential=True)
    if code in {408, 425, 429} or code >= 500:
        raise NotTaken(because, retry_after=retry_after(response), unsure=code >= 500)
    if code < 400:
        raise NotTaken(f"{because} Redirects are not followed; correct the address in the agreement.", forever=True)
    raise NotTaken(because, forever=True)


def _detail(response: httpx.Response) -> str:
    """The sentence of a problem (RFC 9457), where they tell it so."""
    if "problem+json" not in response.headers.get("Content-Type", ""):
        return ""
    try:
        said = json.loads(response.content)
    except ValueError:
        return ""
    return str(said.get("detail") or "") if isinstance(said, dict) else ""


def retry_after(response: httpx.Response) -> timedelta | None:
    """Seconds or a date, as RFC 9110 allows; never longer than a day, whatever a peer asks for."""
    said = response.headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return min(timedelta(seconds=min(int(said), 10**6)), LONGEST_WAIT)
    with suppress(ValueError, TypeError):
        until = parsedate_to_datetime(said)
        return min(max(until - datetime.now(UTC), timedelta()), LONGEST_WAIT)
    return None


def _named(trouble: Exception) -> str:
    return one_line(str(trouble) or type(trouble).__name__, 120)
