"""One instance in memory: its tables, its users and what an administrator set. Everything an outsider sees of it goes
through the doors in `app`."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock

from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.commands.partner_desk.servicenow.columns import TABLES
from crossdesk.kit.time import now

Record = dict[str, str]


class Denied(Exception):
    """What the instance answers instead, as its error body has it."""

    def __init__(self, status: int, message: str, detail: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.detail = status, message, detail


@dataclass(frozen=True)
class User:
    """`sees` is an encoded query: the access control that decides which incidents this user reads and writes."""

    name: str
    password: str
    roles: tuple[str, ...] = ("itil",)
    sees: str = ""
    sys_id: str = field(default_factory=lambda: secrets.token_hex(16))
    active: bool = True

    @property
    def admin(self) -> bool:
        return "admin" in self.roles


@dataclass(frozen=True)
class Client:
    """A row of the Application Registry."""

    id: str
    secret: str
    application_user: str = ""


@dataclass
class Settings:
    """System properties and the like, with the defaults of a fresh instance."""

    client_credentials: bool = False
    """glide.oauth.inbound.client.credential.grant_type.enabled"""
    invalid_query_returns_no_rows: bool = False
    largest_attachment: int = 1024 * 1024 * 1024
    """com.glide.attachment.max_size, here in bytes"""
    extensions: tuple[str, ...] = ()
    """glide.attachment.extensions; none allows all"""
    requests_per_hour: dict[str, int] = field(default_factory=dict)
    """A rate limit rule for each single user."""
    token_seconds: int = 1800


@dataclass
class Instance:
    clock: Callable[[], datetime] = now
    settings: Settings = field(default_factory=Settings)
    faults: Faults = field(default_factory=Faults)
    users: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    tables: dict[str, dict[str, Record]] = field(default_factory=lambda: {name: {} for name in TABLES})
    files: dict[str, bytes] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    staged: dict[str, Record] = field(default_factory=dict)
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    refreshing: dict[str, str] = field(default_factory=dict)
    counted: dict[tuple[str, int], int] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
    last_number: int = 10_000
    last_import: int = 10_000
    requests: list[str] = field(default_factory=list)
    """What was asked of it, as "GET /api/now/table/incident": for whoever wants to count."""

    def add_user(self, user: User) -> User:
        self.users[user.name] = user
        self.tables["sys_user"][user.sys_id] = {
            "sys_id": user.sys_id,
            "user_name": user.name,
            "name": user.name.replace(".", " ").title(),
            "sys_updated_on": self.stamp(),
        }
        return user

    def stamp(self) -> str:
        return f"{self.clock():%Y-%m-%d %H:%M:%S}"

    def incident(self, number_or_id: str) -> Record:
        rows = self.tables["incident"]
        return rows.get(number_or_id) or next(each for each in rows.values() if each["number"] == number_or_id)

    def journal(self, of: str) -> list[Record]:
        return [each for each in self.tables["sys_journal_field"].values() if each["element_id"] == of]


@dataclass(frozen=True)
class Import:
    """A staging table with its transform map: source column to target column, and what finds the record again."""

    name: str
    columns: dict[str, str]
    coalesce: tuple[str, ...] = ("correlation_id",)
    target: str = "incident"
