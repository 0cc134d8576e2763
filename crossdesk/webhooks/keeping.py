"""Whom to tell: made, tried, resumed and ended by a party's administrator or by a key for it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from crossdesk.access import Invalid
from crossdesk.exchange.outgoing import why_not_callable
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs
from crossdesk.webhooks import cloud
from crossdesk.webhooks.jobs import tell
from crossdesk.webhooks.models import Event, Subscription

MOST = 20
TOO_MANY = f"A party has at most {MOST} subscriptions; take back one that is not used."
LONGEST = 500
NOTHING = uuid.UUID(int=0)


class Taken(Invalid):
    """There is one like it already, or no room for another."""


def subscribe(
    party: Party, callback: str, kinds: Iterable[str] = (), *, name: str = "", by: str, scope: str = "", at: datetime
) -> Subscription:
    """By whoever may: the page asks for the role, the API for the scope. `scope`: it ends with the party's last key."""
    chosen = sorted(set(kinds))
    if unknown := [each for each in chosen if each not in cloud.KINDS]:
        raise Invalid(f"“{unknown[0][:60]}” is no event; they are {', '.join(cloud.KINDS)}.")
    wanted = Subscription(face=cloud.FACE, scope=scope, name=" ".join(name.split())[:80], kinds=chosen)
    return keep(wanted, party, callback, by=by, at=at)


def keep(wanted: Subscription, party: Party, callback: str, *, by: str, at: datetime) -> Subscription:
    """Whatever the face: an address that may be called, told once, and no more of them than a party may have."""
    wanted.callback = callback.strip()
    if len(wanted.callback) > LONGEST:
        raise Invalid(f"Give an address of at most {LONGEST} characters.")
    if refusal := why_not_callable(wanted.callback):
        raise Invalid(refusal)
    wanted.party, wanted.seats, wanted.made_by, wanted.made_at = party, [party.seat_id], by[:160], at
    with verbs():
        Party.objects.select_for_update(no_key=True).get(pk=party.pk)
        live = Subscription.objects.filter(party=party, ended_at=None)
        if live.filter(face=wanted.face, callback=wanted.callback, query=wanted.query).exists():
            raise Taken("This address is told already; take that subscription back first.")
        if live.count() >= MOST:
            raise Taken(TOO_MANY)
        wanted.save(force_insert=True)
    return wanted


def attempt(subscription: Subscription, at: datetime) -> Event:
    """A trial event: it goes the way of the others and is about nothing."""
    own = {"subscription": subscription, "seats": subscription.seats}
    with verbs():
        event = Event.objects.create(**own, kind=cloud.TRIAL, about=NOTHING, next_try_at=at, happened_at=at)
        tell.defer()
    return event


def tell_again(event: Event, at: datetime) -> None:
    """Under the id it had, so that whoever took it before knows it."""
    with verbs():
        Event.objects.filter(pk=event.pk).exclude(state=Event.State.WAITING).update(
            state=Event.State.WAITING, attempts=0, next_try_at=at, told_at=None, last_error=""
        )
        tell.defer()


def resume(subscription: Subscription, at: datetime) -> None:
    """What waits is told from now on; what was given up is told again one by one, by whoever wants it."""
    with verbs():
        Subscription.objects.filter(pk=subscription.pk).update(paused_at=None, paused_why="")
        Event.objects.filter(subscription=subscription, state=Event.State.WAITING).update(next_try_at=at, attempts=0)
        tell.defer()


def end(subscription: Subscription, *, by: str, at: datetime) -> None:
    because = f"Taken back by {by}."[:500]
    with verbs():
        Subscription.objects.filter(pk=subscription.pk, ended_at=None).update(ended_at=at, ended_why=because)
        waiting = Event.objects.filter(subscription=subscription, state=Event.State.WAITING)
        waiting.update(state=Event.State.DEAD, last_error=because)
