"""Events leave: one after another to each subscriber, none waiting for somebody else's; tried again for three days."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, Func, OuterRef, Q, QuerySet

from crossdesk.accounts.letters import ask_for
from crossdesk.accounts.models import AccountLetter, Key
from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.outgoing import ask, client
from crossdesk.exchange.waits import MOST_ATTEMPTS, wait_after
from crossdesk.kit.time import now
from crossdesk.parties.people import administrators
from crossdesk.threads.viewer import verbs
from crossdesk.webhooks import signing
from crossdesk.webhooks.models import Attempt, Event, Subscription

LEASE = timedelta(minutes=2)
"""Longer than one attempt takes: whoever claimed an event and died gives it up by then."""
KEPT = timedelta(days=30)
GONE = "Their server said 410"
LONGEST_ANSWER = 500


@dataclass(frozen=True)
class Said:
    """What is posted where."""

    url: str
    body: bytes
    media_type: str = "application/json"


Face = Callable[[Event], Said | None]
"""None where the party may no longer see what the event is about."""
FACES: dict[str, Face] = {}
"""How each face tells an event; the project names them."""


def tell_due(clock: Callable[[], datetime] = now, most: int = 500) -> int:
    """Until nothing is due. Several workers share the subscribers between them."""
    told = 0
    with client() as http:
        while told < most and (event := _claimed(clock())):
            said = FACES[event.subscription.face](event)
            if said is None:
                _unsaid(event)
            else:
                _tell(http, event, said, clock)
            told += 1
    return told


def _claimed(at: datetime) -> Event | None:
    """The next subscriber's oldest event. A party that closed, or has no live key for it any more, is told nothing."""
    with verbs():
        waiting = Event.objects.filter(subscription=OuterRef("pk"), state=Event.State.WAITING)
        heads = waiting.order_by("id").values("next_try_at")[:1]
        live = Subscription.objects.filter(paused_at=None, party__closed_at=None).filter(Q(scope="") | _trusted(at))
        due = live.filter(Exists(waiting)).alias(due_at=heads).filter(due_at__lte=at)
        whose = due.select_for_update(of=("self",), skip_locked=True).select_related("party").order_by("pk").first()
        if whose is None:
            return None
        event = Event.objects.filter(subscription=whose, state=Event.State.WAITING).order_by("id").first()
        assert event is not None
        event.attempts, event.next_try_at = event.attempts + 1, at + LEASE
        event.subscription = whose
        event.save(update_fields=["attempts", "next_try_at"])
        return event


def _trusted(at: datetime) -> Exists:
    own = ArrayField(CharField(max_length=24))
    needed = Func(OuterRef("scope"), template="array[%(expressions)s]::varchar[]", output_field=own)
    opens = Key.objects.filter(party=OuterRef("party"), revoked_at=None, expires_at__gt=at)
    return Exists(opens.filter(scopes__contains=needed))


def _unsaid(event: Event) -> None:
    with verbs():
        because = "The party may no longer see what it is about."
        Event.objects.filter(pk=event.pk).update(state=Event.State.DEAD, last_error=because)


def _tell(http: httpx.Client, event: Event, said: Said, clock: Callable[[], datetime]) -> None:
    at, began = clock(), time.perf_counter()
    headers = {"Content-Type": said.media_type, **signing.headers(str(event.event_id), said.body, at)}
    try:
        answer = ask(http, "POST", said.url, content=said.body, headers=headers)
    except NotTaken as trouble:
        with verbs():
            _tried(event, at, began, None, trouble.because)
            _not_taken(event, trouble, clock())
        return
    with verbs():
        _tried(event, at, began, answer.status_code, answer.text)
        _still_ours(event).update(state=Event.State.TOLD, told_at=clock(), last_error="")


def _still_ours(event: Event) -> QuerySet[Event]:
    """Whoever was so late that another claimed it meanwhile leaves its fate to the other."""
    return Event.objects.filter(pk=event.pk, state=Event.State.WAITING, attempts=event.attempts)


def _tried(event: Event, at: datetime, began: float, status: int | None, answer: str) -> None:
    took, said = int((time.perf_counter() - began) * 1000), answer.replace("\x00", "")[:LONGEST_ANSWER]
    Attempt.objects.create(event=event, at=at, took_ms=took, status=status, answer=said, seats=event.seats)


def _not_taken(event: Event, trouble: NotTaken, at: datetime) -> None:
    """A refusal of this one lets the next go on; a server that is away holds the order until it is back, and one that
    stayed away for three days is told nothing more until somebody resumes it."""
    because = trouble.because[:500]
    rows = _still_ours(event)
    whose = Subscription.objects.filter(pk=event.subscription_id, ended_at=None)
    if because.startswith(GONE):
        whose.update(ended_at=at, ended_why=because)
        waiting = Event.objects.filter(subscription=event.subscription_id, state=Event.State.WAITING)
        waiting.update(state=Event.State.DEAD, last_error=because)
    elif trouble.forever and not trouble.credential:
        rows.update(state=Event.State.DEAD, last_error=because)
    elif event.attempts >= MOST_ATTEMPTS:
        rows.update(state=Event.State.DEAD, last_error=because)
        if whose.filter(paused_at=None).update(paused_at=at, paused_why=because):
            _tell_people(event.subscription, because, at)
    else:
        wait = max(trouble.retry_after or timedelta(), wait_after(event.attempts))
        rows.update(next_try_at=at + wait, last_error=because)


def _tell_people(subscription: Subscription, because: str, at: datetime) -> None:
    about = f"{subscription}, {subscription.callback}: {because}" if subscription.name else f"{subscription}: {because}"
    for person in administrators(subscription.party, at):
        ask_for(AccountLetter.Kind.WEBHOOK, person.email, at=at, party=subscription.party, about=about[:500])


def forget_old(at: datetime) -> int:
    """What was told, or given up, a month ago; with it goes the log of its attempts."""
    with verbs():
        return Event.objects.exclude(state=Event.State.WAITING).filter(happened_at__lt=at - KEPT).delete()[0]
