"""What we read of theirs: a record, a comment, a file. Whatever is not of the expected shape is refused here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crossdesk.exchange.channels.servicenow import states
from crossdesk.exchange.channels.servicenow.trouble import Trouble

RECORD = (
    "sys_id",
    "number",
    "correlation_id",
    "state",
    "hold_reason",
    "priority",
    "close_code",
    "close_notes",
    "sys_mod_count",
    "sys_updated_on",
)
ENTRY = ("sys_id", "element", "element_id", "value", "sys_created_by", "sys_created_on")
FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Record:
    sys_id: str
    number: str
    correlation_id: str
    raw_state: str
    """`state`, or `state/hold_reason` on hold."""
    priority: str
    close_code: str
    close_notes: str
    mod_count: int
    updated_on: datetime
    row: Mapping[str, str] = field(default_factory=dict)
    """All that was asked for, by their names."""


@dataclass(frozen=True)
class Entry:
    """One comment of a record's journal."""

    sys_id: str
    record: str
    words: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True)
class File:
    sys_id: str
    record: str
    name: str
    size: int
    content_type: str
    attached_by: str
    attached_at: datetime


def record(said: Any) -> Record:
    row = _row(said, ("sys_id", "number"))
    count = row.get("sys_mod_count", "")
    return Record(
        sys_id=row["sys_id"],
        number=row["number"][:60],
        correlation_id=row.get("correlation_id", ""),
        raw_state=states.raw(row.get("state", ""), row.get("hold_reason", ""))[:40],
        priority=row.get("priority", ""),
        close_code=row.get("close_code", ""),
        close_notes=row.get("close_notes", ""),
        mod_count=int(count) if count.isdecimal() else 0,
        updated_on=moment(row.get("sys_updated_on", "")),
        row=row,
    )


def entry(said: Any) -> Entry | None:
    """None for whatever is no comment: work notes are theirs alone, however they came into the answer."""
    row = _row(said, ("sys_id", "element", "element_id"))
    if row["element"] != "comments":
        return None
    at = moment(row.get("sys_created_on", ""))
    return Entry(row["sys_id"], row["element_id"], row.get("value", ""), row.get("sys_created_by", ""), at)


def file(said: Any) -> File:
    row = _row(said, ("sys_id", "file_name"))
    size = row.get("size_bytes", "")
    return File(
        row["sys_id"],
        row.get("table_sys_id", ""),
        row["file_name"],
        int(size) if size.isdecimal() else 0,
        row.get("content_type", ""),
        row.get("sys_created_by", ""),
        moment(row.get("sys_created_on", "")),
    )


def moment(said: str) -> datetime:
    try:
        return datetime.strptime(said, FORMAT).replace(tzinfo=UTC)
    except ValueError as trouble:
        raise Trouble(f"“{said[:40]}” is no moment as ServiceNow writes them.") from trouble


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime(FORMAT)


def _row(said: Any, needed: tuple[str, ...]) -> dict[str, str]:
    """Values as text: a reference counts by its value, a missing one as empty."""
    if not isinstance(said, Mapping):
        raise Trouble("The instance answered with something else than records.")
    row = {str(name): _value(each) for name, each in said.items()}
    if missing := [name for name in needed if not row.get(name)]:
        raise Trouble(f"The instance left out {', '.join(missing)}; our account may not be allowed to read it.")
    return row


def _value(said: Any) -> str:
    if isinstance(said, Mapping):
        said = said.get("value", "")
    return "" if said is None else str(said).replace("\0", "")
