"""A ticket of a client becomes a case by the verb of the pages: the desk gate decides, what is missing is noted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from crossdesk import rulebook
from crossdesk.api.tmf621 import bodies
from crossdesk.api.tmf621.bodies import Body
from crossdesk.api.tmf621.errors import invalid, missing
from crossdesk.api.tmf621.faces import TYPES, Version
from crossdesk.api.tmf621.models import Given
from crossdesk.api.tmf621.telling import add_files, add_lists, write_notes
from crossdesk.api.trouble import Trouble
from crossdesk.cases.models import Case
from crossdesk.cases.raising import UNSORTED, Report, raise_case
from crossdesk.desks.choosing import desks_open_to, desks_under, why_not_raise
from crossdesk.desks.models import Desk
from crossdesk.kit.time import london
from crossdesk.parties.models import MarketRole, Party
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.editions import digest
from crossdesk.rulebook.evidence import required_evidence
from crossdesk.rulebook.gate import Gate, Question, gate
from crossdesk.rulebook.rows.desks import QueryType
from crossdesk.threads.viewer import Viewer, verbs

MANDATORY = ("description", "severity", "ticketType")
WITHOUT = "Sent by the organisation's own tool, which did not bring it."


@dataclass(frozen=True)
class Sent:
    """A ticket as it was sent, of either face."""

    name: str
    description: str
    severity: str
    priority: str
    ticket_type: str
    requested_at: datetime | None
    external: list[Body]
    notes: list[Body]
    attachments: list[Body]
    parties: list[Body]
    entities: list[Body]
    characteristics: list[Body]
    more: Body


def sent(body: Body, version: Version) -> Sent:
    mandatory = (*MANDATORY, "@type") if version == "v5" else MANDATORY
    for name in mandatory:
        if not bodies.text(body, name, bodies.LONGEST).strip():
            raise missing(name)
    for name in ("creationDate", "lastUpdate", "expectedResolutionDate", "resolutionDate", "statusChangeDate"):
        bodies.at(body, name)  # the server's own: read, and left out
    bodies.text(body, "status"), bodies.text(body, "statusChangeReason", bodies.LONGEST)
    parties, entities = bodies.related_parties(body), bodies.related_entities(body)
    characteristics = bodies.characteristics(body) if version == "v5" else []
    attachments = bodies.attachments(body)
    more: Body = {
        "relatedParty": [each for each in parties if each.get("role") not in bodies.OURS],
        "relatedEntity": [each for each in entities if bodies.kind_of(each) is None],
        "attachment": bodies.kept_elsewhere(attachments),
        "channel": bodies.reference(body, "channel"),
        "troubleTicketRelationship": bodies.references(body, "troubleTicketRelationship", ("relationshipType",)),
        "troubleTicketCharacteristic": characteristics,
    }
    if version == "v5":
        bodies.objects(body, "statusChangeHistory")
        specification = bodies.reference(body, "troubleTicketSpecification", ("version",))
        more["troubleTicketSpecification"] = (
            {"@type": "TroubleTicketSpecificationRef", **specification} if specification else {}
        )
    return Sent(
        name=bodies.text(body, "name"),
        description=bodies.text(body, "description", bodies.LONGEST),
        severity=bodies.text(body, "severity"),
        priority=bodies.text(body, "priority"),
        ticket_type=bodies.text(body, "ticketType"),
        requested_at=bodies.at(body, "requestedResolutionDate"),
        external=bodies.identifiers(body, version),
        notes=bodies.notes(body),
        attachments=attachments,
        parties=parties,
        entities=entities,
        characteristics=characteristics,
        more={name: value for name, value in more.items() if value},
    )


def create(sent: Sent, *, by: Viewer, at: datetime) -> Case:
    """The same number of the same party is the same ticket: sent again, it is answered and not raised again."""
    key = _key(sent.external)
    with verbs():
        if key and (known := _known(key, _first(sent), by)):
            return known
        case = _raise(sent, by, at)
        given = Given.objects.create(
            party_id=by.party,
            case=case,
            key=key,
            first=_first(sent),
            name=sent.name,
            description=sent.description,
            ticket_type=sent.ticket_type,
            severity=sent.severity,
            priority=sent.priority,
            requested_at=sent.requested_at,
            external=sent.external,
            more=sent.more,
            changed_at=at,
            seats=[case.seat_for(case.raiser.seat_id)],
        )
        add_lists(case, sent.entities, by=by, at=at)
        write_notes(case, None, sent.notes, by=by, at=at)
        if types := add_files(case, None, sent.attachments, by=by, at=at):
            given.more = {**given.more, TYPES: types}
            given.save(update_fields=["more"])
    return case


def _key(external: list[Body]) -> str:
    return (
        _digest([external[0].get(name, "") for name in ("owner", "externalIdentifierType", "id")]) if external else ""
    )


def _first(sent: Sent) -> str:
    return _digest([sent.description, sent.ticket_type, sent.name])


def _digest(said: list[str]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _known(key: str, first: str, by: Viewer) -> Case | None:
    """Two of the same at the same moment: the second waits here until the first is done."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 621))", [f"{by.party} {key}"])
    given = Given.objects.select_related("case__owner", "case__raiser").filter(party=by.party, key=key).first()
    if given and given.first != first:
        raise Trouble(
            409,
            "other-ticket",
            "A ticket with this external identifier says something else; follow that one, or send a number of its own.",
            more={"ticket": str(given.case_id)},
        )
    return given.case if given else None


