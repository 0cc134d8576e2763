"""Where to tell of changes: kept by a key for it, beside the page of the party's administrator."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from ninja import Router, Schema

from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called
from crossdesk.api.native import shapes
from crossdesk.api.native.door import ADDED, Bearer, reads
from crossdesk.api.native.telling import V1, answer
from crossdesk.webhooks import keeping, signing
from crossdesk.webhooks.cloud import FACE
from crossdesk.webhooks.models import Event, Subscription

router = Router(tags=["Webhooks"])
MOST_DELIVERIES = 100


class Subscriptions(Schema):
    webhooks: list[shapes.SubscriptionOut]


class Deliveries(Schema):
    deliveries: list[shapes.DeliveryOut]


@router.get(
    "/webhooks/keys", **reads(shapes.SigningKeys, Scope.WEBHOOKS), summary="Read the keys that events are signed by"
)
def read_signing_keys(request: Called) -> HttpResponse:
    return answer(request, shapes.SigningKeys(keys=signing.public_keys()))


@router.get("/webhooks", **reads(Subscriptions, Scope.WEBHOOKS), summary="List where changes are told")
def list_webhooks(request: Called) -> HttpResponse:
    rows = _live(request).order_by("made_at", "pk")
    return answer(request, Subscriptions(webhooks=[_out(each) for each in rows]))


@router.post(
    "/webhooks",
    auth=Bearer(Scope.WEBHOOKS),
    response={201: shapes.SubscriptionOut} | ADDED,
    summary="Have changes told",
)
def create_webhook(request: Called, body: shapes.SubscriptionIn) -> HttpResponse:
    caller = request.caller
    made = keeping.subscribe(
        caller.key.party,
        body.url,
        body.events,
        name=body.name,
        by=caller.key.name,
        scope=Scope.WEBHOOKS,
        at=caller.at,
    )
    return answer(request, _out(made), status=201, location=f"{V1}/webhooks/{made.pk}")


@router.get("/webhooks/{webhook}", **reads(shapes.SubscriptionOut, Scope.WEBHOOKS), summary="Read one of them")
def read_webhook(request: Called, webhook: UUID) -> HttpResponse:
    return answer(request, _out(_one(request, webhook)))


@router.delete(
    "/webhooks/{webhook}", auth=Bearer(Scope.WEBHOOKS), response={204: None} | ADDED, summary="Have no more told"
)
def delete_webhook(request: Called, webhook: UUID) -> HttpResponse:
    keeping.end(_one(request, webhook), by=request.caller.key.name, at=request.caller.at)
    return HttpResponse(status=204)


@router.post(
    "/webhooks/{webhook}/trial",
    auth=Bearer(Scope.WEBHOOKS),
    response={201: shapes.DeliveryOut} | ADDED,
    summary="Send an event that is about nothing",
)
def try_webhook(request: Called, webhook: UUID) -> HttpResponse:
    event = keeping.attempt(_one(request, webhook), request.caller.at)
    return answer(request, _delivery(event), status=201)


@router.post(
    "/webhooks/{webhook}/resumption",
    auth=Bearer(Scope.WEBHOOKS),
    response={200: shapes.SubscriptionOut} | ADDED,
    summary="Go on telling, after it paused",
)
def resume_webhook(request: Called, webhook: UUID) -> HttpResponse:
    keeping.resume(_one(request, webhook), request.caller.at)
    return answer(request, _out(_one(request, webhook)))


@router.get(
    "/webhooks/{webhook}/deliveries",
    **reads(Deliveries, Scope.WEBHOOKS),
    summary="Read what was told, the newest first",
)
def list_deliveries(request: Called, webhook: UUID) -> HttpResponse:
    rows = Event.objects.filter(subscription=_one(request, webhook)).prefetch_related("tries").order_by("-pk")
    return answer(request, Deliveries(deliveries=[_delivery(each) for each in rows[:MOST_DELIVERIES]]))


@router.post(
    "/webhooks/{webhook}/deliveries/{delivery}/repetition",
    auth=Bearer(Scope.WEBHOOKS),
    response={200: shapes.DeliveryOut} | ADDED,
    summary="Tell one again, under the id it had",
)
def repeat_delivery(request: Called, webhook: UUID, delivery: UUID) -> HttpResponse:
    rows = Event.objects.filter(subscription=_one(request, webhook), event_id=delivery)
    event = rows.first()
    if event is None:
        raise Http404
    keeping.tell_again(event, request.caller.at)
    return answer(request, _delivery(rows.get()))


def _live(request: Called) -> QuerySet[Subscription]:
    return Subscription.objects.filter(party=request.caller.viewer.party, face=FACE, ended_at=None)


def _one(request: Called, webhook: UUID) -> Subscription:
    found: Subscription | None = _live(request).filter(pk=webhook).first()
    if found is None:
        raise Http404
    return found


def _out(row: Subscription) -> shapes.SubscriptionOut:
    return shapes.SubscriptionOut(
        id=row.pk,
        url=row.callback,
        name=row.name,
        events=row.kinds,
        made_by=row.made_by,
        made_at=row.made_at,
        paused_at=row.paused_at,
        paused_because=row.paused_why,
    )


def _delivery(event: Event) -> shapes.DeliveryOut:
    waits = event.state == Event.State.WAITING
    return shapes.DeliveryOut(
        id=event.event_id,
        event=event.kind,
        state=event.state,
        happened_at=event.happened_at,
        told_at=event.told_at,
        next_try_at=event.next_try_at if waits else None,
        attempts=[
            shapes.AttemptOut(at=each.at, took_ms=each.took_ms, status=each.status, answer=each.answer)
            for each in event.tries.all()
        ],
    )
