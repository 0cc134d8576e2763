"""The far desk for the stories of this channel: an instance over HTTP, its person, and our client of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from crossdesk.commands.partner_desk.servicenow.app import application
from crossdesk.commands.partner_desk.servicenow.instance import Client, Import, Instance, User
from crossdesk.commands.partner_desk.servicenow.person import Person
from crossdesk.commands.partner_desk.serving import served
from crossdesk.exchange.channels.servicenow.api import Api
from crossdesk.exchange.channels.servicenow.desk import Desk
from crossdesk.exchange.channels.servicenow.tenant import Basic, ByClient, ByPassword, Tenant
from crossdesk.exchange.channels.servicenow.tokens import Tokens
from crossdesk.kit.time import now

__all__ = ["Basic", "ByClient", "ByPassword", "FarSide", "far_side"]


@dataclass
class FarSide:
    instance: Instance
    person: Person
    tenant: Tenant
    http: httpx.Client

    def desk(self, **changed: Any) -> Desk:
        return Desk(Api(self.http, replace(self.tenant, **changed), now, Tokens()))

    def hasty(self, seconds: float = 0.4) -> Desk:
        """A client that does not wait long."""
        return Desk(Api(httpx.Client(timeout=seconds), self.tenant, now, Tokens()))


class Stepping:
    """A clock of theirs on which everything has its own second."""

    def __init__(self, start: datetime) -> None:
        self.at = start.replace(microsecond=0)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@contextmanager
def far_side(start: datetime | None = None) -> Iterator[FarSide]:
    instance = Instance(clock=Stepping(start or now() - timedelta(hours=6)))
    us = instance.add_user(User("crossdesk", "s3cret"))
    instance.add_user(User("blind", "blind", sees="short_descriptionNOT LIKEhidden"))
    instance.add_user(User("reader", "reader", ()))
    ada = instance.add_user(User("ada.byron", "ada"))
    instance.clients["c1"] = Client("c1", "c1-secret", "crossdesk")
    columns = ("correlation_id", "correlation_display", "caller_id", "description", "impact", "urgency", "state")
    mapped = {each: each for each in columns} | {"u_title": "short_description", "comments": "comments"}
    instance.imports["u_imp_cases"] = Import("Cases", mapped)
    with served(application(instance)) as address, httpx.Client(timeout=10) as http:
        tenant = Tenant(address, Basic("crossdesk", "s3cret"), "Crossdesk", caller=us.sys_id)
        yield FarSide(instance, Person(instance, ada), tenant, http)
