"""A kept count goes on from the lists it names, and says what counting everything would say."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections
from django.test.utils import CaptureQueriesContext

from crossdesk.access import Role
from crossdesk.cases import erasing, retracting
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.impact import counting
from crossdesk.impact.counting import Counted, Share, distinct, family
from crossdesk.impact.crossing import look_again
from crossdesk.impact.models import LastCount, Tally
from crossdesk.impact.recounting import recount
from crossdesk.impact.tests.test_register import given, harriers, of_row_one
from crossdesk.threads.viewer import verbs, viewing


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def case(here: Cast) -> Case:
    return of_row_one(here)


def from_scratch(cases: list[UUID]) -> Counted:
    by_party: dict[int, list[int]] = {}
    rows = ReferenceSet.objects.filter(case__in=cases, kind="mpan", retracted_at=None)
    for pk, party in rows.values_list("pk", "case__raiser"):
        by_party.setdefault(party, []).append(pk)
    return distinct(by_party)


def kept(case: Case) -> tuple[Counted, Counted]:
    with verbs():
        cases = family(case)
        return recount(case.pk, cases), from_scratch(cases)


def test_every_change_comes_to_what_counting_everything_says(here: Cast, case: Case) -> None:
    """Lists of many sizes that overlap, given and taken back in an order drawn by lot."""
    lot, child = random.Random(8), harriers(here, case)
    live: list[tuple[ReferenceSet, bool]] = []
    for _ in range(30):
        theirs = lot.random() < 0.5
        if live and lot.random() < 0.35:
            listed, its = live.pop(lot.randrange(len(live)))
            retracting.retract(listed, why="The wrong file.", by=here.hal if its else here.priya, at=NOON)
        else:
            first = lot.randrange(60)
            numbers = range(first, first + lot.choice([1, 3, 40]))
            live.append((given(child if theirs else case, numbers, here.hal if theirs else here.priya), theirs))
        if lot.random() < 0.7:
            gone_on, everything = kept(case)
            assert gone_on == everything


def test_lists_far_apart_are_counted_as_those_together(here: Cast, case: Case) -> None:
    """Lists too far apart for one table of them are counted pass by pass, where those beside each other take one."""
    child = harriers(here, case)
    numbers = [given(case, range(40), here.priya).pk, given(child, range(30, 60), here.hal).pk]
    with verbs():
        assert passes(case) == (True, counted(here, 60, 40, 30))
    the_next_list_is(numbers[-1] + counting.SPREAD)
    given(child, range(50, 70), here.hal)
    with verbs():
        assert passes(case) == (False, counted(here, 70, 40, 40))


def passes(case: Case) -> tuple[bool, Counted]:
    """Whether one statement went over all of it, and what it came to."""
    with CaptureQueriesContext(connection) as asked:
        everything = from_scratch(family(case))
    return any("bit_or" in each["sql"] for each in asked.captured_queries), everything


def counted(here: Cast, total: int, sycamores: int, harriers: int) -> Counted:
    return Counted(total, (Share(here.sycamore.pk, sycamores), Share(here.harrier.pk, harriers)))


def the_next_list_is(number: int) -> None:
    """As many lists later: what others were given in between."""
    database = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["CROSSDESK_OWNER_URL"], dbname=database, autocommit=True) as owner:
        owner.execute("select setval(pg_get_serial_sequence('cases_referenceset', 'id'), %s)", [number])


def test_a_look_when_nothing_came_reads_no_list(here: Cast, case: Case) -> None:
    given(case, range(10), here.priya)
    given(case, range(5, 20), here.priya)
    look_again(case.pk, NOON)
    asked: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        look_again(case.pk, NOON)
    assert not [sql for sql in asked if "cases_member" in sql]


def test_words_that_were_erased_are_counted_no_more(here: Cast, case: Case) -> None:
    given(case, range(10), here.priya)
    listed = given(case, range(100, 130), here.priya)
    given(case, range(20), here.priya)
    assert kept(case)[0].total == 50
    manager = somebody("Mona Rees", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)
    erasing.erase(case, seq=listed.entry.seq, why="Names of customers stood in it.", by=manager, at=NOON)
    assert kept(case) == (Counted(20, kept(case)[1].shares),) * 2


def test_nobody_reads_which_lists_were_counted(here: Cast, case: Case) -> None:
    given(case, range(10), here.priya)
    look_again(case.pk, NOON)
    with pytest.raises(ProgrammingError, match="permission denied"), viewing(here.nia):
        list(LastCount.objects.all())


def test_two_looks_at_once_count_every_list_once(committed: str) -> None:
    people = cast()
    case = of_row_one(people)
    given(case, range(40), people.priya)
    look_again(case.pk, NOON)
    given(case, range(30, 60), people.priya)

    def look() -> None:
        try:
            look_again(case.pk, NOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(look) for _ in range(8)]:
            done.result()
    with verbs():
        assert LastCount.objects.get(thread=case.pk, kind="mpan").total == Tally.objects.get(case=case).total == 60


def test_a_list_given_while_another_look_counts_is_counted_by_the_next(committed: str) -> None:
    """The look holds its count open while the list is given; going on from it must not lose the list."""
    people = cast()
    case = of_row_one(people)
    given(case, range(10), people.priya)
    other = harriers(people, case)

    def give() -> None:
        try:
            given(other, range(5, 30), people.hal)
        finally:
            connections.close_all()

    with verbs():
        assert recount(case.pk, family(case)).total == 10
        with ThreadPoolExecutor(1) as pool:
            pool.submit(give).result()
    with verbs():
        assert recount(case.pk, family(case)).total == 30
