"""How a ticket reads on each face. v4 is flat and names a type where it must; v5 names it everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from django.conf import settings

from crossdesk.api.tmf621.tickets import Ticket
from crossdesk.cases.identifiers import KINDS
from crossdesk.kit.time import iso
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry

Version = Literal["v4", "v5"]
Shape = dict[str, Any]
ALWAYS = {"v4": frozenset[str](), "v5": frozenset({"id", "href", "@type"})}
"""What `fields` leaves in although nobody asked for it."""
ERASED = "Erased."
TYPES = "attachmentTypes"
"""Among what was given: what their sender called the type of each file, by its id."""


def base(version: Version) -> str:
    return f"{settings.SITE_URL}/tmf-api/troubleTicket/{version}"


def href(version: Version, ticket: Ticket) -> str:
    return f"{base(version)}/troubleTicket/{ticket.id}"


def shown(ticket: Ticket, version: Version, wanted: frozenset[str] | None = None) -> Shape:
    whole = SHAPED[version](ticket)
    if wanted is None:
        return whole
    return {name: value for name, value in whole.items() if name in wanted | ALWAYS[version]}


def known_attributes(version: Version) -> frozenset[str]:
    own = OWN["v4"] if version == "v4" else OWN["v5"]
    return COMMON | own


COMMON = frozenset(
    {
        "id", "href", "creationDate", "lastUpdate", "name", "description", "severity", "priority", "ticketType",
        "status", "statusChangeDate", "statusChangeReason", "requestedResolutionDate", "expectedResolutionDate",
        "resolutionDate", "note", "attachment", "relatedParty", "relatedEntity", "channel",
        "troubleTicketRelationship", "@type", "@baseType", "@schemaLocation",
    }
)  # fmt: skip
OWN = {
    "v4": frozenset({"externalId", "statusChange"}),
    "v5": frozenset(
        {
            "externalIdentifier",
            "statusChangeHistory",
            "troubleTicketCharacteristic",
            "troubleTicketSpecification",
        }
    ),
}


def _common(ticket: Ticket, version: Version) -> Shape:
    given, turned = ticket.given, ticket.turned
    last = turned[-1] if turned else None
    judged = (ticket.leg.priority if ticket.leg else None) or ticket.case.priority
    return _filled(
        {
            "id": str(ticket.id),
            "href": href(version, ticket),
            "creationDate": iso(ticket.began_at),
            "lastUpdate": _stamp(ticket.changed_at),
            "name": (given.name if given else "") or ticket.case.summary,
            "description": description(ticket),
            "severity": given.severity if given else "",
            "priority": (given.priority if given else "") or (str(judged) if judged else ""),
            "ticketType": (given.ticket_type if given else "") or ticket.case.query_type,
            "status": ticket.status.value,
            "statusChangeDate": _stamp(last.entry.recorded_at) if last else "",
            "statusChangeReason": reason(last.entry) if last else "",
            "requestedResolutionDate": _moment(given.requested_at) if given else "",
            "expectedResolutionDate": _moment((given.expected_at if given else None) or _promised(ticket)),
            "resolutionDate": _moment(ticket.resolved_at),
        }
    )


def description(ticket: Ticket) -> str:
    if ticket.erased:
        return ERASED
    if ticket.given and ticket.given.description:
        return ticket.given.description
    return ticket.first.body.words if ticket.first else ""


def reason(entry: Entry) -> str:
    """The words of a step, and on a line of its own where a redirect leads. What is asked or answered is a note."""
    if entry.kind in {"case.raised", "leg.engage", "case.ask", "case.answer"}:
        return ""
    if entry.body.erased:
        return ERASED
    where = entry.body.detail.get("to") if entry.kind in {"case.redirect", "leg.decline"} else ""
    duplicate = entry.facts.get("of_case") if entry.kind == "case.mark_duplicate" else ""
    words = [entry.body.words, f"Right desk: {where}" if where else ""]
    return "\n".join(filter(None, [*words, f"The same as {duplicate}." if duplicate else ""]))


def author(entry: Entry) -> str:
    return ", ".join(filter(None, [entry.body.author, entry.body.organisation]))


def opaque(entry: Entry) -> str:
    """Its place among what this conversation holds: an entry's number on the thread would count what others wrote."""
    return f"{entry.audience}-{entry.position}"


