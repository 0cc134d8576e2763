"""Rate limit rules: so many requests of a user in an hour, told in headers."""

from __future__ import annotations

from hashlib import md5

from crossdesk.commands.partner_desk.servicenow.instance import Denied, Instance, User

HOUR = 3600


class Throttled(Denied):
    def __init__(self, limit: int, wait: int, api: str) -> None:
        detail = f"Rate limit of {limit} requests per hour for {api} exceeded"
        super().__init__(429, "Rate limit exceeded", detail)
        self.wait = wait


def counted(instance: Instance, user: User, api: str) -> tuple[dict[str, str], Throttled | None]:
    """The headers this answer carries, and the refusal where the hour is used up."""
    limit = instance.settings.requests_per_hour.get(user.name)
    if limit is None:
        return {}, None
    at = int(instance.clock().timestamp())
    window = at // HOUR
    with instance.lock:
        used = instance.counted.get((user.name, window), 0) + 1
        instance.counted[(user.name, window)] = used
    reset = (window + 1) * HOUR
    rule = md5(user.name.encode(), usedforsecurity=False).hexdigest()
    headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Reset": str(reset), "X-RateLimit-Rule": rule}
    if used <= limit:
        return headers, None
    return headers | {"Retry-After": str(reset - at)}, Throttled(limit, reset - at, api)
