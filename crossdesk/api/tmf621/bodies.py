"""What a client sent, read strictly: the attributes TMF621 knows, each of the type it names."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from crossdesk.api.tmf621.asking import moment
from crossdesk.api.tmf621.errors import invalid, missing
from crossdesk.api.tmf621.faces import Version
from crossdesk.cases.identifiers import KINDS
from crossdesk.kit.files import LARGEST

LONGEST, LONGEST_LINE, MOST = 60_000, 500, 100
"""Characters of words and of a line; members of a list."""
MERGE = frozenset({"application/json", "application/merge-patch+json"})

OURS = frozenset({"requester", "requesterDesk", "receiver", "receiverDesk"})
"""Roles that the server tells itself; sent, `receiver` names the desk it goes to."""

Body = dict[str, Any]


def read_json(raw: bytes) -> Any:
    try:
        found = json.loads(raw.decode())
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise invalid("The body is no JSON; send it as UTF-8 JSON.", "invalidFormat") from None
    try:
        _readable(found)
    except RecursionError:
        raise invalid("The body is nested too deeply.", "invalidFormat") from None
    return found


def _readable(value: Any) -> None:
    """What no database keeps and no page shows is refused at once."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise invalid("A text holds a sign that is no character (NUL, or half of a pair).", "invalidFormat")
    elif isinstance(value, dict):
        for name, each in value.items():
            _readable(name)
            _readable(each)
    elif isinstance(value, list):
        for each in value:
            _readable(each)


def an_object(found: Any) -> Body:
    if not isinstance(found, dict):
        raise invalid("The body is an object with the ticket's attributes.", "invalidFormat")
    return found


# Attributes


def text(body: Mapping[str, Any], name: str, longest: int = LONGEST_LINE) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid(f"“{name}” is a text.", "invalidFormat", propertyPath=name)
    if len(value) > longest:
        raise invalid(f"“{name}” is longer than {longest} characters.", "invalidValue", propertyPath=name)
    return value


def at(body: Mapping[str, Any], name: str) -> datetime | None:
    value = body.get(name)
    if value is None:
        return None
    found = moment(value) if isinstance(value, str) else None
    if found is None:
        raise invalid(f"“{name}” is a date and time such as 2026-11-24T12:00:00Z.", "invalidFormat", propertyPath=name)
    return found


def objects(body: Mapping[str, Any], name: str) -> list[Body]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise invalid(f"“{name}” is a list of objects.", "invalidFormat", propertyPath=name)
    if len(value) > MOST:
        raise invalid(f"“{name}” has more than {MOST} members.", "tooManyRecords", propertyPath=name)
    return value


def notes(body: Mapping[str, Any]) -> list[Body]:
    found = objects(body, "note")
    for number, note in enumerate(found):
        if not text(note, "text", LONGEST).strip():
            raise invalid("Each “note” has a “text”.", "missingProperty", propertyPath=f"note[{number}].text")
        text(note, "id"), text(note, "author"), at(note, "date")
    return found


def attachments(body: Mapping[str, Any]) -> list[Body]:
    found = objects(body, "attachment")
    for attachment in found:
        for name in ("id", "name", "url", "href", "attachmentType", "mimeType"):
            text(attachment, name, 2000)
        text(attachment, "description", LONGEST)
        content_of(attachment)
    return found


def content_of(attachment: Mapping[str, Any]) -> bytes | None:
    written = text(attachment, "content", LARGEST * 2)
    if not written:
        return None
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise invalid("“attachment.content” is base64.", "invalidFormat", propertyPath="attachment.content") from None


def kept_elsewhere(attachments: Iterable[Body]) -> list[Body]:
    names = ("name", "url", "href", "description", "attachmentType", "mimeType")
    return [{name: each[name] for name in names if each.get(name)} for each in attachments if not each.get("content")]


def identifiers(body: Mapping[str, Any], version: Version) -> list[Body]:
    """As both faces keep them; the first is the newest system's."""
    if version == "v4":
        number = text(body, "externalId")
        return [{"id": number}] if number else []
    found = []
    for each in objects(body, "externalIdentifier"):
        if not text(each, "id"):
            raise missing("externalIdentifier.id")
        found.append({name: each[name] for name in ("id", "owner", "externalIdentifierType") if text(each, name)})
    return found


