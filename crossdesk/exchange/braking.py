"""When two machines answer each other too fast: what leaves on that conversation is held until a person lets it go on.

Both ways are counted, so a desk that only writes much, or only hears much, is not held; letters that a person of ours
wrote are not counted. Nothing is lost: what is held waits in its order, and leaves when the brake is let go.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdesk import rulebook
from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.models import Case
from crossdesk.cases.moving import settle
from crossdesk.exchange import hands
from crossdesk.exchange.models import Brake, InboxItem, OutboxItem, RawMail
from crossdesk.rulebook.rows.telling import Brake as Rule
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer

State = OutboxItem.State


def holds(item: OutboxItem, at: datetime) -> bool:
    """Whether it stays where it is for now; the first time it is told. The caller has locked the thread, then the
    message. Asked for every message, so a conversation of few costs nothing."""
    if item.case_id is None or item.number <= _fewest():
        return False
    if on(item):
        return True
    because = _too_fast(item, at)
    if because:
        _pull(item, at, because)
    return bool(because)


def _fewest() -> int:
    return min((rule.messages for rule in rulebook.current().brakes.values()), default=10**6)


def on(item: OutboxItem) -> bool:
    return Brake.objects.filter(lane=item.lane, let_go_at=None).exists()


def _too_fast(item: OutboxItem, at: datetime) -> str:
    """Why it may not leave now; empty: it may."""
    rules = rulebook.current().brakes.values()
    said = OutboxItem.objects.filter(lane=item.lane, number__lt=item.number, state=State.SENT)
    if item.link_id is None:
        if item.entry.by_person is not None:
            return ""  # somebody writes it by hand: no machine answers itself by way of a person
        said = said.filter(entry__by_person=None)
    sent = list(said.order_by("-number").values_list("sent_at", flat=True)[: max(r.messages for r in rules)])
    quick = [rule for rule in rules if _within(sent, rule, at - _span(rule))]
    if not quick:
        return ""
    let_go = Brake.objects.filter(lane=item.lane).order_by("-let_go_at").values_list("let_go_at", flat=True).first()
    for rule in quick:
        since = max(let_go or at - _span(rule), at - _span(rule))
        if _within(sent, rule, since) and _heard(item, since) >= rule.messages:
            return f"More than {rule.messages} messages went each way within {rule.minutes} minutes."
    return ""


def _span(rule: Rule) -> timedelta:
    return timedelta(minutes=rule.minutes)


def _within(sent: list[datetime | None], rule: Rule, since: datetime) -> bool:
    newest = sent[: rule.messages]
    return len(newest) == rule.messages and all(each is not None and each > since for each in newest)


def _heard(item: OutboxItem, since: datetime) -> int:
    if item.link_id:
        return InboxItem.objects.filter(link=item.link_id, fate=InboxItem.Fate.APPLIED, arrived_at__gt=since).count()
    filed = RawMail.objects.filter(case=item.case_id, leg=item.leg_id, fate=RawMail.Fate.FILED, arrived_at__gt=since)
    return filed.count()


def _pull(item: OutboxItem, at: datetime, why: str) -> None:
    """Told once, on the case of those who wrote it."""
    assert item.case is not None
    case, whom = item.case, str(item.leg.to_desk if item.leg else item.case.raiser)
    item.last_error = f"Held: {why} Two machines seem to answer each other."
    item.save(update_fields=["last_error"])
    Brake.objects.create(case=case, lane=item.lane, why=why, pulled_at=at, seats=[case.seat_for(item.sender.seat_id)])
    words = (
        f"{why} Two machines seem to answer each other, so nothing more leaves to {whom} until a person lets it go on."
        " Ask them which rule of their tool answers, and stop it there first. What is held is kept in its order."
    )
    _told(item, case, "exchange.hold", words, hands.of_crossdesk(item.sender), at, undeliverable=True)


def let_go(item: OutboxItem, *, by: Viewer, at: datetime) -> None:
    """Everything held on its conversation leaves; counting begins anew. The caller has locked thread and message."""
    if not by.works_at(item.sender.pk):
        raise NotAllowed("Only the desk that wrote this decides about it.")
    who = f"{by.name}, {by.party_name}"[:160]
    held = Brake.objects.filter(lane=item.lane, let_go_at=None)
    if item.case is None or not held.update(let_go_at=at, let_go_by=who):
        raise Invalid("Nothing is held here any more; look at it again.")
    waiting = OutboxItem.objects.filter(lane=item.lane, state__in=OutboxItem.UNSENT)
    waiting.update(next_try_at=at, last_error="")
    _told(item, item.case, "exchange.let_go", "", by, at, undeliverable=False)


def _told(
    item: OutboxItem, case: Case, kind: str, words: str, by: Viewer, at: datetime, *, undeliverable: bool
) -> None:
    thread = Thread.objects.get(pk=case.pk)
    author = by.author(item.sender.pk if by.works_at(item.sender.pk) else None)
    record(thread, kind, audience=case.internal(item.sender), by=author, at=at, words=words)
    if item.leg and not item.leg.settled:
        item.leg.undeliverable = undeliverable
        item.leg.save(update_fields=["undeliverable"])
    settle(case, thread, at)
