"""What was said on a link, in the one order that both ends come to by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from crossdesk.exchange.links import Link
from crossdesk.exchange.messages.message import read_message
from crossdesk.exchange.models import InboxItem, OutboxItem


@dataclass(frozen=True)
class Said:
    by_asker: bool
    """By the side that began the conversation; the other side answers it."""
    seq: int
    heard: int
    kind: str
    words: str
    at: datetime
    id: str

    @property
    def told(self) -> tuple[bool, int, str, str]:
        return self.by_asker, self.seq, self.kind, self.words


def shared_messages(link: Link) -> list[Said]:
    """Each after what its writer had read. What neither had read of the other goes by the number, the asker's first:
    both ends know both, so both order them alike (Lamport's clock)."""
    every = sorted([*_ours(link), *_theirs(link)], key=lambda each: each.seq)
    times: dict[tuple[bool, int], int] = {}
    pending = every
    while pending:
        rest = [each for each in pending if not _timed(each, times)]
        if len(rest) == len(pending):  # what it answers never came: it goes by its own number
            times.update({(each.by_asker, each.seq): each.seq + each.heard for each in rest})
            break
        pending = rest
    return sorted(every, key=lambda each: (times[each.by_asker, each.seq], not each.by_asker, each.seq))


def _timed(each: Said, times: dict[tuple[bool, int], int]) -> bool:
    own = max((time for (side, seq), time in times.items() if side == each.by_asker and seq < each.seq), default=0)
    other = times.get((not each.by_asker, each.heard), 0) if each.heard else 0
    if each.heard and not other:
        return False
    times[each.by_asker, each.seq] = max(own, other) + 1
    return True


def _ours(link: Link) -> Iterator[Said]:
    sent = OutboxItem.objects.filter(link=link, state=OutboxItem.State.SENT).exclude(raw=None)
    for item in sent.order_by("number"):
        yield _said(bytes(item.raw or b""), link.asked)


def _theirs(link: Link) -> Iterator[Said]:
    for item in InboxItem.objects.filter(link=link, fate=InboxItem.Fate.APPLIED).order_by("seq"):
        yield _said(bytes(item.content), not link.asked)


def _said(raw: bytes, by_asker: bool) -> Said:
    message = read_message(raw)
    return Said(by_asker, message.seq, message.heard, message.kind, message.words, message.occurred_at, message.id)
