"""The desk's tool at the far end of a line, played while the demonstration is loaded: what it takes and what it refuses
is said by the real channel to a real server. Its address ends in .example and reaches nobody afterwards.

A story's step `do = "their tool"` with `locks = true` takes our account from it, as an administrator does in passing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from crossdesk.commands.demonstration.told import Told
from crossdesk.commands.partner_desk.servicenow.app import application
from crossdesk.commands.partner_desk.servicenow.instance import Instance, User
from crossdesk.commands.partner_desk.serving import served
from crossdesk.exchange import sending, speaking
from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.channels.servicenow.adapter import ServiceNow
from crossdesk.exchange.heads import locked
from crossdesk.exchange.models import OutboxItem
from crossdesk.kit.time import now

ACCOUNT, PASSWORD = "crossdesk", "demonstration-only"


class _Here(httpx.HTTPTransport):
    """Whatever the address says, to this machine."""

    def __init__(self, there: str) -> None:
        super().__init__()
        self.port = urlsplit(there).port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return super().handle_request(request)


@dataclass
class TheirTool:
    instance: Instance
    channel: ServiceNow
    clock: list[datetime]

    def hear(self, item: OutboxItem, at: datetime) -> None:
        """One message, as a worker says it; only the head of a lane leaves."""
        self.clock[0] = at
        item = locked(item.pk)
        if item.link is None or not item.head or item.link.line.paused_at:
            return
        item.attempts += 1
        spoken = speaking.prepare(item, item.link, speaking.Agreed(at), at)
        item.save()
        try:
            answer = replace(spoken, by=self.channel).leave()
        except NotTaken as trouble:
            sending.not_taken(item, at, trouble)
        else:
            sending.taken(item, at, answer)

    def lock_us_out(self) -> None:
        del self.instance.users[ACCOUNT]


@contextmanager
def their_tool() -> Iterator[TheirTool]:
    clock = [now()]
    instance = Instance(clock=lambda: clock[0])
    instance.add_user(User(ACCOUNT, PASSWORD))
    with served(application(instance)) as there, httpx.Client(transport=_Here(there), timeout=20) as http:
        channel = ServiceNow()
        channel.http = http
        yield TheirTool(instance, channel, clock)


def acts(told: Told) -> None:
    assert told.here.tool is not None
    if told.more.get("locks"):
        told.here.tool.lock_us_out()
