"""Lists of references as they are given: tallied, kept once, and read only with an entry left behind."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import references
from crossdesk.cases.listed import LARGEST, read_list
from crossdesk.cases.material import Member, ReferenceSet
from crossdesk.cases.models import Case
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


@pytest.mark.parametrize(
    ("kind", "line", "fault"),
    [
        ("transaction", "S-IF-036-1", "belongs with the sender references"),
        ("transaction", "0001", "should begin with T-"),
        ("transaction", "T-1 T-2", "signs other than letters, digits and hyphens"),
        ("transaction", "T-" + "1" * 70, "at most 65 are allowed"),
        ("correlation", "T-0001", "belongs with the DIP transaction ids"),
        ("error-code", "hello", "holds no code such as REG0000"),
        ("timestamp", "yesterday", "write it as 2026-11-24 06:30"),
        ("sender-reference", "S-" + "x" * 500, "is longer than 120 characters"),
    ],
)
def test_a_bad_line_of_any_kind_says_what_it_should_be(kind: str, line: str, fault: str) -> None:
    listed = read_list([f"\n{line}\n".encode()], kind)
    assert (listed.rows, listed.bad) == (1, 1)
    assert listed.bad_lines[0][0] == 2
    assert fault in listed.bad_lines[0][2]


@pytest.mark.parametrize("line", ["2026-11-24T06:30:05Z", "24/11/2026 06:30", "24 Nov 2026, 06:30"])
def test_a_moment_is_taken_as_people_write_it(line: str) -> None:
    assert read_list([line.encode()], "timestamp").distinct == 1


def test_every_bad_line_is_kept_and_read_only_by_those_given_the_list() -> None:
    people = cast()
    content = b"\n".join([*(number.encode() for number in mpans(3)), *(b"=cmd|%d" % n for n in range(1500))])
    listed = given(people, people.case(), content)
    assert (listed.bad, len(listed.bad_lines)) == (1500, 1000)
    every = list(references.bad_lines(listed, by=people.nia))
    assert len(every) == 1500
    assert every[-1] == (1503, "=cmd|1499", "contains letters")
    with pytest.raises(NotAllowed):
        list(references.bad_lines(listed, by=people.hal))


def test_a_list_larger_than_its_limit_is_refused() -> None:
    with pytest.raises(Invalid, match="larger than 200 MB"):
        read_list([b"1" * (LARGEST + 1)], "mpan")


def test_a_list_of_every_kind_of_broken_line_is_told_line_by_line() -> None:
    good = mpans(2)
    broken = ["<script>alert(1)</script>", "1.9E+12", "=1+1", "12 34", "'190000000000", "x" * 5000, "190000000000"]
    for ending in ("\n", "\r\n", "\r"):
        listed = read_list([ending.join(["MPAN", *good, *broken]).encode()], "mpan")
        assert (listed.rows, listed.distinct, listed.bad) == (9, 2, 7)
        assert [line for line, _, _ in listed.bad_lines] == list(range(4, 11))
        assert all(len(value) < 60 for _, value, _ in listed.bad_lines)
