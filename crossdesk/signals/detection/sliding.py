"""How many distinct things there are in a window that slides, exactly and at every moment.

Each thing opens an interval when it fails and closes it when its window has passed or it recovered. Its overlapping
intervals are one; then every beginning is +1 and every end -1, and the sum so far is the count. No window is looked
at twice, however finely it slides, so time grows with the events and not with the windows.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr.types import Table


def islands(spans: Table, keys: Sequence[str]) -> Table:
    """Of each thing (`keys`), the stretches of time that its spans `starts` to `ends` cover together."""
    earlier = ibis.window(group_by=list(keys), order_by=["starts", "ends"], preceding=(None, 1))
    reached = spans.mutate(reached=spans.ends.max().over(earlier))
    fresh = reached.mutate(fresh=ibis.ifelse(reached.reached.isnull() | (reached.starts > reached.reached), 1, 0))
    so_far = ibis.window(group_by=list(keys), order_by=["starts", "ends"], preceding=None, following=0)
    numbered = fresh.mutate(island=fresh.fresh.sum().over(so_far))
    return numbered.group_by([*keys, "island"]).agg(starts=numbered.starts.min(), ends=numbered.ends.max())


def distinct_over(spans: Table, group: Sequence[str], of: str) -> Table:
    """One row for each moment at which the count of distinct `of` in a group changes: the group, `at_ms`, `count`."""
    stretches = islands(spans, [*group, of])
    opened = stretches.select(*group, at_ms=stretches.starts, step=ibis.literal(1, "int64"))
    closed = stretches.select(*group, at_ms=stretches.ends, step=ibis.literal(-1, "int64"))
    steps = ibis.union(opened, closed, distinct=False)
    net = steps.group_by([*group, "at_ms"]).agg(step=steps.step.sum())
    so_far = ibis.window(group_by=list(group), order_by="at_ms", preceding=None, following=0)
    return net.mutate(count=net.step.sum().over(so_far)).drop("step")