# The desk, and the words


def _raise(sent: Sent, by: Viewer, at: datetime) -> Case:
    book, raiser = rulebook.current(), Party.objects.get(pk=by.party)
    query = query_type(book, sent.ticket_type)
    desk, said = _desk(book, sent, query, by, at)
    without = _missing(book, query, desk, sent)
    told = bodies.said(sent.characteristics, "withoutBecause")
    report = Report(
        summary=sent.name or next(iter(sent.description.strip().splitlines()), ""),
        query_type=query.key,
        impact=sent.description,
        suspected_cause=bodies.said(sent.characteristics, "suspectedCause"),
        investigated=_more_words(sent, by),
        own_reference=sent.external[0]["id"][:200] if sent.external else "",
        system=query.system,
        kind=_kind(query),
        missing_evidence=without,
        without_because=(told or WITHOUT) if without else "",
        gate=said,
        edition=digest(book),
    )
    return raise_case(report, raiser=raiser, to=desk, by=by, at=at)


def query_type(book: Rulebook, written: str) -> QueryType:
    wanted = written.strip().lower()
    named = (each for each in book.query_types.values() if wanted in {each.key.lower(), each.name.lower()})
    return next(named, book.query_types[UNSORTED])


def _kind(query: QueryType) -> str:
    if query.process == "request" or query.key == "service-request":
        return Case.Kind.REQUEST
    return Case.Kind.ENQUIRY if query.nature == "business" else Case.Kind.INCIDENT


def _desk(book: Rulebook, sent: Sent, query: QueryType, by: Viewer, at: datetime) -> tuple[Desk, dict[str, Any]]:
    roles = frozenset(MarketRole.objects.filter(party=by.party).values_list("role", flat=True)) & frozenset(book.roles)
    mpans = [entity["id"] for entity in sent.entities if bodies.kind_of(entity) == "mpan"]
    question = Question(query.key, roles, area=mpans[0] if mpans else "", mpans=len(mpans), on=london(at).date())
    answer = gate(book, question)
    offered = [
        desk
        for offer in answer.desks
        for desk in desks_under(offer.desk, question.area)
        if why_not_raise(book, desk, roles) is None
    ]
    wanted = _named(sent, desks_open_to(book, roles))
    if wanted is None:
        wanted = _only(offered, query, answer)
    because = bodies.said(sent.characteristics, "overrideBecause") or (sent.notes[0]["text"] if sent.notes else "")
    if wanted not in offered and query.key != UNSORTED and not because:
        raise invalid(f"{answer.why} Say in a note why {wanted} should take this.", propertyPath="relatedParty")
    return wanted, {
        "kind": answer.kind,
        "why": answer.why,
        "source": answer.source,
        "offered": [offer.desk for offer in answer.desks],
        "chosen": wanted.rule,
        "notes": list(answer.notes),
        "override_because": "" if wanted in offered else because,
    }


