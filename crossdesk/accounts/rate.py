"""How often a key may ask: a token bucket in PostgreSQL, so that every process and machine counts together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from crossdesk.accounts.models import Key
from crossdesk.threads.viewer import verbs

FILLED = (
    "least(%(most)s, accounts_keybucket.left"
    " + greatest(0, extract(epoch from %(at)s - accounts_keybucket.filled_at)) * %(most)s / 60)"
)
TAKE = f"""
insert into accounts_keybucket (key_id, "left", filled_at) values (%(key)s, %(most)s - 1, %(at)s)
on conflict (key_id) do update
  set "left" = {FILLED} - 1, filled_at = greatest(accounts_keybucket.filled_at, %(at)s)
  where {FILLED} >= 1
returning "left"
"""
LOOK = f"select {FILLED} from accounts_keybucket where key_id = %(key)s"


@dataclass(frozen=True)
class Allowance:
    """`most` requests a minute. `left` is what may be asked at once; `wait` is in seconds, 0 where one was taken."""

    most: int
    left: float
    wait: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes them."""
        until_full = math.ceil((self.most - self.left) * 60 / self.most)
        headers = {
            "RateLimit-Policy": f'"key";q={self.most};w=60',
            "RateLimit": f'"key";r={max(0, math.floor(self.left))};t={until_full}',
        }
        return headers | ({"Retry-After": str(self.wait)} if self.wait else {})


def take(key: Key, at: datetime) -> Allowance:
    """A transaction of its own, which does not wait for the disk: a crash gives back a few requests and no more."""
    most = settings.API_RATE
    given: dict[str, int | float | datetime] = {"key": key.pk, "most": float(most), "at": at}
    with verbs(), connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")
        cursor.execute(TAKE, given)
        if taken := cursor.fetchone():
            return Allowance(most, taken[0])
        cursor.execute(LOOK, given)
        (left,) = cursor.fetchone()
    return Allowance(most, left, wait=max(1, math.ceil((1 - left) * 60 / most)))
