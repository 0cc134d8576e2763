"""A message in one line, whichever way it went and by which channel. Row-level security decides which there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from crossdesk.desks.ways import Channel
from crossdesk.exchange.messages.applying import SAID
from crossdesk.exchange.messages.message import Kind
from crossdesk.exchange.models import Brake, InboxItem, OutboxItem, RawMail

STALE = timedelta(minutes=10)
"""What waits longer than this for the one before it is looked at by a person."""
MOST = 100
Out, In = OutboxItem.State, InboxItem.Fate
LOOKS = {Out.SENT: "leg-resolved", Out.DEAD: "over", In.APPLIED: "leg-resolved", In.REFUSED: "over"}


@dataclass(frozen=True)
class Row:
    at: datetime
    sent: bool
    with_whom: str
    channel: str
    case: str
    what: str
    state: str
    look: str
    why: str
    url: str


def sent_ones() -> QuerySet[OutboxItem]:
    whole = ("link__line__agreement__promiser", "leg__to_desk", "case__raiser")
    return OutboxItem.objects.filter(link__isnull=False).select_related(*whole).defer("raw", "body")


def heard_ones() -> QuerySet[InboxItem]:
    whole = ("link__leg__to_desk", "line__agreement__promiser", "case")
    return InboxItem.objects.select_related(*whole).defer("content")


def for_people(at: datetime) -> list[Row]:
    stuck = heard_ones().filter(Q(fate=In.REFUSED) | Q(fate=In.WAITING, arrived_at__lte=at - STALE))
    braked = Brake.objects.filter(let_go_at=None).values("lane")
    waiting = OutboxItem.objects.filter(head=True, state__in=OutboxItem.UNSENT, lane__in=braked)
    letters = waiting.filter(link=None).select_related("leg__to_desk", "case__raiser").defer("raw", "body")
    unsaid = Q(link__line__paused_at__isnull=False, head=True, state__in=OutboxItem.UNSENT)
    held = sent_ones().filter(Q(pk__in=waiting) | unsaid)
    return _in_order(_sent(sent_ones().filter(state=Out.DEAD)), _sent(held), _letters(letters), _heard(stuck))


def latest() -> list[Row]:
    return _in_order(_sent(sent_ones()), _heard(heard_ones()))


def under(reference: str) -> list[Row]:
    """By any party's reference: ours, theirs, the link's own name, a message's id. Letters of the case as well."""
    theirs = Q(link__their_number__iexact=reference) | Q(link__token=reference) | Q(message_id=reference)
    case = Q(case__reference__iexact=reference)
    by_leg = Q(leg__their_reference__iexact=reference)
    letters = OutboxItem.objects.filter(case | by_leg | Q(message_id=f"<{reference.strip('<>')}>"), link=None)
    letters = letters.select_related("leg__to_desk", "case__raiser").defer("raw", "body")
    came = RawMail.objects.filter(case | by_leg | Q(message_id=f"<{reference.strip('<>')}>"))
    came = came.select_related("leg__to_desk", "case__raiser").defer("content")
    return _in_order(
        _sent(sent_ones().filter(case | by_leg | theirs)),
        _heard(heard_ones().filter(case | theirs | Q(token=reference))),
        _letters(letters),
        _came(came),
    )


def _in_order(*rows: Iterable[Row]) -> list[Row]:
    return sorted((each for some in rows for each in some), key=lambda row: row.at, reverse=True)[:MOST]


def is_paused(item: OutboxItem) -> bool:
    return item.state in OutboxItem.UNSENT and item.link is not None and item.link.line.paused_at is not None


def state_of(item: OutboxItem) -> str:
    return "waits, the line is paused" if is_paused(item) else str(Out(item.state).label)


def what_of(kind: str) -> str:
    return SAID[Kind(kind)] if kind in list(Kind) else kind.replace("_", " ").capitalize()


def _sent(items: QuerySet[OutboxItem]) -> Iterator[Row]:
    for item in items.order_by("-pk")[:MOST]:
        assert item.link is not None
        yield Row(
            at=item.sent_at or item.created_at,
            sent=True,
            with_whom=str(item.leg.to_desk if item.leg else item.link.line.agreement.promiser),
            channel=str(Channel(item.link.channel).label),
            case=item.case.reference if item.case else "",
            what=what_of(item.kind),
            state=state_of(item),
            look=LOOKS.get(Out(item.state), ""),
            why=item.last_error,
            url=f"/messages/out/{item.pk}/",
        )


def _heard(items: QuerySet[InboxItem]) -> Iterator[Row]:
    for item in items.order_by("-pk")[:MOST]:
        link = item.link
        yield Row(
            at=item.arrived_at,
            sent=False,
            with_whom=str(link.leg.to_desk if link and link.leg else item.line.agreement.promiser),
            channel=str(Channel(link.channel).label) if link else "",
            case=item.case.reference if item.case else "",
            what=what_of(item.kind),
            state=str(In(item.fate).label),
            look=LOOKS.get(In(item.fate), ""),
            why=item.why,
            url=f"/messages/in/{item.pk}/",
        )


def _letters(items: QuerySet[OutboxItem]) -> Iterator[Row]:
    for item in items.order_by("-pk")[:MOST]:
        case = item.case.reference if item.case else ""
        whom = str(item.leg.to_desk if item.leg else item.case.raiser if item.case else item.to_address)
        state = Out(item.state)
        yield Row(
            item.sent_at or item.created_at, True, whom, "e-mail", case, item.subject or what_of(item.kind),
            str(state.label), LOOKS.get(state, ""), item.last_error, f"/mail/cases/{case}/" if case else "",
        )  # fmt: skip


def _came(items: QuerySet[RawMail]) -> Iterator[Row]:
    for mail in items.order_by("-pk")[:MOST]:
        whom = str(mail.leg.to_desk if mail.leg else mail.case.raiser if mail.case else mail.sender)
        yield Row(
            mail.arrived_at, False, whom, "e-mail", mail.case.reference if mail.case else "",
            mail.subject or "Without a subject", str(RawMail.Fate(mail.fate).label), "", mail.why, f"/mail/{mail.pk}/",
        )  # fmt: skip
