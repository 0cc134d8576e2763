"""A change of a ticket: attributes merged, words and files added, a state moved only where a verb stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crossdesk.access import Invalid, WrongStage
from crossdesk.api.tmf621 import bodies
from crossdesk.api.tmf621.bodies import Body
from crossdesk.api.tmf621.errors import invalid
from crossdesk.api.tmf621.faces import TYPES, Version, known_attributes, opaque, shown
from crossdesk.api.tmf621.models import Given
from crossdesk.api.tmf621.states import BY_ENGAGED, BY_RAISER, TERMINAL, Status, Write, possible
from crossdesk.api.tmf621.telling import add_files, add_lists, say, write_notes
from crossdesk.api.tmf621.tickets import Ticket
from crossdesk.cases import closing, leg_work, writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.triage import Judged
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import Viewer, verbs

FINAL = frozenset(
    {"id", "href", "creationDate", "lastUpdate", "statusChange", "statusChangeHistory", "statusChangeDate"}
    | {"@type", "@baseType", "@schemaLocation"}
)
"""Written by the server alone; sent back as they were read they change nothing."""
ANSWER_WITHIN = timedelta(days=2)
"""For a question that a tool asks without saying by when: nobody has published a time, and a clock needs one."""
OWN_LINES = {"name": "Title", "description": "Description", "ticketType": "Type", "severity": "Severity"}
OWN_LINES |= {"priority": "Priority", "requestedResolutionDate": "Wanted by", "expectedResolutionDate": "Expected by"}
COLUMNS = {"name": "name", "description": "description", "ticketType": "ticket_type", "severity": "severity"}
COLUMNS |= {"priority": "priority", "requestedResolutionDate": "requested_at", "expectedResolutionDate": "expected_at"}
MOMENTS = frozenset({"requestedResolutionDate", "expectedResolutionDate"})


@dataclass
class Change:
    """What a patch comes to, once it is read."""

    columns: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    external: list[Body] | None = None
    notes: list[Body] = field(default_factory=list)
    files: list[Body] = field(default_factory=list)
    entities: list[Body] = field(default_factory=list)
    parties: list[Body] = field(default_factory=list)
    status: Status | None = None
    reason: str = ""


def change_of(body: Body, ticket: Ticket, version: Version) -> Change:
    """Everything is read before anything is done, so that a patch with one fault changes nothing."""
    _only_known(body, version)
    _nothing_final(body, ticket, version)
    change = Change(reason=bodies.text(body, "statusChangeReason", bodies.LONGEST).strip())
    now = shown(ticket, version)
    for name in COLUMNS:
        if name not in body or body[name] == now.get(name):  # sent back as it was read
            continue
        value = bodies.at(body, name) if name in MOMENTS else bodies.text(body, name, bodies.LONGEST)
        if name not in MOMENTS and body[name] is not None and not str(value).strip():
            raise invalid(f"“{name}” is empty; leave it out to keep it as it is.", propertyPath=name)
        change.columns[name] = value
    if "resolutionDate" in body and bodies.at(body, "resolutionDate") != ticket.resolved_at:
        raise invalid("“resolutionDate” is when the state became resolved; write that state.", "unexpectedProperty")
    if "externalId" in body or "externalIdentifier" in body:
        change.external = bodies.identifiers(body, version)
    change.notes = _new_notes(bodies.notes(body), ticket)
    change.files = _new_files(bodies.attachments(body), ticket)
    _kept(body, ticket, change)
    change.status = _status(body)
    return change


def _only_known(body: Body, version: Version) -> None:
    unknown = sorted(set(body) - known_attributes(version))
    if unknown:
        raise invalid(
            f"A {version} ticket has no attribute “{unknown[0][:60]}”.",
            "unexpectedProperty",
            propertyPath=unknown[0][:60],
        )


def _nothing_final(body: Body, ticket: Ticket, version: Version) -> None:
    final = FINAL & body.keys()
    if not final:
        return
    now = shown(ticket, version)
    for name in sorted(final):
        if body[name] != now.get(name) and not (name.startswith("@") and name not in now):
            raise invalid(f"“{name}” is the server's own and is not patched.", "unexpectedProperty", propertyPath=name)


def _status(body: Body) -> Status | None:
    written = bodies.text(body, "status")
    if not written:
        return None
    try:
        return Status(written)
    except ValueError:
        raise invalid(
            f"“{written[:60]}” is no state of a ticket; they are {', '.join(Status)}.", propertyPath="status"
        ) from None


def _new_notes(sent: list[Body], ticket: Ticket) -> list[Body]:
    """Those that are there already stay as they are: a note is added, never rewritten."""
    there = {opaque(entry): entry.body.words for entry in ticket.notes}
    for note in sent:
        if note.get("id") in there and note["text"] != there[note["id"]]:
            raise invalid("A note is only ever added; write a further one.", "unexpectedProperty", propertyPath="note")
    return [note for note in sent if note.get("id") not in there]


def _new_files(sent: list[Body], ticket: Ticket) -> list[Body]:
    there = {opaque(file.entry) for file in ticket.evidence}
    kept = {each.get("url") for each in (ticket.given.more.get("attachment", ()) if ticket.given else ())}
    return [
        each
        for each in sent
        if each.get("id") not in there and (each.get("content") or (each.get("url") or each.get("href")) not in kept)
    ]


def _kept(body: Body, ticket: Ticket, change: Change) -> None:
    if "relatedParty" in body:
        change.parties = bodies.related_parties(body)
        change.more["relatedParty"] = [each for each in change.parties if each.get("role") not in bodies.OURS]
    if "relatedEntity" in body:
        ours = {opaque(each.entry) for each in ticket.lists}
        change.entities = [each for each in bodies.related_entities(body) if each["id"] not in ours]
        change.more["relatedEntity"] = [each for each in change.entities if bodies.kind_of(each) is None]
    if "channel" in body:
        change.more["channel"] = bodies.reference(body, "channel")
    if "troubleTicketRelationship" in body:
        kept = bodies.references(body, "troubleTicketRelationship", ("relationshipType",))
        change.more["troubleTicketRelationship"] = kept
    if "troubleTicketCharacteristic" in body:
        told = bodies.characteristics(body)
        change.more["troubleTicketCharacteristic"] = [each for each in told if each["name"] != "receiverPriority"]
    if "troubleTicketSpecification" in body:
        kind = {"@type": "TroubleTicketSpecificationRef"}
        named = bodies.reference(body, "troubleTicketSpecification", ("version",))
        change.more["troubleTicketSpecification"] = {**kind, **named} if named else {}


def apply(ticket: Ticket, change: Change, *, by: Viewer, at: datetime) -> None:
    """One transaction. Words that a step needs are the step's; all others are notes."""
    with verbs():
        Thread.objects.select_for_update().get(pk=ticket.case.pk)
        if ticket.status in TERMINAL:
            raise WrongStage(f"This ticket is {ticket.status} and takes no change; {_instead(ticket)}.")
        words = change.reason
        step = _step(ticket, change)
        if step and step.words and not words:
            words, change.notes = "\n\n".join(note["text"] for note in change.notes), []
        if step and step.words and not words.strip():
            raise invalid(f"Say {step.words}, as “statusChangeReason” or in a note.", "missingProperty")
        _keep(ticket, change, by, at)
        write_notes(ticket.case, ticket.leg, change.notes, by=by, at=at)
        types = add_files(ticket.case, ticket.leg, change.files, by=by, at=at)
        if types:
            given = _given(ticket, by)
            given.more = {**given.more, TYPES: {**given.more.get(TYPES, {}), **types}}
            given.changed_at = at
            given.save()
        add_lists(ticket.case, change.entities, by=by, at=at, leg=ticket.leg)
        if step:
            DO[step.verb](ticket, words.strip(), change, by, at)
        elif words:
            say(ticket.case, ticket.leg, words, by=by, at=at)


