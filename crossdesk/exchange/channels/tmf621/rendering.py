"""A message as a ticket of the partner's, or as a change of one."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from crossdesk.desks.ways import Mapped, Meaning
from crossdesk.exchange.channels.fields import said_in
from crossdesk.exchange.channels.servicenow.marks import signed
from crossdesk.exchange.channels.servicenow.rendering import comment_of, description, kept_back
from crossdesk.exchange.channels.tmf621.api import Body, Version
from crossdesk.exchange.messages.message import About, Kind, Message

OURS = "Crossdesk"
FILE_OF_OURS = "crossdesk"
"""As attachmentType: by it we know our own files again."""
SEVERITY = {1: "Critical", 2: "Major", 3: "Minor", 4: "Minor"}
UNJUDGED = "Minor"
MOST_ENTITIES = 200

NOT_NAMED = frozenset({"id", "href", "status", "note", "attachment", "relatedEntity", "relatedParty", "@type"})
"""Attributes that hold what is no line of text, or that are the server's own."""

ASKS: Mapping[Kind, str] = {
    Kind.CONFIRM: "closed",
    Kind.DISPUTE: "inProgress",
    Kind.WITHDRAW: "cancelled",
    Kind.SUPPLY_INFO: "inProgress",
}
"""The state a message asks for."""
ONLY_FROM: Mapping[Kind, frozenset[Meaning]] = {
    Kind.CONFIRM: frozenset({Meaning.RESOLVED}),
    Kind.DISPUTE: frozenset({Meaning.RESOLVED, Meaning.CLOSED}),
    Kind.SUPPLY_INFO: frozenset({Meaning.PENDING_US}),
}
ACTIONS: Mapping[Kind, str] = {Kind.CONFIRM: "close", Kind.DISPUTE: "reopen", Kind.WITHDRAW: "cancel"}


def created(message: Message, token: str, version: Version, kind: str = "", fields: Sequence[Mapped] = ()) -> Body:
    """`kind` is what the partner calls this type of ticket, where the agreement says so."""
    about = message.about or About(title=message.words or "A case")
    body: Body = {
        "name": about.title,
        "description": description(message, about),
        "severity": SEVERITY.get(about.priority or 0, UNJUDGED),
        "ticketType": kind or about.query_type or "incident",
        "status": "acknowledged",
        "note": [],
        "attachment": files(message),
        "relatedEntity": entities(message, version),
        "relatedParty": parties(message, version),
    }
    body |= {name: value for name, value in said_in(message, fields).items() if name not in NOT_NAMED}
    if about.priority and "priority" not in said_in(message, fields):
        body["priority"] = str(about.priority)
    if message.due:
        body["requestedResolutionDate"] = message.due.isoformat()
    if version == "v4":
        body["externalId"] = token
    else:
        body["@type"] = "TroubleTicket"
        body["externalIdentifier"] = [
            {"@type": "ExternalIdentifier", "owner": OURS, "externalIdentifierType": "link", "id": token},
            {"@type": "ExternalIdentifier", "owner": OURS, "externalIdentifierType": "case", "id": message.our_number},
        ]
    return {name: value for name, value in body.items() if value not in ("", [])}


def parties(message: Message, version: Version) -> list[Body]:
    ends = [("requester", message.sender.party, "Organization"), ("receiver", message.to.desk, "ServiceDesk")]
    flat = [{"id": name, "name": name, "role": role, "@referredType": kind} for role, name, kind in ends if name]
    return flat if version == "v4" else [_nested(each) for each in flat]


def _nested(flat: Body) -> Body:
    party = {name: value for name, value in flat.items() if name != "role"}
    kind = "RelatedPartyRefOrPartyRoleRef"
    return {"@type": kind, "role": flat["role"], "partyOrPartyRole": {"@type": "PartyRef", **party}}


def entities(message: Message, version: Version) -> list[Body]:
    flat = [{"id": each.value, "@referredType": each.type} for each in message.references[:MOST_ENTITIES]]
    if version == "v4":
        return [{**each, "role": "affected"} for each in flat]
    return [{"@type": "RelatedEntity", "role": "affected", "entity": {"@type": "EntityRef", **each}} for each in flat]


def note(message: Message) -> str:
    """The words with a mark by which we know them again; nothing where there are neither words nor files."""
    words = "\n\n".join(filter(None, [comment_of(message), *kept_back(message)]))
    if not words and any(each.content is not None for each in message.files):
        words = "A file is attached."
    return signed(words, message.id) if words else ""


def changed(message: Message) -> Body:
    words = note(message)
    body: Body = {"note": [{"@type": "Note", "text": words}] if words else [], "attachment": files(message)}
    return {name: value for name, value in body.items() if value}


def fields_of(message: Message, agreed: Sequence[Mapped]) -> Body:
    """Attributes that changed since their ticket was made."""
    if message.about or not message.fields:
        return {}
    return {name: value for name, value in said_in(message, agreed).items() if name not in NOT_NAMED}


def files(message: Message) -> list[Body]:
    return [
        {
            "@type": "Attachment",
            "name": each.name,
            "mimeType": each.media_type,
            "attachmentType": FILE_OF_OURS,
            "content": base64.b64encode(each.content).decode(),
            "size": {"amount": each.size, "units": "byte"},
        }
        for each in message.files
        if each.content is not None
    ]
