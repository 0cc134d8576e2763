"""What is measured: each piece of work as the product does it, and the same rows in plain SQL by the tables' owner."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import psycopg
from django.db import connection
from django.db.models import Q

from crossdesk.access import Role
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.queue import counts, page_of, views, with_cases
from crossdesk.cases.queue import queue as desk_queue
from crossdesk.cases.raising import Report, raise_case
from crossdesk.desks.models import Desk
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

SEAT = 100_001
AGENT = Viewer(
    "Agent", 1, "Party 1", seats=(1, SEAT), person=1, party_seat=1, desks=(1,), desk_names={1: "Desk 1"},
    roles=frozenset({Role.AGENT}),
)  # fmt: skip
USER = Viewer("User", 7, "Party 7", seats=(7,), person=7, party_seat=7, roles=frozenset({Role.SERVICE_USER}))
Pair = tuple[str, Callable[[], object], Callable[[], object], int]


def pairs(owner: psycopg.Connection) -> Iterator[Pair]:
    with verbs():
        raiser, desk = Party.objects.get(pk=7), Desk.objects.select_related("owner", "seat").get(pk=1)
    case = owner.execute("select case_id from cases_standing where seat_id = %s and is_open limit 1", [SEAT]).fetchone()
    assert case is not None
    yield "raise a case", lambda: raised(raiser, desk), lambda: raised_plainly(owner), 200
    yield "queue, first page", queue, lambda: queue_plainly(owner), 200
    yield "queue, its counts", counted, lambda: counted_plainly(owner), 50
    yield "open a case", lambda: opened(case[0]), lambda: opened_plainly(owner, case[0]), 200
    yield (
        "search, 20 best",
        lambda: searched("area 313 rejected"),
        lambda: searched_plainly(owner, "area 313 rejected"),
        50,
    )


def raised(raiser: Party, desk: Desk) -> None:
    report = Report("No confirmations since the load", "missing-mpan-data", impact="Appointments wait.")
    raise_case(report, raiser=raiser, to=desk, by=USER, at=now())


def raised_plainly(owner: psycopg.Connection) -> None:
    thread = uuid.uuid4()
    with owner.transaction():
        owner.execute(
            "insert into threads_thread (seats, id, kind, length) values ('{7,100001}', %s, 'case', 1)", [thread]
        )
        owner.execute(
            "insert into cases_case (seats, thread_id, reference, journey, kind, summary, query_type, system, scenario,"
            " stage, outcome, raiser_id, owner_id, raised_at, changed_at, bounces, edition) values ('{7,100001}', %s,"
            " %s, %s, 'incident', 'No confirmations', 'x', '', '', 'raised', '', 7, 1, now(), now(), 0, '')",
            [thread, thread.hex[:16], thread],
        )
        entry = owner.execute(
            'insert into threads_entry (seats, thread_id, seq, audience, "of", position, kind, happened_at,'
            " recorded_at, facts, body_digest, own, digest) values ('{7,100001}', %s, 1, 'raiser', 0, 1, 'case.raised',"
            " now(), now(), '{}', '\\x00', '\\x00', '\\x00') returning id",
            [thread],
        ).fetchone()
        assert entry is not None
        owner.execute(
            "insert into threads_entrybody (seats, entry_id, salt, author, organisation, words, detail, erased)"
            " values ('{7,100001}', %s, '\\x00', 'a', 'b', 'No confirmations since the load', '{}', false)",
            entry,
        )
        owner.execute(
            'insert into threads_chainhead (thread_id, audience, "of", seats, length, digest, waiting)'
            " values (%s, 'raiser', 0, '{7,100001}', 1, '\\x00', true)",
            [thread],
        )
        for seat in (7, SEAT):
            owner.execute(
                "insert into cases_standing (seat_id, case_id, leg, part, is_open, stage, priority, ball, next_who,"
                " next_what, legs, changed_at, raiser_id, system, scenario, bounces, trouble)"
                " values (%s, %s, 0, 'owns', true, 'raised', 5, 'us', '', '', '[]', now(), 7, '', '', 0, false)",
                [seat, thread],
            )


def queue() -> int:
    with viewing(AGENT):
        rows, _ = page_of(desk_queue(SEAT, Q()), None)
        return len(with_cases(rows))


def counted() -> int:
    """The number beside every view of the queue, each to a thousand and one."""
    with viewing(AGENT):
        return len(counts({view.key: desk_queue(SEAT, view.rows) for view in views(now(), AGENT.person)}))


def queue_plainly(owner: psycopg.Connection) -> int:
    return len(owner.execute(
        "select s.*, c.*, p.* from cases_standing s join cases_case c on c.thread_id = s.case_id"
        " join parties_party p on p.id = c.raiser_id where s.seat_id = %s and s.is_open"
        " order by s.priority, s.next_by, s.id limit 50", [SEAT]
    ).fetchall())  # fmt: skip


def counted_plainly(owner: psycopg.Connection) -> int:
    rows = owner.execute(
        "select ball, count(*) from (select ball from cases_standing where seat_id = %s and is_open limit 1001) s"
        " group by ball", [SEAT]
    ).fetchall()  # fmt: skip
    return len(rows)


def opened(case: uuid.UUID) -> int:
    with viewing(AGENT):
        found = Case.objects.select_related("raiser", "owner").get(pk=case)
        entries = Entry.objects.filter(thread=found.pk).select_related("body").order_by("-seq")[:50]
        return len(entries) + len(found.legs.all()) + len(Standing.objects.filter(case=found.pk))


def opened_plainly(owner: psycopg.Connection, case: uuid.UUID) -> int:
    owner.execute(
        "select * from cases_case c join parties_party p on p.id = c.raiser_id join desks_desk d on d.id = c.owner_id"
        " where c.thread_id = %s", [case]
    ).fetchone()  # fmt: skip
    entries = owner.execute(
        "select * from threads_entry e join threads_entrybody b on b.entry_id = e.id where e.thread_id = %s"
        " order by e.seq desc limit 50", [case]
    ).fetchall()  # fmt: skip
    legs = owner.execute("select * from cases_leg where case_id = %s", [case]).fetchall()
    return (
        len(entries)
        + len(legs)
        + len(owner.execute("select * from cases_standing where case_id = %s", [case]).fetchall())
    )


def searched(words: str) -> int:
    with viewing(AGENT), connection.cursor() as cursor:
        cursor.execute(
            "select c.reference, c.summary from search_entries(%s, 20) f join threads_entry e on e.id = f.entry_id"
            " join cases_case c on c.thread_id = e.thread_id order by f.rank desc", [words]
        )  # fmt: skip
        return len(cursor.fetchall())


def searched_plainly(owner: psycopg.Connection, words: str) -> int:
    return len(owner.execute(
        "select c.reference, c.summary from (select b.entry_id, ts_rank(b.tsv, q) r from threads_entrybody b,"
        " websearch_to_tsquery('english', %s) q where b.seats && array[1, 100001] and b.tsv @@ q"
        " order by 2 desc, 1 desc limit 20) f join threads_entry e on e.id = f.entry_id"
        " join cases_case c on c.thread_id = e.thread_id order by f.r desc", [words]
    ).fetchall())  # fmt: skip
