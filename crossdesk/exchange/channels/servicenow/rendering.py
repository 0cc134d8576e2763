"""A message as the columns and comments of an incident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from crossdesk.exchange.channels.fields import said_in
from crossdesk.exchange.channels.servicenow.desk import LONGEST_TEXT, LONGEST_TITLE, ToAttach
from crossdesk.exchange.channels.servicenow.tenant import Tenant
from crossdesk.exchange.messages.message import About, Kind, Message
from crossdesk.kit.time import in_full

MOST_LINES = 20
"""References that a person reads in a description; longer lists come as a file."""
OPENINGS = {
    Kind.REQUEST_INFO: "Question",
    Kind.SUPPLY_INFO: "Answer",
    Kind.CONFIRM: "Confirmed: it is resolved.",
    Kind.DISPUTE: "Not resolved",
    Kind.WITHDRAW: "Withdrawn; please close your record.",
    Kind.CLOSE: "The whole case is closed.",
    Kind.CHASE: "Reminder",
    Kind.REOPEN: "Reopened",
}


def columns_of(message: Message, tenant: Tenant) -> dict[str, str]:
    """Of a new record. What does not fit the description follows as a comment."""
    about = message.about or About(title=message.words or "A case")
    fields = {
        "short_description": about.title[:LONGEST_TITLE],
        "description": description(message, about)[:LONGEST_TEXT],
    }
    fields |= said_in(message, tenant.fields)
    if about.priority:
        fields["impact"], fields["urgency"] = tenant.priorities[f"P{about.priority}"]
    said = {
        "reference": message.our_number,
        "query_type": about.query_type,
        "system": about.system,
        "party": message.sender.party,
        "desk": message.sender.desk,
        "suspected_cause": about.suspected_cause,
        "acknowledge_by": in_full(message.due) if message.due else "",
    }
    fields |= {name: value for name, value in said.items() if name in tenant.columns and value}
    return {tenant.columns.get(name, name): value for name, value in fields.items()}


def description(message: Message, about: About) -> str:
    """Section 7.1.2 of the approach, in labelled parts that a person can read and a rule can find."""
    told = {
        "What we ask of you": about.description or message.words,
        "Impact": about.impact,
        "Why we think it is yours": about.outside_because,
        "What we investigated": about.investigated,
        "Suspected cause": about.suspected_cause,
        "Began": _moment(about.started_at),
        "References": _references(message),
        "Our reference": message.our_number,
        "From": ", ".join(each for each in (message.sender.desk, message.sender.party) if each),
        "Please acknowledge by": _moment(message.due),
    }
    return "\n\n".join(f"{label}:\n{text}" for label, text in told.items() if text)


def rest_of(message: Message) -> str:
    """What of the description had no room in its column."""
    return description(message, message.about)[LONGEST_TEXT:] if message.about else ""


def _references(message: Message) -> str:
    lines = [f"{each.type}: {each.value}" for each in message.references]
    if len(lines) <= MOST_LINES:
        return "\n".join(lines)
    counted = Counter(each.type for each in message.references)
    return "\n".join(f"{count} × {kind}, see the attached {kind}-list.txt" for kind, count in counted.items())


def comment_of(message: Message) -> str:
    opening, words = OPENINGS.get(message.kind, ""), message.words.strip()
    said = [f"{opening}:" if opening and words and not opening.endswith(".") else opening, words]
    if message.due and message.kind is Kind.REQUEST_INFO:
        said.append(f"Needed by {in_full(message.due)}.")
    text = "\n".join(each for each in said if each)
    by = ", ".join(each for each in (message.sender.author, message.sender.desk) if each)
    return f"{text}\n— {by}" if by and text else text


def files_of(message: Message) -> list[ToAttach]:
    files = [ToAttach(each.name, each.media_type, each.content) for each in message.files if each.content is not None]
    if len(message.references) > MOST_LINES:
        by_kind: dict[str, list[str]] = {}
        for each in message.references:
            by_kind.setdefault(each.type, []).append(each.value)
        for kind, values in by_kind.items():
            files.append(ToAttach(f"{kind}-list.txt", "text/plain", "\r\n".join([*values, ""]).encode()))
    return files


def kept_back(message: Message) -> list[str]:
    """Files that the agreement does not let cross: named, so that they can be asked for."""
    return [f"{each.name} was not sent with this; ask for it." for each in message.files if each.content is None]


def changes_of(message: Message, tenant: Tenant, meaning: str) -> Mapping[str, str]:
    """The state a message asks for, only from where it makes sense: an answer to a question long over moves nothing."""
    asked = {**fields_of(message, tenant), **tenant.states.asked_by(message.kind.value)}
    needs = {Kind.SUPPLY_INFO: {"pending_us"}, Kind.DISPUTE: {"resolved", "closed"}, Kind.CONFIRM: {"resolved"}}
    if message.kind in needs and meaning not in needs[message.kind]:
        return {}
    return asked


def fields_of(message: Message, tenant: Tenant) -> Mapping[str, str]:
    """Those that changed since their record was made."""
    if message.about or not message.fields:
        return {}
    told = said_in(message, tenant.fields)
    judged = next((each.value for each in message.fields if each.name == "priority"), "")
    if judged in tenant.priorities and any(each.ours in tenant.priorities for each in tenant.fields):
        told["impact"], told["urgency"] = tenant.priorities[judged]
    return told


def _moment(at: datetime | None) -> str:
    return in_full(at) if at else ""
