"""What a run found, written where people read it. Each statement may be given the same again and changes nothing
then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model

from crossdesk.desks.models import Desk
from crossdesk.parties.models import MarketRole
from crossdesk.rulebook.signals import GROUPS
from crossdesk.signals.history import WEEKS, moment
from crossdesk.signals.models import Counted, HalfHour, Share

AT_ONCE = 5_000


class Directory:
    """Whose DIP ids are whose, and who reads what. Read once for a run, inside `verbs()`."""

    def __init__(self, desk: Desk | None) -> None:
        self.desk = desk
        roles = MarketRole.objects.exclude(dip_id="").select_related("party")
        self.roles = {role.dip_id.upper(): role for role in roles}

    def party(self, dip_id: str) -> int | None:
        role = self.roles.get(dip_id)
        return role.party_id if role else None

    def seats(self, *dip_ids: str) -> list[int]:
        """The operator's desk, and the parties whose ids these are."""
        found = {self.roles[each].party.seat_id for each in dip_ids if each in self.roles}
        return sorted(found | ({self.desk.seat_id} if self.desk else set()))


COLUMNS = (
    ("seats", "int[]"),
    ("message", "text"),
    ("recipient", "text"),
    ("sender", "text"),
    ("interface", "text"),
    ("event", "text"),
    ("code", "text"),
    ("side", "text"),
    ("stage", "smallint"),
    ("status", "text"),
    ("mpan", "text"),
    ("transaction", "text"),
    ("words", "text"),
    ("at", "timestamptz"),
    ("last_at", "timestamptz"),
    ("recovered_at", "timestamptz"),
)
NAMES = ", ".join(name for name, _ in COLUMNS)
GIVEN = (
    f"select {', '.join(f'{name}::{kind}' for name, kind in COLUMNS)}"
    f" from unnest({', '.join(['%s::text[]'] * len(COLUMNS))}) as given({NAMES})"
)
FIXED = {"message", "recipient", "at"}
NEWER = ", ".join(f"{name} = excluded.{name}" for name, _ in COLUMNS if name not in FIXED)
KEEP = f"""
insert into signals_failing as kept ({NAMES}) {GIVEN}
on conflict (message, recipient) do update set {NEWER}, at = least(kept.at, excluded.at)
where excluded.last_at >= kept.last_at
"""
BEGAN = f"""
update signals_failing kept set at = new.at from ({GIVEN}) new
where kept.message = new.message and kept.recipient = new.recipient and new.at < kept.at
"""


def keep_failing(rows: Sequence[Mapping[str, Any]], who: Directory) -> None:
    """The latest that is known of each failing delivery; news that come late do not undo what came after them."""
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            some = [_failing(row, who) for row in rows[start : start + AT_ONCE]]
            columns = [list(column) for column in zip(*some, strict=True)]
            cursor.execute(KEEP, columns)
            cursor.execute(BEGAN, columns)


def _failing(row: Mapping[str, Any], who: Directory) -> tuple[str | None, ...]:
    seats = ",".join(str(seat) for seat in who.seats(row["sender"], row["recipient"]))
    texts = (row[name] for name, _ in COLUMNS[1:8])
    rest = (row[name] for name in ("status", "mpan", "transaction", "words"))
    recovered = row["recovered_ms"]
    times = (row["first_ms"], row["last_ms"], recovered)
    return (
        f"{{{seats}}}",
        *texts,
        str(row["stage"]),
        *rest,
        *(moment(each).isoformat() if each is not None else None for each in times),
    )


OPEN = """
select message, recipient, sender, interface, event, code, stage, status, mpan, transaction, words,
  (extract(epoch from last_at) * 1000)::bigint
from signals_failing where message = any(%s) and recovered_at is null
"""


def open_among(messages: Sequence[tuple[str]]) -> list[tuple[Any, ...]]:
    """Which of these messages are known to fail: by key, however many fail."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [[message for (message,) in messages]])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def keep_sums(
    totals: Iterable[Mapping[str, Any]],
    shares: Iterable[Mapping[str, Any]],
    counted: Iterable[Mapping[str, Any]],
    who: Directory,
    shown_from: int,
) -> None:
    """Each half-hour's sums are made anew from all its events, and take the place of what stood there."""
    _replace(HalfHour, [_total(row, who, shown_from) for row in totals], ("begins_at", "interface"))
    _replace(Share, [_share(row, who) for row in shares], ("begins_at", "interface", "dip_id", "way"))
    _replace(
        Counted,
        [
            Counted(
                begins_at=moment(row["half_hour"]),
                count=row["count"],
                **{name: row[name] for name in ("detector", *GROUPS, "measure")},
            )
            for row in counted
        ],
        ("begins_at", "detector", *GROUPS, "measure"),
    )


def _total(row: Mapping[str, Any], who: Directory, shown_from: int) -> HalfHour:
    """With one recipient alone, that recipient reads every message anyway; with two, one would read the other's."""
    senders, recipients = row["senders"], row["recipients"]
    return HalfHour(
        begins_at=moment(row["half_hour"]),
        interface=row["interface"],
        shown=senders >= shown_from and (recipients <= 1 or recipients >= shown_from),
        seats=who.seats(),
        **{name: row[name] for name in ("messages", "failing", "late", "mpans", "senders", "recipients")},
    )


def _share(row: Mapping[str, Any], who: Directory) -> Share:
    return Share(
        begins_at=moment(row["half_hour"]),
        interface=row["interface"],
        dip_id=row["dip_id"],
        way=row["way"],
        party_id=who.party(row["dip_id"]),
        seats=who.seats(row["dip_id"]),
        **{name: row[name] for name in ("messages", "failing", "own", "late", "mpans")},
    )


def _replace(model: type[Model], rows: Sequence[Any], unique: tuple[str, ...]) -> None:
    kept = [each.name for each in model._meta.concrete_fields if each.name not in {"id", *unique}]
    model._default_manager.bulk_create(
        rows, batch_size=2_000, update_conflicts=True, unique_fields=unique, update_fields=kept
    )


def forget(before: datetime) -> None:
    """Sums are small and say what is usual: as long as that is looked back, and as messages are shown."""
    past = min(before, before - timedelta(weeks=WEEKS))
    for model in (HalfHour, Share, Counted):
        model._default_manager.filter(begins_at__lt=past).delete()
