"""Lists of references as they are given: tallied, kept once, and read only with an entry left behind."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import references
from crossdesk.cases.models import Case, Member, ReferenceSet
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.kit import mpan
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs, viewing

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


def mpans(count: int, area: str = "16", start: int = 0) -> list[str]:
    bodies = (f"{area}{number:010}" for number in range(start, start + count))
    return [body + str(mpan.check_digit(body)) for body in bodies]


def load_list() -> bytes:
    """124 good and different, 8 of them once more, 5 with a wrong check digit: 137 lines."""
    good = mpans(100, "16") + mpans(24, "23")
    bad = [number[:12] + str((int(number[12]) + 1) % 10) for number in mpans(5, "16", 500)]
    return "\n".join([*good, *good[:8], *bad]).encode()


def given(people: Cast, case: Case, content: bytes | None = None) -> ReferenceSet:
    chunks = [content or load_list()]
    return references.add_list(case, chunks, "mpan", by=people.priya, at=LATER, source="load-list.csv")


def test_a_list_of_137_lines_is_tallied() -> None:
    people = cast()
    listed = given(people, people.case())
    assert (listed.lines, listed.distinct, listed.repeated, listed.bad) == (137, 124, 8, 5)
    assert listed.areas == {"16": 100, "23": 24}
    assert len(listed.bad_lines) == 5
    assert listed.bad_lines[0][0] == 133
    assert listed.bad_lines[0][2].startswith("should end in")


def test_the_same_list_given_twice_is_one_list() -> None:
    people = cast()
    case = people.case()
    assert given(people, case).pk == given(people, case).pk
    with verbs():
        assert Entry.objects.filter(thread=case.pk, kind="case.references").count() == 1
        assert Member.objects.count() == 124


def test_the_entry_counts_and_names_no_mpan() -> None:
    people = cast()
    listed = given(people, people.case())
    with viewing(people.nia):
        entry = Entry.objects.select_related("body").get(pk=listed.entry_id)
    assert entry.facts["distinct"] == 124
    assert mpans(1)[0] not in str(entry.facts) + str(entry.body.detail) + entry.body.words


def test_reading_the_members_leaves_an_entry() -> None:
    people = cast()
    case = people.case()
    listed = given(people, case)
    assert list(references.members(listed, by=people.nia, at=LATER)) == sorted(mpans(100) + mpans(24, "23"))
    with viewing(people.priya):
        entry = Entry.objects.select_related("body").get(thread=case.pk, kind="case.references_read")
    assert entry.body.author == "Nia Bevan"


def test_a_competitor_reads_no_list() -> None:
    people = cast()
    listed = given(people, people.case())
    with viewing(people.hal):
        assert not ReferenceSet.objects.exists()
    with pytest.raises(NotAllowed, match="was not given to you"):
        references.members(listed, by=people.hal, at=LATER)


def test_a_workbook_is_refused_with_what_to_do() -> None:
    people = cast()
    with pytest.raises(Invalid, match="Save the list as CSV"):
        given(people, people.case(), b"PK\x03\x04" + b"xl/workbook.xml" * 40)


def test_an_empty_list_is_refused() -> None:
    people = cast()
    with pytest.raises(Invalid, match="There are no MPANs in this list"):
        given(people, people.case(), b"\n\n")


def test_transaction_ids_are_kept_as_written() -> None:
    people = cast()
    words = b"T-0001\n T-0002 \nT-0001\n"
    listed = references.add_list(people.case(), [words], "transaction", by=people.priya, at=LATER)
    assert (listed.lines, listed.distinct, listed.repeated) == (3, 2, 1)
    assert list(references.members(listed, by=people.priya, at=LATER)) == ["T-0001", "T-0002"]


def test_a_hundred_thousand_lines_are_taken_in_seconds() -> None:
    people = cast()
    began = time.monotonic()
    listed = given(people, people.case(), "\n".join(mpans(100_000)).encode())
    assert listed.distinct == 100_000
    assert time.monotonic() - began < 20
