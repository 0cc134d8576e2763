"""What a half-hour is held to: the same half-hour of the same weekday in earlier weeks, by the clocks of
Europe/London."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crossdesk.kit.time import LONDON
from crossdesk.rulebook.signals import GROUPS
from crossdesk.signals.models import Counted, HalfHour

if TYPE_CHECKING:
    import pyarrow as pa

HALF_HOUR = 1_800_000
WEEKS = 8
"""As far back as is looked."""


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def slot_of(ms: int) -> int:
    """Its place in the week, from Monday's first half-hour: 0 to 335."""
    here = moment(ms).astimezone(LONDON)
    return here.weekday() * 48 + here.hour * 2 + here.minute // 30


def earlier(ms: int) -> list[int]:
    """The same time of the dial in the weeks before; the nights the clocks change move it by an hour of UTC."""
    here = moment(ms).astimezone(LONDON).replace(tzinfo=None)
    return [
        int((here - timedelta(weeks=week)).replace(tzinfo=LONDON).timestamp() * 1000) for week in range(1, WEEKS + 1)
    ]


@dataclass(frozen=True)
class History:
    """As tables of Arrow: places in the week, how many weeks of each are known, what they counted and carried, and what
    the half-hour before the first carried."""

    first: int
    slots: pa.Table
    known: pa.Table
    counted: pa.Table
    flows: pa.Table
    before: pa.Table


def history_for(half_hours: Iterable[int], first: int) -> History:
    """Read inside `verbs()`: by the keys of those half-hours, however much history there is.

    `first` is where the events begin.
    """
    import pyarrow as pa

    judged = sorted(set(half_hours))
    previous = HalfHour.objects.filter(begins_at=moment(first - HALF_HOUR)).values_list("interface", "messages")
    before = {past: slot_of(each) for each in judged for past in earlier(each)}
    moments = [moment(each) for each in before]
    flows = list(HalfHour.objects.filter(begins_at__in=moments).values_list("begins_at", "interface", "messages"))
    weeks = Counter(before[_ms(at)] for at in {row[0] for row in flows})
    rows = Counted.objects.filter(begins_at__in=moments)
    counted = list(rows.values_list("begins_at", "detector", *GROUPS, "measure", "count"))
    carried: Counter[tuple[str, int]] = Counter()
    for at, interface, messages in flows:
        carried[interface, before[_ms(at)]] += messages
    slots = {**before, **{each: slot_of(each) for each in judged}}
    return History(
        first,
        _table({"half_hour": pa.int64(), "slot": pa.int64()}, slots.items()),
        _table({"slot": pa.int64(), "weeks": pa.int64()}, weeks.items()),
        _table(
            {
                "half_hour": pa.int64(),
                "detector": pa.string(),
                **dict.fromkeys(GROUPS, pa.string()),
                "measure": pa.string(),
                "count": pa.int64(),
            },
            ((_ms(row[0]), *row[1:]) for row in counted),
        ),
        _table(
            {"interface": pa.string(), "slot": pa.int64(), "usual": pa.float64(), "weeks": pa.int64()},
            ((interface, slot, sum_ / weeks[slot], weeks[slot]) for (interface, slot), sum_ in carried.items()),
        ),
        _table(
            {"half_hour": pa.int64(), "interface": pa.string(), "messages": pa.int64()},
            ((first - HALF_HOUR, *row) for row in previous),
        ),
    )


def _table(columns: dict[str, pa.DataType], rows: Iterable[Sequence[object]]) -> pa.Table:
    import pyarrow as pa

    given = list(rows)
    return pa.table(
        {name: pa.array([row[place] for row in given], kind) for place, (name, kind) in enumerate(columns.items())}
    )


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