def _named(sent: Sent, open_to: Iterable[Desk]) -> Desk | None:
    """The desk that a related party in the role `receiver` names, by its name or its owner's."""
    said = [each for each in sent.parties if each.get("role") in {"receiver", "receiverDesk"}]
    names = {each[name].strip().lower() for each in said for name in ("id", "name") if each.get(name)}
    if not names:
        return None
    desks = [desk for desk in open_to if names & _names(desk)]
    exact = [desk for desk in desks if desk.name.lower() in names]
    if len(exact or desks) != 1:
        those = "; ".join(desk.name for desk in desks)
        raise invalid(
            f"The receiver is one of several desks: {those}." if those else "The receiver is no desk open to you.",
            "referenceNotFound",
            propertyPath="relatedParty",
        )
    return (exact or desks)[0]


def _names(desk: Desk) -> set[str]:
    return {desk.name.lower(), desk.owner.name.lower(), desk.owner.short_name.lower()}


def _only(offered: list[Desk], query: QueryType, answer: Gate) -> Desk:
    if len(offered) == 1:
        return offered[0]
    if not offered and query.key == UNSORTED:
        central = Desk.objects.filter(home=Desk.Home.HOSTED, owner__central=True).select_related("owner")
        if desk := central.order_by("pk").first():
            return desk
    choice = ", ".join(desk.name for desk in offered)
    asks = " ".join(dict.fromkeys(offer.ask for offer in answer.desks if offer.ask))
    hint = f"Name one of them as relatedParty in the role “receiver”: {choice}." if choice else asks
    raise invalid(" ".join(filter(None, [answer.why, hint])), propertyPath="relatedParty")


def _missing(book: Rulebook, query: QueryType, desk: Desk, sent: Sent) -> tuple[str, ...]:
    """What the rules ask for and the ticket does not bring, as the page's checklist counts it."""
    kinds = {bodies.kind_of(entity) for entity in sent.entities}
    words = {each["name"] for each in sent.characteristics if each.get("value")}
    have = {"summary", "description-and-impact"} | words
    have |= {"references"} if kinds & {"mpan", "transaction", "sender-reference", "correlation"} else set()
    have |= {"transaction-id"} if "transaction" in kinds else set()
    have |= {"affected-count"} if "mpan" in kinds else set()
    have |= {kind for kind in ("mpan", "error-code", "timestamp") if kind in kinds}
    have |= {"suspected-cause"} if "suspectedCause" in words else set()
    have |= {"investigation-evidence"} if "investigated" in words else set()
    have |= {"supporting-evidence"} if any(bodies.content_of(each) for each in sent.attachments) else set()
    have |= {text for each in sent.attachments if (text := each.get("attachmentType", "")) in book.evidence}
    rule = desk.rule if desk.rule in book.desks else ""
    return tuple(
        each.evidence.key for each in required_evidence(book, query.key, rule) if each.evidence.key not in have
    )


def _more_words(sent: Sent, by: Viewer) -> str:
    """What its own tool judges, for the desk to read: a ticket's severity is the requester's opinion."""
    asked = f"{sent.requested_at:%Y-%m-%d %H:%M} UTC" if sent.requested_at else ""
    rows = [
        ("", bodies.said(sent.characteristics, "investigated")),
        ("Type", sent.ticket_type),
        ("Severity", sent.severity),
        ("Priority", sent.priority),
        ("Wanted by", asked),
        *((each["name"], str(each.get("value", ""))) for each in sent.characteristics if each["name"] not in READ),
        *(
            (each["@referredType"], each["id"])
            for each in sent.entities
            if bodies.kind_of(each) is None and "@referredType" in each
        ),
    ]
    lines = [f"{name} (as {by.party_name} says): {value}" if name else value for name, value in rows if value]
    return "\n".join(lines)[: bodies.LONGEST]


READ = frozenset({"investigated", "suspectedCause", "withoutBecause", "overrideBecause"})
"""Characteristics with a place of their own in a report."""
