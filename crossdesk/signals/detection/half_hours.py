"""Sums by half-hour: of the market for each interface, and of each participant.

Everything is counted from one row for each delivery, so that an event told twice, or a message refused twice, counts
once; counting distinct texts of every event again for each sum took six times as long.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanValue, IntegerColumn, Table

from crossdesk.signals.detection.failures import SIDES

PLACE = ["half_hour", "interface"]
SUMMED = ("messages", "failing", "own", "late", "mpans")


def deliveries(told: Table, late_ms: int) -> Table:
    """One row for each message and recipient in a half-hour; before it was addressed it has no recipient."""
    return told.group_by([*PLACE, "sender", "message", "recipient"]).agg(
        bad=_ever(told.side.isin(SIDES)),
        by_sender=_ever(told.side == "sender"),
        by_recipient=_ever(told.side.isin(("recipient", "endpoint"))),
        late=_ever(told.delay_ms >= late_ms),
        mpan=told.mpan.max(),
    )


def _ever(holds: BooleanValue) -> IntegerColumn:
    return ibis.ifelse(holds, 1, 0).max()


def shares(each: Table) -> Table:
    """Of the deliveries, each participant's part. `own` are the failures that its side is at fault for, in the role it
    had. Whoever is not named in the journal has a row without an id."""
    return ibis.union(
        *(
            part.select(*PLACE, "dip_id", way=ibis.literal(way), **_columns(part))
            for part, way in ((_sent(each), "sent"), (_received(each), "received"))
        ),
        distinct=False,
    )


def totals(parts: Table, each: Table) -> Table:
    """`parts` are the shares of `each`, the deliveries."""
    sent, received = parts.way == "sent", parts.way == "received"
    summed = parts.group_by(PLACE).agg(
        messages=parts.messages.sum(where=sent),
        failing=parts.failing.sum(where=sent),
        late=parts.late.sum(where=sent),
        senders=_named(parts, sent),
        recipients=_named(parts, received),
    )
    bad = each.filter((each.bad == 1) & (each.mpan != ""))
    failed = bad.group_by(PLACE).agg(mpans=bad.mpan.nunique())
    joined = summed.left_join(failed, PLACE)
    columns = ("messages", "failing", "late", "senders", "recipients")
    return joined.select(*PLACE, *columns, mpans=ibis.coalesce(joined.mpans, 0))


def _columns(part: Table) -> dict[str, IntegerColumn]:
    return {name: part[name] for name in SUMMED}


def _sent(each: Table) -> Table:
    """First by message: one that goes to three recipients is one message, and may fail thrice."""
    by_message = each.group_by([*PLACE, "sender", "message"]).agg(
        failing=each.bad.sum(),
        own=each.by_sender.sum(),
        late=each.late.sum(),
        mpan=ibis.ifelse(each.bad == 1, each.mpan, "").max(),
    )
    summed = by_message.group_by([*PLACE, "sender"]).agg(
        messages=by_message.count(),
        failing=by_message.failing.sum(),
        own=by_message.own.sum(),
        late=by_message.late.sum(),
        mpans=by_message.mpan.nunique(where=by_message.mpan != ""),
    )
    return summed.rename(dip_id="sender")


def _received(each: Table) -> Table:
    to = each.filter(each.recipient != "")
    summed = to.group_by([*PLACE, "recipient"]).agg(
        messages=to.count(),
        failing=to.bad.sum(),
        own=to.by_recipient.sum(),
        late=to.late.sum(),
        mpans=to.mpan.nunique(where=(to.bad == 1) & (to.mpan != "")),
    )
    return summed.rename(dip_id="recipient")


def _named(parts: Table, these: BooleanValue) -> IntegerColumn:
    return ibis.ifelse(these & (parts.dip_id != ""), 1, 0).sum()
