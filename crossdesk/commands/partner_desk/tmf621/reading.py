"""What a request says, read strictly: an attribute of another type than the description has is refused, what this desk
has no place for is passed over."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from crossdesk.commands.partner_desk.tmf621.desk import File, Refused, Related, Said

Version = Literal["v4", "v5"]
Status = Literal["acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "closed", "resolved"]
TEXTS = ("name", "description", "severity", "ticketType", "priority")


def _written(value: Any) -> Any:
    """RFC 3339 alone; pydantic would take numbers too."""
    if not isinstance(value, str):
        raise ValueError("a date and time such as 2026-11-24T12:00:00Z")
    at = datetime.fromisoformat(value)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


When = Annotated[datetime, BeforeValidator(_written)]


class Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


S = TypeVar("S", bound=Shape)


class NoteShape(Shape):
    text: str = ""
    author: str = ""
    date: When | None = None


class FileShape(Shape):
    name: str = ""
    mimeType: str = ""  # noqa: N815
    attachmentType: str = ""  # noqa: N815
    url: str = ""
    content: str = ""


class NumberShape(Shape):
    id: str = ""
    owner: str = ""
    externalIdentifierType: str = ""  # noqa: N815


class RefShape(Shape):
    id: str
    name: str = ""
    role: str = ""
    referred: str = Field("", alias="@referredType")


class NestedParty(Shape):
    role: str = ""
    partyOrPartyRole: RefShape | None = None  # noqa: N815


class NestedEntity(Shape):
    role: str = ""
    entity: RefShape | None = None


class Common(Shape):
    name: str | None = None
    description: str | None = None
    severity: str | None = None
    ticketType: str | None = None  # noqa: N815
    priority: str | None = None
    requestedResolutionDate: When | None = None  # noqa: N815
    expectedResolutionDate: When | None = None  # noqa: N815
    resolutionDate: When | None = None  # noqa: N815
    status: Status | None = None
    statusChangeReason: str = ""  # noqa: N815
    note: list[NoteShape] = []
    attachment: list[FileShape] = []


class FlatTicket(Common):
    """v4."""

    externalId: str | None = None  # noqa: N815
    relatedParty: list[RefShape] = []  # noqa: N815
    relatedEntity: list[RefShape] = []  # noqa: N815


class NestedTicket(Common):
    """v5."""

    externalIdentifier: list[NumberShape] = []  # noqa: N815
    relatedParty: list[NestedParty] = []  # noqa: N815
    relatedEntity: list[NestedEntity] = []  # noqa: N815


class Subscription(Shape):
    callback: str
    query: str = ""


def read_ticket(body: bytes, version: Version, *, new: bool) -> Said:
    shape: Common = _read(body, FlatTicket) if version == "v4" else _read(body, NestedTicket)
    texts = {name: value for name in TEXTS if (value := getattr(shape, name)) is not None}
    if new and (missing := next((each for each in ("description", "severity", "ticketType") if each not in texts), "")):
        raise Refused(400, "missingProperty", f"“{missing}” is mandatory; send it.")
    numbers: list[tuple[str, str, str]] = []
    parties: list[RefShape] = []
    entities: list[RefShape] = []
    if isinstance(shape, FlatTicket):
        numbers = [(shape.externalId, "", "")] if shape.externalId else []
        parties, entities = list(shape.relatedParty), list(shape.relatedEntity)
    elif isinstance(shape, NestedTicket):
        numbers = [(each.id, each.owner, each.externalIdentifierType) for each in shape.externalIdentifier if each.id]
        parties = [_with(each.role, each.partyOrPartyRole) for each in shape.relatedParty if each.partyOrPartyRole]
        entities = [_with(each.role, each.entity) for each in shape.relatedEntity if each.entity]
    return Said(
        texts,
        shape.requestedResolutionDate,
        tuple(numbers),
        tuple(each.text for each in shape.note if each.text),
        tuple(_file(each) for each in shape.attachment),
        tuple(_related(each) for each in parties),
        tuple(_related(each) for each in entities),
        "" if new else shape.status or "",
        shape.statusChangeReason,
    )


def read_subscription(body: bytes) -> Subscription:
    return _read(body, Subscription)


def _read(body: bytes, shape: type[S]) -> S:
    try:
        return shape.model_validate_json(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        raise Refused(400, "invalidFormat", f"{where}: {first['msg']}".lstrip(": ")) from wrong


def _with(role: str, inner: RefShape) -> RefShape:
    return inner.model_copy(update={"role": role})


def _related(each: RefShape) -> Related:
    return Related(each.id, each.name, each.role, each.referred)


def _file(each: FileShape) -> File:
    try:
        content = base64.b64decode(each.content, validate=True) if each.content else None
    except (binascii.Error, ValueError):
        raise Refused(400, "invalidFormat", "attachment.content is base64.") from None
    media_type = each.mimeType or "application/octet-stream"
    return File("", each.name or "attachment", media_type, each.attachmentType, each.url, content)
