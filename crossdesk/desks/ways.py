"""How two desks exchange cases, as their agreement says: by which channel, where to, and what may cross."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from django.db.models import TextChoices
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from crossdesk.access import Invalid
from crossdesk.kit.names import extension


class Channel(TextChoices):
    CROSSDESK = "crossdesk", "another Crossdesk"
    TMF621 = "tmf621", "TMF621 Trouble Ticket API"
    SERVICENOW = "servicenow", "ServiceNow"
    MAIL = "mail", "e-mail"
    PORTAL = "portal", "their portal, by hand"
    PHONE = "phone", "telephone"

    @property
    def by_machine(self) -> bool:
        return self in {Channel.CROSSDESK, Channel.TMF621, Channel.SERVICENOW}

    @property
    def by_hand(self) -> bool:
        return self in {Channel.PORTAL, Channel.PHONE}


class Meaning(TextChoices):
    """What a state of theirs comes to here. A state without one in the agreed map is kept raw and flagged."""

    DELIVERED = "delivered", "delivered"
    ACKNOWLEDGED = "acknowledged", "acknowledged"
    IN_PROGRESS = "in_progress", "in progress"
    PENDING_US = "pending_us", "waiting for us"
    PENDING_THEM = "pending_them", "waiting for others of theirs"
    RESOLVED = "resolved", "resolved"
    CLOSED = "closed", "closed"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"
    UNKNOWN = "unknown", "not understood"


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Mapped(BaseModel):
    """One field of theirs beside one of ours: which way it goes and whose word counts. `category:late` is a value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ours: Line
    theirs: Line
    way: Literal["out", "in", "both"] = "both"
    owner: Literal["us", "them"] = "us"


class Ways(BaseModel):
    """Empty: by e-mail to the nominated address, everything that was ticked, nothing mapped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Channel = Channel.MAIL
    fallbacks: tuple[Channel, ...] = ()
    endpoint: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    """A base URL, a mailbox, the address of a portal or a telephone number; empty: the directory's own."""
    profile: Line = ""
    """Which dialect or table of the channel: `v5`, `v4`, `incident`, `import:u_crossdesk`."""
    states: dict[Line, Meaning] = Field(default={}, max_length=60)
    fields: tuple[Mapped, ...] = Field(default=(), max_length=60)
    largest_file: int = Field(default=8 * 2**20, ge=0, le=25 * 2**20)
    file_types: tuple[Line, ...] = Field(default=(), max_length=40)
    """Endings that may cross; none named: whatever may be evidence here."""
    identifiers: bool = True
    """Whether lists of MPANs may cross. They can lead to a household, so a party may keep them out."""
    may_send: tuple[Line, ...] = Field(default=(), max_length=40)
    """Addresses or names of keys whose word counts for them; none named: the directory's contacts and their keys."""

    def why_no_file(self, name: str, size: int) -> str:
        """Empty: it may cross."""
        if self.file_types and extension(name) not in self.file_types:
            return f"By the agreement only {', '.join(self.file_types)} files cross, so “{name}” does not."
        if size > self.largest_file:
            most = f"up to {self.largest_file // 2**20} MB" if self.largest_file else "no files"
            return f"By the agreement {most} may cross, so “{name}” does not."
        return ""

    def meaning(self, raw: str) -> Meaning:
        return self.states.get(raw.strip(), Meaning.UNKNOWN)


def read_ways(said: object) -> Ways:
    try:
        ways = Ways.model_validate(said or {})
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = " ".join(str(each) for each in first["loc"])
        raise Invalid(f"How cases are exchanged cannot be read: {where}: {first['msg']}.") from wrong
    if ways.channel.by_machine and urlsplit(ways.endpoint).scheme not in {"http", "https"}:
        raise Invalid(f"Give the address of {ways.channel.label}: it begins with https://.")
    if ways.channel in ways.fallbacks or len(set(ways.fallbacks)) < len(ways.fallbacks):
        raise Invalid("Name each way once: a fallback is another way than the one before it.")
    return ways
