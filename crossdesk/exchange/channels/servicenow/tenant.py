"""What an agreement says of one ServiceNow instance: where it is, who we are there, and what its values mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crossdesk.desks.ways import Mapped
from crossdesk.exchange.channels.fields import places
from crossdesk.exchange.channels.servicenow.states import StateMap

PRIORITIES = {"P1": ("1", "1"), "P2": ("1", "2"), "P3": ("2", "2"), "P4": ("3", "3")}
"""Ours as the impact and urgency that the base system's lookup turns into 1, 2, 3 and 5."""
THEIR_PRIORITIES = {"1": "P1", "2": "P2", "3": "P3", "4": "P4", "5": "P4"}
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Basic:
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class ByPassword:
    """OAuth's password grant, which every instance offers."""

    client_id: str
    client_secret: str = field(repr=False)
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class ByClient:
    """Client credentials: off on an instance until its administrator switches them on."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Tenant:
    base: str
    """`https://instance.service-now.com`"""
    credential: Basic | ByPassword | ByClient
    display: str
    """Who we are in `correlation_display`; with `correlation_id` it says which of their records are ours."""
    table: str = "incident"
    staging: str = ""
    """Their import set table, where they prefer to own the mapping; none means the Table API."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our field to their column, where an agreement names one; with an import set, a column of the staging table."""
    fields: tuple[Mapped, ...] = ()
    """Fields that both sides agreed on by name, with their values, as `channels/fields.py` reads them."""
    caller: str = ""
    """The sys_id that stands in `caller_id`: our account's, so that an answer of ours ends "awaiting caller"."""
    always: Mapping[str, str] = field(default_factory=dict)
    """Values agreed for each new record, such as the assignment group."""
    states: StateMap = field(default_factory=StateMap)
    priorities: Mapping[str, tuple[str, str]] = field(default_factory=lambda: PRIORITIES)
    their_priorities: Mapping[str, str] = field(default_factory=lambda: THEIR_PRIORITIES)
    largest_file: int = 20 * MEGABYTE
    most_files: int = 30
    extensions: frozenset[str] = frozenset()
    """Agreed file extensions; none means whatever we keep ourselves."""
    attach: bool = True

    @property
    def read(self) -> tuple[str, ...]:
        """Columns of theirs that are read beside the usual ones."""
        return tuple(each.theirs for each in places(self.fields, outward=False))

    @property
    def user(self) -> str:
        """As what we wrote is signed there; unknown where only their side knows the client's user."""
        return "" if isinstance(self.credential, ByClient) else self.credential.user