def _promised(ticket: Ticket) -> datetime | None:
    return ticket.leg.answer_by if ticket.leg else None


# v4


def _v4(ticket: Ticket) -> Shape:
    return _flat(ticket, "v4")


def _flat(ticket: Ticket, version: Version) -> Shape:
    given = ticket.given
    external = given.external[0]["id"] if given and given.external else ""
    own = ticket.leg.their_reference if ticket.leg else ""
    return _filled(
        {
            **_common(ticket, version),
            "externalId": external or own,
            "note": [_note(entry) for entry in ticket.notes],
            "attachment": [*_files(ticket, version), *_kept(ticket, "attachment")],
            "statusChange": [
                _filled(
                    {
                        "status": each.status.value,
                        "changeDate": _stamp(each.entry.recorded_at),
                        "changeReason": reason(each.entry),
                    }
                )
                for each in ticket.turned
            ],
            "relatedParty": [*_parties(ticket), *_kept(ticket, "relatedParty")],
            "relatedEntity": [*_lists(ticket), *_kept(ticket, "relatedEntity")],
            "channel": _channel(ticket),
            "troubleTicketRelationship": _kept(ticket, "troubleTicketRelationship"),
            "@type": "TroubleTicket",
        }
    )


def _note(entry: Entry) -> Shape:
    words = ERASED if entry.body.erased else entry.body.words
    return {"id": opaque(entry), "author": author(entry), "date": iso(entry.recorded_at), "text": words}


def _files(ticket: Ticket, version: Version) -> list[Shape]:
    types = ticket.given.more.get(TYPES, {}) if ticket.given else {}
    return [
        {
            "id": opaque(file.entry),
            "href": f"{href(version, ticket)}/attachment/{opaque(file.entry)}",
            "url": f"{href(version, ticket)}/attachment/{opaque(file.entry)}",
            "name": file.name,
            "attachmentType": types.get(opaque(file.entry)) or file.key or "evidence",
            "mimeType": file.media_type,
            "size": {"amount": file.size, "units": "byte"},
        }
        for file in ticket.evidence
        if not file.erased
    ]


def _parties(ticket: Ticket) -> list[Shape]:
    """The two ends of this conversation. Who else is on the case is not part of a ticket."""
    if ticket.leg:
        ends = [(ticket.leg.from_desk.owner, "requester"), (ticket.leg.to_desk.owner, "receiver")]
        desks = [(ticket.leg.from_desk.name, "requester"), (ticket.leg.to_desk.name, "receiver")]
    else:
        ends = [(ticket.case.raiser, "requester"), (ticket.case.owner.owner, "receiver")]
        desks = [(ticket.case.owner.name, "receiver")]
    return [
        *(_party(party, role) for party, role in ends),
        *({"id": name, "name": name, "role": f"{role}Desk", "@referredType": "ServiceDesk"} for name, role in desks),
    ]


def _party(party: Party, role: str) -> Shape:
    return {"id": party.short_name, "name": party.name, "role": role, "@referredType": "Organization"}


def _lists(ticket: Ticket) -> list[Shape]:
    """A list is told by its tally: its members are read only through the case, where that leaves an entry."""
    return [
        {
            "id": opaque(each.entry),
            "name": f"{KINDS.get(each.kind, each.kind)}: {each.distinct}"
            + (f", {each.bad} unusable" if each.bad else ""),
            "role": "reference",
            "@referredType": each.kind,
        }
        for each in ticket.lists
    ]


def _channel(ticket: Ticket) -> Shape | None:
    kept = ticket.given.more.get("channel") if ticket.given else None
    return dict(kept) if kept else None


def _kept(ticket: Ticket, name: str) -> list[Shape]:
    return [dict(each) for each in ticket.given.more.get(name, ())] if ticket.given else []


# v5


