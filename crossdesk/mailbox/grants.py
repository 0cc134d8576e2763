"""OAuth 2.0 client credentials: a token of a mail host's identity provider, kept until shortly before it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx

EARLY = timedelta(minutes=2)
SHORTEST = timedelta(minutes=3)
PATIENCE = httpx.Timeout(30.0, connect=10.0)


class Refused(Exception):
    """No token was given; its text says what to check."""


@dataclass
class Grant:
    """`secret_file` is read anew for each token, so that a changed secret needs no restart."""

    url: str
    client_id: str
    secret_file: str
    scope: str
    _token: str = field(default="", repr=False)
    _until: datetime | None = None

    def token(self, at: datetime) -> str:
        if self._until is None or at >= self._until:
            self._token, self._until = self._granted(at)
        return self._token

    def forget(self) -> None:
        """It was refused before its time; the next one is asked for anew."""
        self._until = None

    def _granted(self, at: datetime) -> tuple[str, datetime]:
        asked = {"grant_type": "client_credentials", "client_id": self.client_id, "scope": self.scope}
        try:
            secret = Path(self.secret_file).read_text(encoding="utf-8").strip()
        except OSError as trouble:
            raise Refused(f"The client secret cannot be read from {self.secret_file}; check the file.") from trouble
        try:
            answer = httpx.post(self.url, data=asked | {"client_secret": secret}, timeout=PATIENCE)
        except (httpx.HTTPError, httpx.InvalidURL) as trouble:
            raise Refused(f"{self.url} does not answer ({type(trouble).__name__}).") from trouble
        if answer.status_code in {400, 401, 403}:
            raise Refused(f"{self.url} gives {self.client_id} no token; check the client, its secret and its scope.")
        try:
            said = answer.raise_for_status().json()
            seconds = timedelta(seconds=int(said["expires_in"]))
            return str(said["access_token"]), at + max(seconds, SHORTEST) - EARLY
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as trouble:
            raise Refused(f"{self.url} answered our request for a token with something else.") from trouble
