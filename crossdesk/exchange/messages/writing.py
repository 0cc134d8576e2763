"""Writes the message of an outbox item with the eyes of who will read it, as letters are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.cases.models import Case
from crossdesk.desks.ways import Channel, Meaning, Ways
from crossdesk.exchange import hands
from crossdesk.exchange.channels import fields
from crossdesk.exchange.enclosing import (
    Enclosures,
    GivenFile,
    GivenList,
    files_of,
    lists_of,
    raised_with,
    shared_entries,
)
from crossdesk.exchange.links import Link
from crossdesk.exchange.messages.message import (
    BESIDE,
    INSIDE,
    LARGEST,
    MOST_FILES,
    MOST_REFERENCES,
    About,
    File,
    Kind,
    Message,
    Redirect,
    Reference,
    Side,
    State,
    TheirField,
)
from crossdesk.exchange.models import OutboxItem
from crossdesk.impact.models import Tally
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import viewing

MOVED: dict[str, Meaning] = {
    "case.own": Meaning.IN_PROGRESS,
    "case.ask": Meaning.PENDING_US,
    "case.resolve": Meaning.RESOLVED,
    "case.redirect": Meaning.DECLINED,
    "case.reopen": Meaning.IN_PROGRESS,
}
"""What our own state comes to for the other side, where an entry moved it."""


@dataclass(frozen=True)
class Conversation:
    """What both sides call it, and what is known of the other end."""

    token: str
    their_number: str = ""
    hops: int = 0


@dataclass(frozen=True)
class Given:
    """What its reader may see of it; read once, for reading a list leaves an entry."""

    case: Case
    entry: Entry
    shared: list[Entry]
    files: list[GivenFile]
    lists: list[GivenList]


def message_of(item: OutboxItem, link: Link, ways: Ways, at: datetime) -> Message:
    """Inside a verb's transaction."""
    given = given_with(item, ways, at)
    return written(item, Kind(item.kind), Conversation(link.token, link.their_number, link.hops), given, ways)


def given_with(item: OutboxItem, ways: Ways, at: datetime) -> Given:
    with viewing(hands.reader(item.reader_seat)):
        entry = Entry.objects.select_related("body").get(pk=item.entry_id)
        return Given(
            case=Case.objects.select_related("owner__owner", "raiser").get(pk=item.case_id),
            entry=entry,
            shared=shared_entries(entry),
            files=files_of(entry, _room(ways)),
            lists=lists_of(entry, item.leg.to_desk if item.leg else None, _lines(ways), at),
        )


def written(item: OutboxItem, kind: Kind, on: Conversation, given: Given, ways: Ways) -> Message:
    """The same whichever channel carries it; a letter's place in its lane is its number."""
    case, entry, desk = given.case, given.entry, item.sender
    due = entry.facts.get("due")
    where = entry.body.detail.get("to", "") if kind is Kind.REJECT_REDIRECT else ""
    return Message(
        id=item.said_as,
        link=on.token,
        kind=kind,
        seq=item.number,
        after=_taken_before(item),
        heard=item.heard,
        occurred_at=entry.happened_at,
        sender=Side(party=str(desk.owner), desk=str(desk), author=entry.body.author),
        to=Side(party=str(_far(case, item)), desk=str(item.leg.to_desk) if item.leg else ""),
        our_number=case.reference,
        your_number=on.their_number,
        words=entry.body.words,
        about=_about(case, item, given.shared, ways) if kind is Kind.RAISE else None,
        references=[Reference(type=each.kind, value=value) for each in given.lists for value in each.values or ()],
        state=State(mapped=MOVED[entry.kind]) if entry.kind in MOVED else None,
        due=datetime.fromisoformat(due) if due else _needed_by(item, kind),
        redirect=Redirect(to=where) if kind is Kind.REJECT_REDIRECT else None,
        files=[_file(each, ways) for each in given.files][:MOST_FILES],
        fields=[
            TheirField(name=name, value=ours, raw=raw)
            for name, (ours, raw) in entry.body.detail.get("fields", {}).items()
        ],
        hops=on.hops + 1,
    )


def _far(case: Case, item: OutboxItem) -> object:
    return item.leg.to_desk.owner if item.leg else case.raiser


def affected_as_told(case: Case, seat: int, ways: Ways) -> int | None:
    """Different MPANs over all linked cases, with the eyes of its reader; whose they are is told to nobody."""
    if "affected" not in fields.outward(ways.fields):
        return None
    with viewing(hands.reader(seat)):
        return Tally.objects.filter(case=case).values_list("total", flat=True).first()


def _about(case: Case, item: OutboxItem, shared: list[Entry], ways: Ways) -> About:
    """The case's own line is for everybody on it; what the raiser said beyond that only where it was ticked."""
    said = raised_with(shared)
    earlier = [f"{each.body.organisation}: {each.body.words}" for each in shared if each.body.words]
    assert item.leg is not None
    return About(
        title=case.summary,
        description="\n\n".join([item.leg.ask, *earlier]),
        impact=said.get("impact", ""),
        outside_because=item.leg.outside_because,
        investigated=said.get("investigated", ""),
        suspected_cause=said.get("suspected_cause", ""),
        priority=case.priority,
        kind=case.kind,
        query_type=case.query_type[:60],
        system=case.system[:60],
        started_at=datetime.fromisoformat(said["started_at"]) if said.get("started_at") else None,
        affected=affected_as_told(case, item.reader_seat, ways),
    )


def _needed_by(item: OutboxItem, kind: Kind) -> datetime | None:
    return item.leg.acknowledge_by if item.leg and kind is Kind.RAISE else None


def _taken_before(item: OutboxItem) -> int:
    before = OutboxItem.objects.filter(lane=item.lane, number__lt=item.number, state=OutboxItem.State.SENT)
    return before.order_by("-number").values_list("number", flat=True).first() or 0


def _room(ways: Ways) -> Enclosures:
    """Another Crossdesk takes files beside the message, so that neither is held in memory as a whole."""
    if ways.channel == Channel.CROSSDESK:
        return Enclosures(files=MOST_FILES, bytes=INSIDE, lines=0, beside=BESIDE)
    return Enclosures(files=MOST_FILES, bytes=LARGEST // 2, lines=0)


def _lines(ways: Ways) -> Enclosures:
    """Another Crossdesk takes lists whole; a ticket of another tool holds what a person would read."""
    most = MOST_REFERENCES if ways.channel == Channel.CROSSDESK else 500
    return Enclosures(files=0, bytes=0, lines=most if ways.identifiers else 0)


def _file(given: GivenFile, ways: Ways) -> File:
    why = ways.why_no_file(given.name, given.size)
    return File(
        name=given.name,
        media_type=given.media_type,
        size=given.size,
        sha256=given.sha256,
        content=None if why else given.content,
        beside=given.beside and not why,
        why=why,
    )
