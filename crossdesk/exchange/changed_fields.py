"""Fields of ours that an agreement sends to a desk's tool, changed after it was engaged there: they are told in
the leg's own lane, each once. What is theirs is never said back to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from crossdesk.cases.models import Case
from crossdesk.cases.moving import settle
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import hands, messaging
from crossdesk.exchange.channels import fields
from crossdesk.exchange.links import Link, ways_of
from crossdesk.exchange.messages.message import About, Kind
from crossdesk.exchange.messages.writing import affected_as_told
from crossdesk.exchange.models import OutboxItem
from crossdesk.impact.counting import family
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import verbs

TOLD = "leg.fields"
SPOKEN = (Channel.SERVICENOW, Channel.TMF621)
"""Whose tickets have fields. Another Crossdesk judges for itself."""


def follow_priority(entry: Entry) -> None:
    """A reaction, within the verb: its own row is written at its end."""
    tell(entry.thread_id, entry.recorded_at, priority=entry.facts["after"])


def counted(case: UUID, at: datetime) -> None:
    """After the case and those linked to it were counted again."""
    linked = Link.objects.filter(leg__isnull=False, leg__settled_at=None, channel__in=SPOKEN)
    with verbs():
        for each in family(Case.objects.get(pk=case)):
            if linked.filter(case=each).exists():
                thread = Thread.objects.select_for_update().get(pk=each)
                if tell(each, at):
                    settle(Case.objects.get(pk=each), thread, at)


def tell(case: UUID, at: datetime, **now: int) -> int:
    """Answers how many desks are told. The caller holds the thread's lock; `now` is what its row does not say yet."""
    links = Link.objects.filter(case=case, leg__isnull=False, leg__settled_at=None, channel__in=SPOKEN)
    whole = ("case", "leg__from_desk__owner", "leg__to_desk__owner", "line__agreement")
    return sum(_tell(link, at, now) for link in links.select_related(*whole).order_by("pk"))


def _tell(link: Link, at: datetime, now: Mapping[str, int]) -> bool:
    ways, leg = ways_of(link, at), link.leg
    assert leg is not None
    if link.case.restricted or not fields.outward(ways.fields) or _not_raised_yet(link):
        return False
    changed = dict(_changed(link, ways, now))
    if not changed:
        return False
    thread = Thread.objects.get(pk=link.case_id)
    by = hands.of_crossdesk(leg.from_desk)
    entry = record(
        thread, TOLD, audience=leg.audience(), by=by.author(leg.from_desk_id), at=at,
        words="\n".join(_sentence(name, ours) for name, (ours, _) in changed.items()), leg=leg.pk,
        detail={"desk": str(leg.to_desk), "fields": {name: list(each) for name, each in changed.items()}},
    )  # fmt: skip
    said = {name: {"said": raw, "there": False} for name, (_, raw) in changed.items()}
    Link.objects.filter(pk=link.pk).update(our_fields=link.our_fields | said)
    messaging.put_message(entry, Kind.UPDATE, link, leg=leg)
    return True


def _not_raised_yet(link: Link) -> bool:
    """Then the message that raises it is still to be written, and says how things are by then."""
    return OutboxItem.objects.filter(link=link, kind=Kind.RAISE, raw=None).exists()


def _changed(link: Link, ways: Ways, now: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, str]]]:
    """By our name: our value, and how it reads there. Where their word counts and they said otherwise since, ours is
    not put over it."""
    ours = fields.values_of(about_now(link, ways).model_copy(update=dict(now)), ())
    owners = {each.ours: each.owner for each in ways.fields}
    for name, raw in fields.worded(ours, ways.fields).items():
        before = link.our_fields.get(name, {}).get("said", "")
        theirs = link.their_fields.get(name, "")
        overruled = owners.get(name) == "them" and theirs not in ("", before)
        if raw != (before or theirs) and not overruled:
            yield name, (ours[name], raw)


def about_now(link: Link, ways: Ways) -> About:
    """What everybody on the case may see of it, and its tally as the far desk may."""
    case = link.case
    assert link.leg is not None
    return About(
        title=case.summary,
        priority=case.priority,
        kind=case.kind,
        query_type=case.query_type[:60],
        affected=affected_as_told(case, link.leg.to_desk.seat_id, ways),
    )


def _sentence(name: str, ours: str) -> str:
    return f"{NAMES.get(name, f'Our {name}')} is {ours} now."


NAMES = {"affected": "The number of different MPANs affected"}
