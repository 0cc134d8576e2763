"""How a ticket reads on each face: v4 is flat, v5 nests and names every type."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.commands.partner_desk.tmf621.desk import File, Note, Refused, Related, Ticket, Turn
from crossdesk.commands.partner_desk.tmf621.reading import Version

Body = dict[str, Any]
ALWAYS = frozenset({"id", "href", "@type"})
REASONS = {
    400: "The request cannot be used as it is",
    401: "No key, or one that opens nothing",
    403: "Not allowed",
    404: "Not found",
    405: "This method is not known here",
    409: "Not possible as things stand",
    429: "Too many requests",
}


def shown(ticket: Ticket, version: Version, base: str, faults: Faults, fields: str = "") -> Body:
    whole = _filled(_v4(ticket, base, faults) if version == "v4" else _v5(ticket, base, faults))
    wanted = {each for each in fields.split(",") if each}
    return {name: value for name, value in whole.items() if not wanted or name in wanted | ALWAYS}


def error(refused: Refused, version: Version) -> Body:
    body = {
        "code": refused.code,
        "reason": REASONS.get(refused.status, "Refused"),
        "message": refused.message,
        "status": str(refused.status),
    }
    return body | ({"@type": "Error"} if version == "v5" else {})


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _common(ticket: Ticket, base: str) -> Body:
    last = ticket.turns[-1]
    resolved = next((each for each in reversed(ticket.turns) if each.status == "resolved"), None)
    return {
        "id": ticket.id,
        "href": f"{base}/troubleTicket/{ticket.id}",
        "@type": "TroubleTicket",
        "creationDate": stamp(ticket.began_at),
        "lastUpdate": stamp(ticket.changed_at),
        **ticket.said.texts,
        "requestedResolutionDate": stamp(ticket.said.requested_at) if ticket.said.requested_at else "",
        "resolutionDate": stamp(resolved.at) if resolved else "",
        "status": last.status,
        "statusChangeDate": stamp(last.at),
        "statusChangeReason": last.reason,
    }


def _v4(ticket: Ticket, base: str, faults: Faults) -> Body:
    changes = [_filled({"status": e.status, "changeDate": stamp(e.at), "changeReason": e.reason}) for e in ticket.turns]
    return {
        **_common(ticket, base),
        "externalId": ticket.said.numbers[0][0] if ticket.said.numbers else "",
        "note": faults.told([_note(each) for each in ticket.notes]),
        "attachment": [_file(each, ticket, base) for each in ticket.files],
        "statusChange": changes,
        "relatedParty": [_flat(each) for each in ticket.said.parties],
        "relatedEntity": [_flat(each) for each in ticket.said.entities],
    }


def _v5(ticket: Ticket, base: str, faults: Faults) -> Body:
    return {
        **_common(ticket, base),
        "externalIdentifier": [
            _filled({"@type": "ExternalIdentifier", "id": id, "owner": owner, "externalIdentifierType": kind})
            for id, owner, kind in ticket.said.numbers
        ],
        "note": faults.told([{"@type": "Note", **_note(each)} for each in ticket.notes]),
        "attachment": [{"@type": "Attachment", **_file(each, ticket, base)} for each in ticket.files],
        "statusChangeHistory": [_turn(each) for each in ticket.turns],
        "relatedParty": [
            _nested(each, "RelatedPartyRefOrPartyRoleRef", "partyOrPartyRole", "PartyRef")
            for each in ticket.said.parties
        ],
        "relatedEntity": [_nested(each, "RelatedEntity", "entity", "EntityRef") for each in ticket.said.entities],
    }


def _note(note: Note) -> Body:
    return {"id": note.id, "author": note.author, "date": stamp(note.at), "text": note.text}


def _file(file: File, ticket: Ticket, base: str) -> Body:
    here = f"{base}/troubleTicket/{ticket.id}/attachment/{file.id}"
    size = {"amount": len(file.content), "units": "byte"} if file.content is not None else None
    return _filled(
        {
            "id": file.id,
            "href": here,
            "url": here if file.content is not None else file.url,
            "name": file.name,
            "mimeType": file.media_type,
            "attachmentType": file.kind,
            "size": size,
        }
    )


def _turn(turn: Turn) -> Body:
    said = {"status": turn.status, "statusChangeDate": stamp(turn.at), "statusChangeReason": turn.reason}
    return _filled({"@type": "StatusChange", **said})


def _flat(each: Related) -> Body:
    return {"id": each.id, "@referredType": each.refers_to, "role": each.role} | (
        {"name": each.name} if each.name else {}
    )


def _nested(each: Related, kind: str, name: str, inner: str) -> Body:
    reference = _filled({"@type": inner, "name": each.name, "@referredType": each.refers_to}) | {"id": each.id}
    return {"@type": kind, "role": each.role, name: reference}


def _filled(body: Body) -> Body:
    return {name: value for name, value in body.items() if value not in ("", None, [])}
