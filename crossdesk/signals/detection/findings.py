"""What is judged: each detector's groups, their counts over its window, and whether a count is above its limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import ibis
from ibis.expr.types import Table

from crossdesk.rulebook.rows.noticing import Detector
from crossdesk.rulebook.signals import GROUPS
from crossdesk.signals.detection.sliding import distinct_over

HALF_HOUR = 1_800_000
MINUTE = 60_000
SLOTS = 336
"""Half-hours of a week."""
MEASURES = {"mpans": "mpan", "messages": "delivery", "senders": "sender", "recipients": "recipient"}
KEYS = ["detector", *GROUPS, "measure"]
FOUND = [*KEYS, "noticed_ms", "since_ms", "last_ms", "peak", "usual"]


def spans(told: Table, failing: Table, rules: Sequence[Detector]) -> Table:
    """What is counted, for each detector and measure in its own groups: `of` what, from when to when it counts."""
    return ibis.union(*(part for rule in rules for part in _spans(told, failing, rule)), distinct=False)


def _spans(told: Table, failing: Table, rule: Detector) -> Iterator[Table]:
    length = rule.minutes * MINUTE
    if rule.kind == "slow":
        found = told.filter(told.delay_ms >= rule.slower_than_seconds * 1000)
        ends = found.at_ms + length
    elif rule.kind == "failing":
        found = failing.filter(failing.side.isin(rule.sides))
        ends = ibis.least(found.at_ms + length, ibis.coalesce(found.recovered_ms, found.at_ms + length))
    else:
        return
    side = rule.sides[0] if len(rule.sides) == 1 else ""
    group = {name: found[name] if name in rule.by else ibis.literal("") for name in GROUPS if name != "side"}
    for name, column in MEASURES.items():
        if getattr(rule, name):
            yield found.filter(found[column] != "").select(
                detector=ibis.literal(rule.key),
                **{each: group.get(each, ibis.literal(side)) for each in GROUPS},
                measure=ibis.literal(name),
                of=found[column],
                starts=found.at_ms,
                ends=ends,
            )


def limits(rules: Sequence[Detector], begins: int) -> list[dict[str, str | int]]:
    """The figures of each detector and measure, as rows."""
    return [
        {
            "detector": rule.key,
            "measure": name,
            "figure": getattr(rule, name),
            "times": rule.times_usual,
            "length": rule.minutes * MINUTE,
            "least_weeks": rule.weeks,
            "begins": begins,
        }
        for rule in rules
        for name in MEASURES
        if rule.kind != "missing" and getattr(rule, name)
    ]


def counted(counting: Table) -> Table:
    """By half-hour: what history is made of."""
    placed = counting.mutate(half_hour=counting.starts - counting.starts % HALF_HOUR)
    return placed.group_by([*KEYS, "half_hour"]).agg(count=placed.of.nunique())


def usual(history: Table, slots: Table, known: Table) -> Table:
    """What a half-hour of the same place in the week usually counts. `slots` says which place each half-hour has in
    Europe/London, `known` of how many such half-hours there is history; one without a row counted nothing."""
    placed = history.join(slots, "half_hour")
    summed = placed.group_by([*KEYS, "slot"]).agg(counted=placed["count"].sum())
    joined = summed.join(known, "slot")
    return joined.select(*KEYS, "slot", usual=joined.counted.cast("float64") / joined.weeks, weeks=joined.weeks)


def expected(usually: Table, figures: Table, offsets: Table) -> Table:
    """In a window that ends in a slot: what all the half-hours that it reaches back into usually count together."""
    reaching = usually.join(figures.select("detector", "measure", "length"), ["detector", "measure"]).cross_join(
        offsets
    )
    reached = reaching.filter(reaching.offset * HALF_HOUR <= reaching.length)
    ending = reached.mutate(slot=(reached.slot + reached.offset) % SLOTS)
    return ending.group_by([*KEYS, "slot"]).agg(usual=ending.usual.sum(), weeks=ending.weeks.max())


def crossings(counting: Table, figures: Table, slots: Table, usually: Table) -> Table:
    """Of each group and measure that went above its limit: when first, since when, how high, and what is usual.

    Only from where the new events begin (`figures.begins`): what was above before is known. `usually` is what is
    expected in the whole window.
    """
    moments = distinct_over(counting, KEYS, "of")
    limited = moments.join(figures, ["detector", "measure"])
    over = limited.filter((limited["count"] > limited.figure) & (limited.at_ms >= limited.begins))
    placed = over.mutate(half_hour=over.at_ms - over.at_ms % HALF_HOUR)
    slotted = placed.left_join(slots, "half_hour").drop("half_hour_right")
    told = slotted.left_join(usually, [*KEYS, "slot"])
    settled = told.mutate(usual=ibis.coalesce(ibis.ifelse(told.weeks >= told.least_weeks, told.usual, 0.0), 0.0))
    above = settled.filter(settled["count"] > settled.usual * settled.times)
    crossed = above.group_by([*KEYS, "length"]).agg(
        noticed_ms=above.at_ms.min(), peak=above["count"].max(), usual=above.usual.max()
    )
    begun = counting.join(crossed, KEYS)
    window = begun.filter(begun.starts > begun.noticed_ms - begun.length)
    return (
        window.group_by([*KEYS, "noticed_ms", "peak", "usual"])
        .agg(since_ms=window.starts.min(), last_ms=window.starts.max())
        .select(*FOUND)
    )


def missing(seen: Table, rules: Sequence[Detector], asked: Table, slots: Table, usually: Table) -> list[Table]:
    """Flows that stayed away in the half-hours `asked` about. `seen` are the totals of those half-hours, and `usually`
    says what each interface has in each slot."""
    return [_missing(seen, rule, asked.join(slots, "half_hour"), usually) for rule in rules if rule.kind == "missing"]


def _missing(seen: Table, rule: Detector, asked: Table, usually: Table) -> Table:
    expected = asked.join(usually, "slot").filter(
        lambda row: (row.weeks >= rule.weeks) & (row.usual >= rule.usually_at_least)
    )
    found = expected.left_join(seen.select("half_hour", "interface", "messages"), ["half_hour", "interface"])
    came = found.mutate(came=ibis.coalesce(found.messages, 0))
    below = came.filter(came.came < came.usual * rule.below_percent / 100)
    blank = {name: ibis.literal("") for name in GROUPS if name != "interface"}
    labelled = below.mutate(detector=ibis.literal(rule.key), measure=ibis.literal("messages"), **blank)
    return (
        labelled.group_by(KEYS)
        .agg(
            noticed_ms=labelled.half_hour.min() + HALF_HOUR,
            since_ms=labelled.half_hour.min(),
            last_ms=labelled.half_hour.max(),
            peak=labelled.came.min().cast("int64"),
            usual=labelled.usual.max(),
        )
        .select(*FOUND)
    )
