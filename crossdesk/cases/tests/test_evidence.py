"""Files given as proof: judged by their bytes, kept whole, and read only by those they were given to."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import evidence
from crossdesk.cases.material import Evidence, EvidenceChunk
from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.kit import files
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs, viewing

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)
LOG = b"06:30:00 RejectedByRecipient\n" * 20_000


def test_a_file_comes_back_as_it_was_given() -> None:
    people = cast()
    kept = evidence.add(people.case(), "gateway.log", [LOG[:70_000], LOG[70_000:]], by=people.priya, at=LATER)
    assert (kept.size, kept.media_type) == (len(LOG), "text/plain")
    assert b"".join(evidence.stream(kept, people.nia)) == LOG
    with verbs():
        assert EvidenceChunk.objects.filter(evidence=kept).count() == 3


def test_its_entry_holds_the_digest_and_the_readers() -> None:
    people = cast()
    kept = evidence.add(people.case(), "gateway.log", [LOG], by=people.priya, at=LATER, key="system-log")
    with viewing(people.nia):
        entry = Entry.objects.get(pk=kept.entry_id)
    assert entry.kind == "case.evidence"
    assert entry.facts["sha256"] == hashlib.sha256(LOG).hexdigest()
    assert kept.seats == entry.seats


def test_a_competitor_gets_not_one_byte() -> None:
    people = cast()
    kept = evidence.add(people.case(), "gateway.log", [LOG], by=people.priya, at=LATER)
    assert b"".join(evidence.stream(kept, people.hal)) == b""
    with viewing(people.hal):
        assert not Evidence.objects.exists()


def test_an_internal_file_stays_with_the_desk() -> None:
    people = cast()
    kept = evidence.add(people.case(), "notes.txt", [b"ours"], by=people.nia, at=LATER, audience="internal")
    assert b"".join(evidence.stream(kept, people.priya)) == b""


def test_a_raiser_writes_no_internal_file() -> None:
    people = cast()
    case = people.case()
    with pytest.raises(NotAllowed, match="Internal notes belong to a desk"):
        evidence.add(case, "notes.txt", [b"ours"], by=people.priya, at=LATER, audience="internal")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("log.txt", b"", "is empty"),
        ("run.exe", b"MZ", "is a program"),
        ("picture.png", b"<html><script>", "named .png"),
        ("page.html", b"<html>", "web page"),
        ("log.txt", b"x" * (files.LARGEST + 1), "larger than 25 MB"),
    ],
)
def test_what_cannot_be_taken_is_told_in_a_sentence(name: str, content: bytes, words: str) -> None:
    people = cast()
    case = people.case()
    with pytest.raises(Invalid, match=words):
        evidence.add(case, name, [content], by=people.priya, at=LATER)


def test_a_name_that_pretends_is_made_plain() -> None:
    people = cast()
    kept = evidence.add(people.case(), "../../etc/\u202egnp.log", [b"line"], by=people.priya, at=LATER)
    assert kept.name == "gnp.log"