def _v5(ticket: Ticket) -> Shape:
    flat, given = _flat(ticket, "v5"), ticket.given
    for name in ("externalId", "statusChange"):
        flat.pop(name, None)
    return _filled(
        {
            **flat,
            "@type": "TroubleTicket",
            "externalIdentifier": _identifiers(ticket),
            "note": [_typed("Note", note) for note in flat.get("note", ())],
            "attachment": [_typed(_kind_of(each), each) for each in flat.get("attachment", ())],
            "statusChangeHistory": [
                _filled(
                    {
                        "@type": "StatusChange",
                        "status": each.status.value,
                        "statusChangeDate": _stamp(each.entry.recorded_at),
                        "statusChangeReason": reason(each.entry),
                    }
                )
                for each in ticket.turned
            ],
            "relatedParty": [_nested_party(each) for each in flat.get("relatedParty", ())],
            "relatedEntity": [_nested_entity(each) for each in flat.get("relatedEntity", ())],
            "channel": _typed("ChannelRef", flat["channel"]) if "channel" in flat else None,
            "troubleTicketRelationship": [
                _typed("TroubleTicketRelationship", each) for each in flat.get("troubleTicketRelationship", ())
            ],
            "troubleTicketCharacteristic": [*_told(ticket), *_kept(ticket, "troubleTicketCharacteristic")],
            "troubleTicketSpecification": dict(given.more["troubleTicketSpecification"])
            if given and given.more.get("troubleTicketSpecification")
            else None,
        }
    )


def _identifiers(ticket: Ticket) -> list[Shape]:
    """The newest system's first, and at the end the case's own number here."""
    theirs = list(ticket.given.external) if ticket.given else []
    number = ticket.leg.their_reference if ticket.leg else ""
    if number and all(each["id"] != number for each in theirs):
        theirs.insert(0, {"id": number, "owner": ticket.leg.to_desk.owner.short_name if ticket.leg else ""})
    ours = {"id": ticket.case.reference, "owner": "Crossdesk", "externalIdentifierType": "case"}
    return [_typed("ExternalIdentifier", _filled(each)) for each in (*theirs, ours)]


def _told(ticket: Ticket) -> list[Shape]:
    """What a desk here has judged, beside what the requester says."""
    judged = (ticket.leg.priority if ticket.leg else None) or ticket.case.priority
    rows = [("receiverPriority", str(judged) if judged else "")]
    return [_characteristic(name, value) for name, value in rows if value]


def _characteristic(name: str, value: str) -> Shape:
    return {"@type": "StringCharacteristic", "name": name, "valueType": "string", "value": value}


def _kind_of(attachment: Shape) -> str:
    return "AttachmentRef" if attachment.get("@type") == "AttachmentRef" else "Attachment"


def _typed(kind: str, shape: Shape) -> Shape:
    return {**shape, "@type": kind}


def _nested_party(flat: Shape) -> Shape:
    party = {name: value for name, value in flat.items() if name not in {"role", "@type"}}
    kind = "PartyRoleRef" if flat.get("@type") == "PartyRoleRef" else "PartyRef"
    return {
        "@type": "RelatedPartyRefOrPartyRoleRef",
        "role": flat.get("role", ""),
        **({"partyOrPartyRole": {"@type": kind, **party}} if party.get("id") else {}),
    }


def _nested_entity(flat: Shape) -> Shape:
    entity = {name: value for name, value in flat.items() if name not in {"role", "@type"}}
    return {"@type": "RelatedEntity", "role": flat.get("role", ""), "entity": {"@type": "EntityRef", **entity}}


SHAPED: dict[Version, Callable[[Ticket], Shape]] = {"v4": _v4, "v5": _v5}


def _filled(shape: Shape) -> Shape:
    """What nobody said is left out: an empty string would be a value."""
    return {name: value for name, value in shape.items() if value not in ("", None, [])}


def _moment(at: datetime | None) -> str:
    """A client may have written a year of three digits, which strftime would not fill up."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""


def _stamp(at: datetime) -> str:
    """With its fractions of a second, so that a client that asks from there on misses nothing."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def listed(tickets: Iterable[Ticket], version: Version, wanted: frozenset[str] | None) -> list[Shape]:
    return [shown(ticket, version, wanted) for ticket in tickets]
