"""What was said on a link, in the one order that both ends come to by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    return in_one_order([*_ours(link), *_theirs(link)])


def in_one_order(said: Iterable[Said]) -> list[Said]:
    every = list(said)
    sides = {side: sorted((each for each in every if each.by_asker is side), key=_number) for side in (True, False)}
    times: dict[str, int] = {}
    last = {True: 0, False: 0}
    read = {True: 0, False: 0}
    while any(read[side] < len(sides[side]) for side in sides):
        side = _next_side(sides, read)
        each = sides[side][read[side]]
        heard = [times[other.id] for other in sides[not side][: read[not side]] if other.seq <= each.heard]
        times[each.id] = last[side] = max(last[side], *heard, 0) + 1
        read[side] += 1
    return sorted(every, key=lambda each: (times[each.id], not each.by_asker, each.seq))


def _next_side(sides: dict[bool, list[Said]], read: dict[bool, int]) -> bool:
    """The side whose next message waits for nothing of the other that is still to come; the asker's first."""
    for side in (True, False):
        if read[side] < len(sides[side]):
            to_come = sides[not side][read[not side] :]
            if not to_come or to_come[0].seq > sides[side][read[side]].heard:
                return side
    return read[True] < len(sides[True])


def _number(said: Said) -> int:
    return said.seq


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