REFERENCE = ("id", "href", "name", "@referredType")


def flat(each: Body, nested: str, *, where: str) -> Body:
    """A related party or entity of either face, as it is kept: id, href, name, role and what it refers to."""
    inner = each.get(nested)
    if inner is not None and not isinstance(inner, dict):
        raise invalid(f"“{where}.{nested}” is an object.", "invalidFormat", propertyPath=f"{where}.{nested}")
    source = inner if inner is not None else each
    kept = {name: source[name] for name in REFERENCE if text(source, name, 2000)}
    if text(each, "role"):
        kept["role"] = each["role"]
    if inner is not None and text(inner, "@type") == "PartyRoleRef":
        kept["@type"] = "PartyRoleRef"
    return kept


def related_parties(body: Mapping[str, Any]) -> list[Body]:
    return [flat(each, "partyOrPartyRole", where="relatedParty") for each in objects(body, "relatedParty")]


def related_entities(body: Mapping[str, Any]) -> list[Body]:
    found = [flat(each, "entity", where="relatedEntity") for each in objects(body, "relatedEntity")]
    if any(not each.get("id") for each in found):
        raise missing("relatedEntity.id")
    return found


def references(body: Mapping[str, Any], name: str, further: Iterable[str] = ()) -> list[Body]:
    """Members that point at something, kept and given back as they came."""
    names = (*REFERENCE, *further)
    found = []
    for each in objects(body, name):
        if not text(each, "id"):
            raise missing(f"{name}.id")
        found.append({key: each[key] for key in names if text(each, key, 2000)})
    return found


def reference(body: Mapping[str, Any], name: str, further: Iterable[str] = ()) -> Body:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid(f"“{name}” is an object.", "invalidFormat", propertyPath=name)
    return references({name: [value]}, name, further)[0]


VALUES: Mapping[str, Callable[[Any], bool]] = {
    "StringCharacteristic": lambda value: isinstance(value, str),
    "BooleanCharacteristic": lambda value: isinstance(value, bool),
    "IntegerCharacteristic": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "NumberCharacteristic": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "FloatCharacteristic": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "ObjectCharacteristic": lambda value: isinstance(value, dict),
    "StringArrayCharacteristic": lambda value: _all(value, str),
    "BooleanArrayCharacteristic": lambda value: _all(value, bool),
    "IntegerArrayCharacteristic": lambda value: _all(value, int),
    "NumberArrayCharacteristic": lambda value: _all(value, (int, float)),
    "ObjectArrayCharacteristic": lambda value: _all(value, dict),
}


def _all(value: Any, kind: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)


def characteristics(body: Mapping[str, Any]) -> list[Body]:
    found = []
    for each in objects(body, "troubleTicketCharacteristic"):
        if not text(each, "name"):
            raise missing("troubleTicketCharacteristic.name")
        kind = text(each, "@type")
        if "value" in each and kind in VALUES and not VALUES[kind](each["value"]):
            raise invalid(f"The value of “{each['name']}” is not what a {kind} holds.", "invalidFormat")
        kept = {name: each[name] for name in ("id", "name", "valueType", "@type") if text(each, name)}
        found.append({"@type": "Characteristic", **kept, **({"value": each["value"]} if "value" in each else {})})
    return found


def said(characteristics: Iterable[Body], name: str) -> str:
    """The text of one characteristic, where it has one."""
    return next(
        (each["value"] for each in characteristics if each["name"] == name and isinstance(each.get("value"), str)), ""
    )


def kind_of(entity: Mapping[str, Any]) -> str | None:
    """The kind of reference that an entity's @referredType names, written in any of the usual ways."""
    said = "".join(sign for sign in entity.get("@referredType", "").lower() if sign.isalnum())
    return next((kind for kind in KINDS if said in {kind.replace("-", ""), f"{kind.replace('-', '')}id"}), None)
