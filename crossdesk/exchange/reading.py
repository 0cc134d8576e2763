"""Lines whose other side does not tell by itself: asked now and then what changed, and each thing they said or did is
kept and applied once, like whatever else comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Max, Q

from crossdesk.desks.ways import Channel, Meaning
from crossdesk.exchange import hearing, lines, speaking
from crossdesk.exchange.channels import Changes, Heard, NotTaken, Speaking, Ticket, adapter, in_turn
from crossdesk.exchange.lines import Line, secrets_of
from crossdesk.exchange.links import Link, ways_of
from crossdesk.exchange.models import InboxItem
from crossdesk.kit.time import now
from crossdesk.threads.viewer import verbs

EVERY = timedelta(minutes=1)
STILL_HEARD = timedelta(days=30)
"""How long after its end a conversation is still listened to: what they say then is for a person."""
MOST_TICKETS = 2000
READ = (Channel.SERVICENOW, Channel.TMF621)


@dataclass(frozen=True)
class Asking:
    """Ready to be asked, outside of any transaction."""

    line: Line
    channel: str
    to: tuple[Speaking, ...]
    """By each live credential in turn, the newest first."""
    tickets: tuple[Ticket, ...]

    def ask(self, at: datetime, since: str | None = None) -> Changes:
        """`since` where to begin, instead of where the last reading ended."""
        speaks, begin = adapter(self.channel), self.line.cursor if since is None else since
        return in_turn(self.to, lambda each: speaks.changes(each, begin, self.tickets, at))


def read_due(clock: Callable[[], datetime] = now, most: int = 200) -> int:
    """Every line that is due; answers how much was said on them."""
    heard = 0
    for _ in range(most):
        asking = _claim(clock())
        if asking is None:
            break
        heard += _read(asking, clock)
    return heard


def _claim(at: datetime) -> Asking | None:
    """The line that waited longest. Whoever reads it first puts the next reading off, so nobody else does too."""
    with verbs():
        open_ones = Q(links__leg__settled_at=None) | Q(links__leg__settled_at__gte=at - STILL_HEARD)
        live = Line.objects.filter(open_ones, links__channel__in=READ, links__leg__isnull=False, paused_at=None)
        live = live.filter(Q(read_at=None) | Q(read_at__lte=at - EVERY))
        live = live.filter(Q(resting_until=None) | Q(resting_until__lte=at))
        due = Line.objects.filter(pk__in=live.values("pk")).order_by("read_at", "pk")
        line = due.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related("agreement").first()
        if line is None:
            return None
        line.read_at = at
        line.save(update_fields=["read_at"])
        return asking_of(line, at)


def asking_of(line: Line, at: datetime) -> Asking | None:
    """None for a line on which nothing was ever said that would have to be asked for."""
    first = line.links.filter(channel__in=READ).order_by("-pk").first()
    if first is None:
        return None
    links = line.links.filter(channel__in=READ, leg__isnull=False).exclude(their_id="")
    links = links.filter(Q(leg__settled_at=None) | Q(leg__settled_at__gte=at - STILL_HEARD))
    followed = tuple(
        Ticket(each.token, each.their_id, each.their_state, each.their_version, each.their_fields, each.on_the_way)
        for each in links.order_by("-pk")[:MOST_TICKETS]
    )
    ways = ways_of(first, at)
    to = tuple(Speaking(ways, secret) for _, secret in secrets_of(line))
    return Asking(line, first.channel, to, followed)


def _read(asking: Asking, clock: Callable[[], datetime]) -> int:
    if not asking.tickets:
        return 0
    try:
        changes = asking.ask(clock())
    except NotTaken as trouble:
        with verbs():
            speaking.line_trouble(asking.line, trouble, clock())
        return 0
    fresh = take_in(asking.line, changes, clock())
    with verbs():
        _up_to(asking.line, changes, clock())
    return fresh


def take_in(line: Line, changes: Changes, at: datetime) -> int:
    """All of it is kept before any is applied; answers how much had not been heard before."""
    fresh = [pk for each in changes.heard if (pk := _keep(line, each, at))]
    for pk in fresh:
        hearing.apply(pk, at)
    return len(fresh)


def _keep(line: Line, heard: Heard, at: datetime) -> int | None:
    """In a transaction of its own, under the next number of its conversation; None for what was kept before."""
    with verbs():
        links = Link.objects.select_for_update(of=("self",), no_key=True).select_related(
            "case__owner", "leg__from_desk"
        )
        link = links.filter(line=line, token=heard.message.link).first()
        if link is None or InboxItem.objects.filter(line=line, message_id=heard.message.id).exists():
            return None
        before = InboxItem.objects.filter(link=link).aggregate(last=Max("seq"))["last"] or 0
        message = heard.message.model_copy(update={"seq": before + 1, "after": before})
        body = message.encoded()
        return InboxItem.objects.create(
            line=line,
            link=link,
            case=link.case,
            message_id=message.id,
            token=link.token,
            seq=message.seq,
            after=message.after,
            kind=message.kind,
            content=body,
            sha256=sha256(body).hexdigest(),
            arrived_at=at,
            seats=link.our_seats,
        ).pk


def _up_to(line: Line, changes: Changes, at: datetime) -> None:
    """Only when all of it is kept: a stop before leaves it to be read again, and known by its ids."""
    for token, version, meaning in _newest(changes.heard):
        told = {"their_version": version, "meaning": meaning} if meaning else {"their_version": version}
        Link.objects.filter(line=line, token=token).update(**told)
    Line.objects.filter(pk=line.pk).update(cursor=changes.cursor[:200])
    lines.answered(line, at)


def _newest(heard: Iterable[Heard]) -> list[tuple[str, str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for each in heard:
        version, meaning = found.get(each.message.link, ("", ""))
        state = each.message.state
        found[each.message.link] = (each.version or version, Meaning(state.mapped).value if state else meaning)
    return [(token, version, meaning) for token, (version, meaning) in found.items() if version]
