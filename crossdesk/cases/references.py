"""Lists of references: one set, one entry, its members loaded by COPY and read only with an entry left behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.models import Case, Member, ReferenceSet
from crossdesk.cases.moving import moving
from crossdesk.cases.policy import speaks_for_raiser
from crossdesk.cases.writing import audience_for
from crossdesk.kit import mpan
from crossdesk.kit.lists import ListReader
from crossdesk.kit.names import safe_name
from crossdesk.kit.refusal import Unusable
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer, verbs

KINDS = {
    "mpan": "MPANs",
    "transaction": "DIP transaction ids",
    "sender-reference": "sender references",
    "correlation": "correlation ids",
    "error-code": "error codes",
}
LONGEST_VALUE = 120
AT_MOST = 1_000_000
BAD_LINES_KEPT = 1_000
TOO_LONG = "The list has more than a million different lines; give it in parts."


@dataclass
class Listed:
    """What a list came to, before it is kept."""

    digest: bytes
    rows: int = 0
    distinct: int = 0
    repeated: int = 0
    bad: int = 0
    areas: dict[str, int] = field(default_factory=dict)
    bad_lines: list[tuple[int, str, str]] = field(default_factory=list)
    values: Iterable[str] = ()


def read_list(chunks: Iterable[bytes], kind: str) -> Listed:
    """Nothing is refused for a bad line; it is told instead. A file that is no list at all is refused."""
    try:
        listed = _mpans(chunks) if kind == "mpan" else _lines(chunks)
    except Unusable as unusable:
        raise Invalid(unusable.sentence) from unusable
    if listed.distinct > AT_MOST:
        raise Invalid(TOO_LONG)
    return listed


def _mpans(chunks: Iterable[bytes]) -> Listed:
    reader = ListReader()
    batches = []
    for batch in reader.read(chunks):
        batches.append(batch)
        if reader.tally.distinct > AT_MOST:
            raise Invalid(TOO_LONG)
    tally = reader.tally
    return Listed(
        reader.digest,
        tally.rows,
        tally.distinct,
        tally.repeated,
        tally.bad,
        dict(sorted(tally.distributors.items())),
        [(row.line, row.value, row.fault) for row in tally.bad_rows],
        (mpan.text_of(number) for batch in batches for number in batch),
    )


def _lines(chunks: Iterable[bytes]) -> Listed:
    content = b"".join(chunks)
    listed = Listed(hashlib.sha256(content).digest())
    kept: dict[str, None] = {}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        value = line.strip().replace("\0", "")
        if not value:
            continue
        listed.rows += 1
        if len(value) > LONGEST_VALUE:
            listed.bad += 1
            if listed.bad <= BAD_LINES_KEPT:
                listed.bad_lines.append((number, f"{value[:40]}…", f"is longer than {LONGEST_VALUE} characters"))
        elif value in kept:
            listed.repeated += 1
        else:
            kept[value] = None
    listed.distinct, listed.values = len(kept), kept
    return listed


def add_list(
    case: Case,
    chunks: Iterable[bytes],
    kind: str,
    *,
    by: Viewer,
    at: datetime,
    source: str = "",
    to: str = "raiser",
) -> ReferenceSet:
    """The same bytes given twice are one list."""
    if kind not in KINDS:
        raise Invalid(f"“{kind}” is no kind of reference; choose one of: {', '.join(KINDS.values())}.")
    listed = read_list(chunks, kind)
    if not listed.rows:
        raise Invalid(f"There are no {KINDS[kind]} in this list; give one on each line.")
    with moving(case, "add", by=by, at=at) as thread:
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
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {Member._meta.db_table} (set_id, value) from stdin") as copy,
    ):
        for value in listed.values:
            copy.write_row((kept.pk, value))
    return kept


def members(listed: ReferenceSet, *, by: Viewer, at: datetime) -> Iterator[str]:
    """Everything on the list, once the entry that says who read it stands."""
    if not set(by.seats) & set(listed.seats):
        raise NotAllowed("This list was not given to you; ask the desk that owns the case to share it.")
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
