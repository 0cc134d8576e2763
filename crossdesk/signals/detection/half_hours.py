"""Sums by half-hour: of the market for each interface, of each participant, and of each group that a detector
judges."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from crossdesk.signals.detection.failures import SIDES


def totals(told: Table, late_ms: int) -> Table:
    bad, late = told.side.isin(SIDES), told.delay_ms >= late_ms
    return told.group_by(["half_hour", "interface"]).agg(
        messages=told.message.nunique(),
        failing=told.delivery.nunique(where=bad),
        late=told.delivery.nunique(where=late),
        mpans=told.mpan.nunique(where=bad & (told.mpan != "")),
        senders=told.sender.nunique(where=told.sender != ""),
        recipients=told.recipient.nunique(where=told.recipient != ""),
    )


def shares(told: Table, late_ms: int) -> Table:
    """`own` are the failures that this participant's side is at fault for, in the role it had."""
    return ibis.union(
        _share(told.filter(told.sender != ""), "sender", "sent", ("sender",), late_ms),
        _share(told.filter(told.recipient != ""), "recipient", "received", ("recipient", "endpoint"), late_ms),
        distinct=False,
    )


def _share(told: Table, who: str, way: str, own: tuple[str, ...], late_ms: int) -> Table:
    bad = told.side.isin(SIDES)
    summed = told.group_by(["half_hour", "interface", who]).agg(
        messages=told.message.nunique(),
        failing=told.delivery.nunique(where=bad),
        own=told.delivery.nunique(where=told.side.isin(own)),
        late=told.delivery.nunique(where=told.delay_ms >= late_ms),
        mpans=told.mpan.nunique(where=bad & (told.mpan != "")),
    )
    return summed.select(
        "half_hour",
        "interface",
        dip_id=summed[who],
        way=ibis.literal(way),
        **{name: summed[name] for name in ("messages", "failing", "own", "late", "mpans")},
    )