def _instead(ticket: Ticket) -> str:
    if ticket.leg:
        return f"write to {ticket.leg.from_desk} another way"
    return "reopen it within its days, or send a new one that names it"


def _step(ticket: Ticket, change: Change) -> Write | None:
    to = change.status
    table = BY_ENGAGED if ticket.leg else BY_RAISER
    unread = ticket.leg is not None and ticket.leg.stage in {LegStage.SENDING, LegStage.DELIVERED}
    if to is None or (to == ticket.status and not unread):
        return None
    if step := table.get((ticket.status, to)):
        return step
    can = possible(table, ticket.status)
    instead = f"from {ticket.status} you can write {' or '.join(can)}" if can else "it waits for the other side"
    raise WrongStage(f"You cannot write {to} now: {instead}.")


# What the party's own tool says beside the words


def _keep(ticket: Ticket, change: Change, by: Viewer, at: datetime) -> None:
    if not (change.columns or change.more or change.external is not None):
        return
    given = _given(ticket, by)
    lines = []
    for name, value in change.columns.items():
        column = COLUMNS[name]
        setattr(given, column, value)
        lines.append(f"{OWN_LINES[name]} (as {by.party_name} says): {_said(value)}")
    given.more = {name: value for name, value in {**given.more, **change.more}.items() if value}
    if change.external is not None:
        ours = [each for each in change.external if each.get("owner") != "Crossdesk"]
        given.external = [*ours, *(each for each in given.external if each not in ours)]
    given.changed_at = at
    given.save()
    if change.external and ticket.leg:
        _number(ticket.leg, change.external[0]["id"])
    if "priority" in change.columns and ticket.leg:
        lines = [line for line in lines if not line.startswith(OWN_LINES["priority"])]
        _judge(ticket.leg, given.priority, by, at)
    if lines:
        say_beside(ticket, "\n".join(lines)[: writing.LONGEST], by, at)


