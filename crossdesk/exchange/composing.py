"""Writes an outbox item's letter with the eyes of who will read it: the database leaves out what they may not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from crossdesk.cases.closing import REOPEN_WITHIN
from crossdesk.cases.lifecycle import Outcome
from crossdesk.cases.models import Case
from crossdesk.exchange import carrying, escalating, hands, owed, promised
from crossdesk.exchange.certificates import sealed
from crossdesk.exchange.enclosing import Enclosures, files_of, lists_of, raised_with, shared_entries
from crossdesk.exchange.kept import keep, sent_before
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.compose import LARGEST_ATTACHMENTS, MOST_ATTACHMENTS, Outgoing
from crossdesk.exchange.letters.matching import tag_for, watermark
from crossdesk.exchange.letters.read import Attachment, read_letter
from crossdesk.exchange.messages.message import Message
from crossdesk.exchange.messages.writing import Given
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.updates import write_update_letter
from crossdesk.exchange.wording import worded
from crossdesk.exchange.works import write_work_letter
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import viewing

IN_A_LETTER = Enclosures(files=(MOST_ATTACHMENTS - 1) // 2, bytes=LARGEST_ATTACHMENTS // 2, lines=200_000)
"""As many files as lists, and room for `case.json`."""
WATERMARKED = 3
"""How many of their letters are looked through for the mark their desk knows its record by."""


@dataclass(frozen=True)
class Enclosed:
    """What goes with an engagement: how the letter tells of it, and the files themselves."""

    context: dict[str, Any]
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Worded:
    subject: str
    text: str
    files: tuple[Attachment, ...]
    message: Message | None


def write_letter(item: OutboxItem, at: datetime) -> bytes:
    """Inside a verb's transaction. Keeps the bytes on the item, so that a second attempt sends the same letter."""
    if item.raw is not None:
        return bytes(item.raw)
    if item.recipient:
        return write_update_letter(item, item.recipient, at)
    if item.incident:
        return promised.write_reminder(item, item.incident, at)
    if item.subscription:
        return write_work_letter(item, item.subscription, at)
    if item.lead:
        return owed.write_reminder(item, at)
    if item.kind == escalating.KIND:
        return escalating.write_escalation(item, at)
    to_a_crossdesk = carrying.read_by_another_crossdesk(item)  # asked here: its reader may not read what it stands for
    with viewing(hands.reader(item.reader_seat)):
        case = Case.objects.select_related("owner__owner", "raiser").get(pk=item.case_id)
        entry = Entry.objects.select_related("body").filter(pk=item.entry_id).first()
        given = _given(item, case, entry, at) if entry else None
        context = _common(item, case, entry)
        enclosed = _enclosed(given) if given and item.kind == "engage" else _attached(given)
        ways = carrying.ways_by_mail(item, at)
        message = carrying.carried(item, given, ways) if given else None
    subject, text = worded(item.kind, **context, **enclosed.context)
    marks = carrying.agreed_marks(ways)
    reads_it = carrying.STRUCTURED in marks or to_a_crossdesk
    structured = carrying.as_file(message) if message and reads_it else []
    words = Worded(subject, text, (*structured, *enclosed.files), message)
    item.raw = sealed(keep(item, _outgoing(item, case, words, at), str(item.sender)), marks, item.to_address)
    return bytes(item.raw)


def _given(item: OutboxItem, case: Case, entry: Entry, at: datetime) -> Given:
    """Lists go with an engagement only."""
    lists = lists_of(entry, item.leg.to_desk if item.leg else None, IN_A_LETTER, at) if item.kind == "engage" else []
    return Given(case, entry, shared_entries(entry), files_of(entry, IN_A_LETTER), lists)


def _common(item: OutboxItem, case: Case, entry: Entry | None) -> dict[str, Any]:
    due = entry.facts.get("due") if entry else None
    return {
        "case": case,
        "leg": item.leg,
        "organisation": entry.body.organisation if entry else str(case.owner),
        "words": entry.body.words if entry else "",
        "right_desk": entry.body.detail.get("to", "") if entry else "",
        "due": datetime.fromisoformat(due) if due else None,
        "asks": item.asks,
        "own_reference": _own_reference(item),
        "outcome": Outcome(case.outcome).label.lower() if case.outcome else "",
        "may_reopen": case.closed_at is not None and item.created_at - case.closed_at <= REOPEN_WITHIN,
        "link": f"{settings.SITE_URL}/cases/{case.reference}/",
    }


