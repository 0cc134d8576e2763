"""Letters of an update: one for each recipient, written from what its audience may read, with a link that ends them."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from crossdesk.cases.models import Case
from crossdesk.exchange import hands
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.compose import message_id
from crossdesk.exchange.letters.matching import recipients
from crossdesk.exchange.letters.read import Attachment, Letter
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import addresses, office
from crossdesk.exchange.subscribed import News, write_news
from crossdesk.exchange.wording import worded
from crossdesk.notices.models import Recipient
from crossdesk.notices.sheet import may_read
from crossdesk.notices.subscribing import about, link_for
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import viewing


def write_update(entry: Entry) -> None:
    """A reaction to an update that leaves, once for each of its audiences."""
    waiting = Recipient.objects.filter(
        briefing=entry.facts["briefing"], audience=entry.audience, state=Recipient.State.WAITING
    )
    to = list(waiting.select_related("briefing__incident__lead").order_by("pk"))
    lanes = {each.pk: f"major {each.briefing.incident_id} {each.address.lower()}" for each in to}
    lasts = OutboxItem.objects.filter(lane__in=lanes.values()).values("lane").annotate(last=Max("number"))
    before = {row["lane"]: row["last"] for row in lasts}
    OutboxItem.objects.bulk_create(_item(entry, each, lanes[each.pk], before.get(lanes[each.pk], 0) + 1) for each in to)


def _item(entry: Entry, to: Recipient, lane: str, number: int) -> OutboxItem:
    incident = to.briefing.incident
    name = f"{incident.reference}.{to.briefing.number}.{number}.{secrets.token_hex(8)}"
    return OutboxItem(
        recipient=to,
        entry=entry,
        lane=lane,
        number=number,
        kind="update",
        to_address=to.address,
        reader_seat=to.reader_seat,
        message_id=message_id(name, office(str(incident.lead))),
        next_try_at=entry.recorded_at,
        created_at=entry.recorded_at,
        seats=to.seats,  # the lead desk's own: no recipient learns of another
    )


def write_update_letter(item: OutboxItem, to: Recipient, at: datetime) -> bytes:
    """The words are read with the recipient's own eyes; the files are those its audience may read."""
    briefing, incident = to.briefing, to.briefing.incident
    with viewing(hands.reader(item.reader_seat)):
        entry = Entry.objects.select_related("body").get(pk=item.entry_id)
    files = tuple(
        Attachment(each.name, each.media_type, bytes(each.content))
        for each in briefing.enclosures.order_by("pk")
        if may_read(to.audience, each.mark)
    )
    link = link_for(to)
    subject, text = worded(
        "update",
        title=entry.body.detail.get("title", ""),
        organisation=entry.body.organisation,
        words=entry.body.words,
        cases=to.cases,
        link=f"{settings.SITE_URL}/updates/",
        ends=f"To get no more {about(to).what}, open this once",
        unsubscribe=link,
    )
    news = News("major-update", "Major incident", incident.reference, incident.lead, subject, text, link, files)
    return write_news(item, news, at)


def case_answered(to: Recipient) -> Case | None:
    """A reply to an update joins the party's case under the incident, where it has exactly one."""
    return Case.objects.filter(reference=to.cases[0]).first() if len(to.cases) == 1 else None


def news_answered(letter: Letter, envelope_to: tuple[str, ...]) -> OutboxItem | None:
    """So that a reply to an update or an announcement, which joins no case, is not taken for a new one."""
    for address in recipients(letter, envelope_to):
        ticket = addresses().open_reply(address)
        if ticket and ticket.kind is Kind.LETTER:
            known = OutboxItem.objects.select_related(
                "recipient__briefing__incident__lead", "incident", "maintenance__desk", "lead", "entry"
            )
            item = known.filter(pk=ticket.id).first()
            if item and (item.recipient or item.incident or item.maintenance or item.lead):
                return item
    return None
