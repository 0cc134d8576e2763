"""A letter to whoever subscribed: it joins the earlier ones of its lane, and one press ends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.desks.models import Desk
from crossdesk.exchange.kept import keep, sent_before
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.compose import Outgoing
from crossdesk.exchange.letters.read import Attachment
from crossdesk.exchange.models import OutboxItem


@dataclass(frozen=True)
class News:
    """What it is of: a major incident's update, planned maintenance. `noun` stands before the reference."""

    kind: str
    noun: str
    reference: str
    desk: Desk
    subject: str
    words: str
    unsubscribe: str
    files: tuple[Attachment, ...] = ()


def write_news(item: OutboxItem, news: News, at: datetime) -> bytes:
    """Kept on the item, so that a second attempt sends the same letter."""
    before = sent_before(item)
    outgoing = Outgoing(
        name=item.message_id.strip("<>").rpartition("@")[0],
        to=[item.to_address],
        reference=news.reference,
        subject=news.subject,
        kind=news.kind,
        words=news.words,
        at=at,
        answers_to=(Kind.LETTER, item.pk),
        noun=news.noun,
        replies=f"Your reply is read at {news.desk}.",
        in_reply_to=before[-1] if before else "",
        references=before,
        unsubscribe=news.unsubscribe,
        attachments=news.files,
    )
    return keep(item, outgoing, str(news.desk))