def _own_reference(item: OutboxItem) -> str:
    """The raiser's number for it, which waits to be closed on their side; nobody else's letter carries it."""
    if item.leg_id:
        return ""
    raised = Entry.objects.filter(thread=item.case_id, kind="case.raised").select_related("body").first()
    return str(raised.body.detail.get("own_reference", "")) if raised else ""


def _enclosed(given: Given) -> Enclosed:
    """Section 7.1.2 of the approach: the issue and its impact, the reference details, the evidence."""
    detail = raised_with(given.shared)
    evidence, files = _evidence(given)
    references, lists = _references(given)
    context = {
        "shared": [
            {"at": each.happened_at, "organisation": each.body.organisation, "words": each.body.words}
            for each in given.shared
            if each.body.words
        ],
        "impact": detail.get("impact", ""),
        "started_at": datetime.fromisoformat(detail["started_at"]) if detail.get("started_at") else None,
        "evidence": evidence,
        "references": references,
    }
    return Enclosed(context, (*lists, *files))


def _attached(given: Given | None) -> Enclosed:
    return Enclosed({}, tuple(_evidence(given)[1]) if given else ())


def _evidence(given: Given) -> tuple[list[dict[str, Any]], list[Attachment]]:
    files = given.files
    told = [
        {"name": each.name, "media_type": each.media_type, "size": each.size, "attached": each.content is not None}
        for each in files
    ]
    return told, [Attachment(each.name, each.media_type, each.content) for each in files if each.content is not None]


def _references(given: Given) -> tuple[list[dict[str, Any]], list[Attachment]]:
    told: list[dict[str, Any]] = []
    files: list[Attachment] = []
    for number, each in enumerate(given.lists, 1):
        name = f"{each.kind}-list-{number}.txt" if each.values is not None and number <= IN_A_LETTER.files else ""
        if name and each.values is not None:
            files.append(Attachment(name, "text/plain", "\r\n".join([*each.values, ""]).encode()))
        told.append({"distinct": each.distinct, "kind": each.kind, "source": each.source, "attached": name})
    return told, files


def _outgoing(item: OutboxItem, case: Case, words: Worded, at: datetime) -> Outgoing:
    before = sent_before(item)
    latest = _latest_from_them(item)
    message = words.message
    number = item.leg.their_reference if item.leg else ""
    return Outgoing(
        name=item.message_id.strip("<>").rpartition("@")[0],
        to=[item.to_address],
        reference=case.reference,
        their_reference=number,
        their_tag=tag_for(number, latest.subject) if latest else "",
        footer=_watermark(item),
        subject=words.subject,
        kind=message.kind if message else carrying.KINDS.get(item.kind, "receipt"),
        state=message.state.mapped if message and message.state else "",
        priority=f"P{message.about.priority}" if message and message.about and message.about.priority else "",
        redirect_to=message.redirect.to if message and message.redirect else "",
        words=words.text,
        at=at,
        answers_to=(Kind.LEG, item.leg.pk) if item.leg else (Kind.LETTER, item.pk),
        action_needed_by=item.leg.acknowledge_by if item.leg and item.kind == "engage" else None,
        in_reply_to=latest.message_id if latest else (before[-1] if before else ""),
        references=before,
        attachments=words.files,
    )


def _latest_from_them(item: OutboxItem) -> RawMail | None:
    return _from_them(item).exclude(message_id="").defer("content").first()


def _from_them(item: OutboxItem) -> QuerySet[RawMail]:
    theirs = RawMail.objects.filter(fate=RawMail.Fate.FILED, case=item.case_id)
    theirs = theirs.filter(leg=item.leg_id) if item.leg_id else theirs.filter(leg=None, sender=item.to_address)
    return theirs.order_by("-arrived_at")


def _watermark(item: OutboxItem) -> str:
    """Of their newest letters on this very conversation; on another it would lead to another record of theirs."""
    newest = _from_them(item).values_list("content", flat=True)[:WATERMARKED]
    return next((mark for each in newest if (mark := watermark(read_letter(bytes(each))))), "")
