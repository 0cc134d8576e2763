"""Which events say that a message failed, whose fault it was, and when the message got through after all."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis.expr.types import BooleanValue, Table

SIDES = ("sender", "recipient", "endpoint", "dip")
SETTLED = "nobody"
STAGES = (1, 2, 3, 4, 5)
"""Inbound, MPANUpdateQueue, Addressing, Outbound, StatusMessage."""
OUTBOUND = 4


def sided(events: Table, sides: Mapping[str, str]) -> Table:
    """With whose side each status puts at fault; a delivery is a message to one recipient."""
    branches = [(status, side) for status, side in sorted(sides.items())]
    side = events.status.cases(*branches, else_="") if branches else ibis.literal("")
    return events.mutate(side=side, delivery=events.message + ">" + events.recipient)


def failures(told: Table) -> Table:
    """Each failing event, and `recovered_ms`: the first later moment at which the same message got past that stage.

    What failed before it had a recipient is settled by a delivery to any. Of two events of the same millisecond that
    contradict each other the failing one stands.
    """
    bad = told.filter(told.side.isin(SIDES))
    concerned = told.semi_join(bad.select("message").distinct(), "message")
    later = {"following": (1, None), "order_by": "at_ms"}
    of_delivery = ibis.range_window(group_by=["message", "recipient"], **later)
    of_message = ibis.range_window(group_by=["message"], **later)
    settled = {stage: ibis.ifelse(_past(concerned, stage), concerned.at_ms, None) for stage in STAGES}
    past = concerned.mutate(
        **{f"past_{stage}": moment.min().over(of_delivery) for stage, moment in settled.items()},
        out=settled[OUTBOUND].min().over(of_message),
    )
    own = past.stage.cases(*((stage, past[f"past_{stage}"]) for stage in STAGES), else_=past[f"past_{OUTBOUND}"])
    anywhere = ibis.ifelse(past.recipient == "", past.out, None)
    found = past.mutate(recovered_ms=ibis.least(ibis.coalesce(own, anywhere), ibis.coalesce(anywhere, own)))
    return found.filter(found.side.isin(SIDES)).drop(*(f"past_{stage}" for stage in STAGES), "out")


def _past(events: Table, stage: int) -> BooleanValue:
    """A status message tells the sender; that it arrived says nothing of the message itself."""
    message = events.stage <= OUTBOUND if stage <= OUTBOUND else events.stage > OUTBOUND
    return (events.side == SETTLED) & (events.stage >= stage) & message
