"""Access tokens: a key's secret exchanged for something that opens no more than the key does, and not for long."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from crossdesk.accounts.keys import NotOpened, digest_of, use
from crossdesk.accounts.models import AccessToken, Key
from crossdesk.accounts.scopes import Scope, scopes_of
from crossdesk.threads.viewer import verbs

PREFIX = "cdt_"
LASTS = timedelta(minutes=30)


def exchange(key: Key, scopes: frozenset[Scope], at: datetime) -> tuple[str, timedelta]:
    """The token, and how long it lasts: never longer than its key."""
    token = PREFIX + secrets.token_urlsafe(32)
    expires_at = min(at + LASTS, key.expires_at)
    with verbs():
        AccessToken.objects.filter(key=key, expires_at__lt=at).delete()
        AccessToken.objects.create(
            digest=digest_of(token), key=key, scopes=sorted(scopes & scopes_of(key)), expires_at=expires_at
        )
    return token, expires_at - at


def open_token(token: str, at: datetime) -> tuple[Key, frozenset[Scope]]:
    """What shuts the key shuts its tokens."""
    with verbs():
        held = AccessToken.objects.select_related("key__party").filter(digest=digest_of(token)).first()
        if held is None or held.expires_at <= at:
            raise NotOpened("This access token has expired or was never given; ask for a new one at /oauth/token.")
        use(held.key, at)
    return held.key, scopes_of(held)