def _said(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else str(value or "no longer said")


def say_beside(ticket: Ticket, words: str, by: Viewer, at: datetime) -> None:
    """Told to the other side, and no answer to what it asked."""
    if ticket.leg:
        leg_work.update(ticket.leg, by=by, at=at, words=words)
    else:
        writing.write(ticket.case, to="raiser", words=words, by=by, at=at)


def _given(ticket: Ticket, by: Viewer) -> Given:
    key = {"party_id": by.party, "case": ticket.case, "leg": ticket.leg.pk if ticket.leg else 0}
    found = Given.objects.select_for_update().filter(**key).first()
    seat = ticket.leg.to_desk.seat_id if ticket.leg else ticket.case.raiser.seat_id
    return found or Given(**key, seats=[ticket.case.seat_for(seat)])


def _number(leg: Leg, number: str) -> None:
    """Their number of it, as their letters would have told it."""
    Leg.objects.filter(pk=leg.pk).update(their_reference=number[:60])
    leg.their_reference = number[:60]


def _judge(leg: Leg, priority: str, by: Viewer, at: datetime) -> None:
    if priority not in {"1", "2", "3", "4"}:
        raise invalid("An engaged desk judges a priority from 1 to 4.", propertyPath="priority")
    judged = Judged(int(priority), f"Judged in {by.party_name}'s own tool.", "", "")
    leg_work.prioritise(leg, judged, by=by, at=at)


# Each step by the verb behind it


def _redirect(parties: list[Body]) -> str:
    named = next((each for each in parties if each.get("role") == "redirect"), {})
    return str(named.get("name") or named.get("id") or "")


def _accept(leg: Leg, words: str, by: Viewer, at: datetime) -> None:
    leg_work.acknowledge(leg, by=by, at=at, their_reference=leg.their_reference, words=words)


def _start(ticket: Ticket, words: str, change: Change, by: Viewer, at: datetime) -> None:
    leg = _leg(ticket)
    if leg.stage == LegStage.SENDING:
        _accept(leg, "", by, at)
    leg_work.start(leg, by=by, at=at, words=words)


def _ask(ticket: Ticket, words: str, change: Change, by: Viewer, at: datetime) -> None:
    leg = _leg(ticket)
    if leg.stage in {LegStage.SENDING, LegStage.DELIVERED}:
        _accept(leg, "", by, at)
    leg_work.ask(leg, by=by, at=at, words=words, due_at=at + ANSWER_WITHIN)


def _leg(ticket: Ticket) -> Leg:
    if ticket.leg is None:
        raise Invalid("Only an engaged desk does this.")
    return ticket.leg


DO: Mapping[str, Any] = {
    "confirm": lambda t, words, _, by, at: closing.confirm(t.case, by=by, at=at, words=words),
    "dispute": lambda t, words, _, by, at: closing.dispute(t.case, by=by, at=at, why=words),
    "withdraw": lambda t, words, _, by, at: closing.withdraw(t.case, by=by, at=at, why=words),
    "answer": lambda t, words, _, by, at: say(t.case, t.leg, words, by=by, at=at),
    "acknowledge": lambda t, words, _, by, at: _accept(_leg(t), words, by, at),
    "start": _start,
    "ask": _ask,
    "resolve": lambda t, words, _, by, at: leg_work.resolve(_leg(t), by=by, at=at, words=words),
    "decline": lambda t, words, change, by, at: leg_work.decline(
        _leg(t), by=by, at=at, why=words, to_words=_redirect(change.parties)
    ),
}
