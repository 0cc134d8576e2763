"""Letters about planned maintenance: announced, changed, called off, to whoever subscribed to its system."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings

from crossdesk import rulebook
from crossdesk.desks.models import Desk
from crossdesk.exchange import hands
from crossdesk.exchange.letters.compose import message_id
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import office
from crossdesk.exchange.subscribed import News, write_news
from crossdesk.exchange.wording import worded
from crossdesk.notices.models import Subscription
from crossdesk.notices.subscribing import about, link_for
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import viewing

TOLD = ("maintenance.announce", "maintenance.cancel")
ANNOUNCED, CHANGED, CALLED_OFF = "announced", "changed", "called off"


def write_about_work(entry: Entry) -> None:
    """A reaction. What its desk alone knows of is told to nobody; nor is anybody whose party cannot read the entry."""
    if entry.audience != "parties" or entry.by_desk is None:
        return
    wanted = Subscription.objects.filter(system=entry.body.detail["system"], until=None, party__closed_at=None)
    readers = [each for each in wanted.select_related("party").order_by("pk") if each.party.seat_id in entry.seats]
    desk = Desk.objects.get(pk=entry.by_desk)
    OutboxItem.objects.bulk_create(_item(entry, each, desk) for each in readers)


def _item(entry: Entry, to: Subscription, desk: Desk) -> OutboxItem:
    lane = f"maintenance {entry.thread_id} {to.address.lower()}"
    number = OutboxItem.next_in(lane)
    name = f"maintenance.{entry.seq}.{number}.{secrets.token_hex(8)}"
    return OutboxItem(
        maintenance_id=entry.thread_id,
        subscription=to,
        entry=entry,
        lane=lane,
        number=number,
        kind="maintenance",
        to_address=to.address,
        reader_seat=to.party.seat_id,
        message_id=message_id(name, office(str(desk))),
        next_try_at=entry.recorded_at,
        created_at=entry.recorded_at,
        seats=[desk.seat_id],  # the desk's own: no subscriber learns of another
    )


def write_work_letter(item: OutboxItem, to: Subscription, at: datetime) -> bytes:
    """As it was said then, read with the subscriber's own eyes; what was said later has a letter of its own."""
    assert item.maintenance is not None
    work, link = item.maintenance, link_for(to)
    with viewing(hands.reader(item.reader_seat)):
        entry = Entry.objects.select_related("body").get(pk=item.entry_id)
    detail, row = entry.body.detail, rulebook.current().systems.get(work.system)
    what = CALLED_OFF if entry.kind == "maintenance.cancel" else CHANGED if entry.facts.get("again") else ANNOUNCED
    subject, text = worded(
        "maintenance",
        what=what,
        title=detail["title"],
        system=row.name if row else work.system,
        organisation=entry.body.organisation,
        words=entry.body.words,
        starts_at=datetime.fromisoformat(detail["starts_at"]),
        ends_at=datetime.fromisoformat(detail["ends_at"]),
        link=f"{settings.SITE_URL}/status/",
        ends=f"To get no more {about(to).what}, open this once",
        unsubscribe=link,
    )
    return write_news(item, News("maintenance", "Maintenance", work.reference, work.desk, subject, text, link), at)
