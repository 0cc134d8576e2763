"""Lists of references: one set, one entry, its members loaded by COPY and read only with an entry left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from crossdesk.access import NotAllowed
from crossdesk.cases.listed import Listed, read_list
from crossdesk.cases.material import BadLine, Member, ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.moving import moving
from crossdesk.cases.policy import speaks_for_raiser
from crossdesk.cases.writing import audience_for
from crossdesk.kit.names import safe_name
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer, verbs

PAGE = 10_000


def add_list(
    case: Case,
    chunks: Iterable[bytes],
    kind: str,
    *,
    by: Viewer,
    at: datetime,
    source: str = "",
    to: str = "raiser",
    seen: int | None = None,
) -> ReferenceSet:
    return keep_list(case, read_list(chunks, kind), by=by, at=at, source=source, to=to, seen=seen)


def keep_list(
    case: Case,
    listed: Listed,
    *,
    by: Viewer,
    at: datetime,
    source: str = "",
    to: str = "raiser",
    seen: int | None = None,
) -> ReferenceSet:
    """The same bytes given twice are one list."""
    kind = listed.kind
    with moving(case, "add", by=by, at=at, seen=seen) as thread:
        audience, _ = audience_for(case, to, by)
        # Only within the same audience: another audience's list must not even be known to exist.
        same = {"entry__audience": audience.kind, "entry__of": audience.of}
        known = ReferenceSet.objects.filter(case=case, kind=kind, digest=listed.digest, **same).first()
        if known:
            return known
        return _keep(case, thread, audience, listed, kind, safe_name(source, "") if source else "", by, at)


def _keep(
    case: Case,
    thread: Thread,
    audience: Audience,
    listed: Listed,
    kind: str,
    source: str,
    by: Viewer,
    at: datetime,
) -> ReferenceSet:
    entry = record(
        thread,
        "case.references",
        audience=audience,
        by=by,
        at=at,
        detail={"source": source},
        list=kind,
        lines=listed.rows,
        distinct=listed.distinct,
        repeated=listed.repeated,
        bad=listed.bad,
        digest=listed.digest.hex(),
    )
    kept = ReferenceSet.objects.create(
        case=case,
        entry=entry,
        seats=list(entry.seats),
        kind=kind,
        source=source,
        digest=listed.digest,
        lines=listed.rows,
        distinct=listed.distinct,
        repeated=listed.repeated,
        bad=listed.bad,
        areas=listed.areas,
        bad_lines=listed.bad_lines,
    )
    _load(Member, ("set_id", "value"), ((kept.pk, value) for value in listed.values))
    _load(BadLine, ("set_id", "line", "value", "fault"), ((kept.pk, *bad) for bad in listed.every_bad_line))
    return kept


def _load(table: type[Model], columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    statement = f"copy {table._meta.db_table} ({', '.join(columns)}) from stdin"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def bad_lines(listed: ReferenceSet, *, by: Viewer) -> Iterator[tuple[int, str, str]]:
    """All of them, a page at a time: only for those to whom the list was given."""
    _require_given(listed, by)
    after = -1
    while True:
        with verbs():
            rows = BadLine.objects.filter(set=listed.pk, line__gt=after).order_by("line")[:PAGE]
            page = list(rows.values_list("line", "value", "fault"))
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1][0]


def _require_given(listed: ReferenceSet, by: Viewer) -> None:
    if not set(by.seats) & set(listed.seats):
        raise NotAllowed("This list was not given to you; ask the desk that owns the case to share it.")


def members(listed: ReferenceSet, *, by: Viewer, at: datetime) -> Iterator[str]:
    """Everything on the list, once the entry that says who read it stands."""
    _require_given(listed, by)
    with verbs():
        case = Case.objects.select_related("raiser", "owner").get(pk=listed.case_id)
        thread = Thread.objects.select_for_update().get(pk=listed.case_id)
        record(
            thread,
            "case.references_read",
            audience=_readers(case, by),
            by=by,
            at=at,
            set=listed.pk,
            list=listed.kind,
            distinct=listed.distinct,
        )
        values = list(Member.objects.filter(set=listed).order_by("value").values_list("value", flat=True))
    return iter(values)


def _readers(case: Case, by: Viewer) -> Audience:
    """An engaged desk's reading is told on its own leg; everybody else's to raiser and owner."""
    leg = case.legs.filter(to_desk__in=by.desks).select_related("from_desk", "to_desk").first()
    if leg and not by.works_at(case.owner_id) and not speaks_for_raiser(by, case):
        return leg.audience()
    return case.to_raiser()


def copy(listed: ReferenceSet, to: Case, *, by: Viewer, at: datetime) -> ReferenceSet:
    """The same list on the case it was carried on to; its lines are copied where they stand, unread by anybody."""
    told = Listed(
        kind=listed.kind,
        digest=bytes(listed.digest),
        rows=listed.lines,
        distinct=listed.distinct,
        repeated=listed.repeated,
        bad=listed.bad,
        areas=listed.areas,
        bad_lines=listed.bad_lines,
    )
    with moving(to, "add", by=by, at=at) as thread:
        kept = _keep(to, thread, to.to_raiser(), told, listed.kind, listed.source, by, at)
        for table, columns in ((Member, "value"), (BadLine, "line, value, fault")):
            name = table._meta.db_table
            with connection.cursor() as cursor:
                cursor.execute(
                    f"insert into {name} (set_id, {columns}) select %s, {columns} from {name} where set_id = %s",
                    [kept.pk, listed.pk],
                )
    return kept
