"""A proof taken away: what is in it for whom, that it holds, and that each kind of tampering is named."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crossdesk.cases import triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.proof import proof_of, proof_of_all
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.kit.refusal import Unusable
from crossdesk.proof.check import Report, check
from crossdesk.threads import keys
from crossdesk.threads.anchoring import anchor
from crossdesk.threads.models import AnchorKey
from crossdesk.threads.viewer import Viewer, verbs

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Record = dict[str, Any]


@pytest.fixture(autouse=True)
def key_file(settings: Any, tmp_path: Path) -> None:
    settings.ANCHOR_KEY = str(tmp_path / "anchor-key.pem")


@pytest.fixture
def here() -> Cast:
    return cast()


def shared(here: Cast) -> Case:
    """Sycamore's case, on which Pennine was given the second of three entries between Sycamore and Elexon."""
    case = here.case("Summary")
    triage.take(case, by=here.nia, at=NOON)
    told = writing.write(case, to="raiser", words="shared on", by=here.nia, at=NOON)
    writing.write(case, to="raiser", words="between the two of us", by=here.nia, at=NOON)
    engage(case, here.pennine_help, Engagement("ask", "because", entries=[told.pk]), by=here.nia, at=NOON)
    writing.write(case, to="internal", words="Elexon thinks aloud", by=here.nia, at=NOON)
    anchor(NOON)
    return case


def taken(case: Case, viewer: Viewer) -> bytes:
    return b"".join(proof_of(case, viewer, NOON))


def checked(content: bytes, trusted: str = "") -> Report:
    return check(io.BytesIO(content), trusted)


def test_every_reader_takes_their_own_words_and_nothing_else(here: Cast) -> None:
    case = shared(here)
    words = ["shared on", "between the two of us", "Elexon thinks aloud", "ask\\n\\nbecause"]
    held = {
        viewer.name.split()[0]: [text for text in words if text in taken(case, viewer).decode()]
        for viewer in (here.nia, here.priya, here.gwen, here.hal)
    }
    assert held == {"Nia": words, "Priya": words[:2], "Gwen": [words[0], words[3]], "Hal": []}


def test_each_proof_holds_and_everything_in_it_is_anchored(here: Cast) -> None:
    case = shared(here)
    for viewer in (here.nia, here.priya, here.gwen):
        report = checked(taken(case, viewer))
        assert (report.reader, report.cases, report.newer, report.anchors) == (viewer.party_name, 1, 0, 1)


def test_a_chain_with_gaps_still_leads_to_its_anchor_and_tells_nothing_of_them(here: Cast) -> None:
    case = shared(here)
    content = taken(case, here.gwen)
    hidden = [record for record in map(json.loads, content.splitlines()) if record["record"] == "hidden"]
    assert checked(content).hidden == len(hidden) > 1
    assert {key for record in hidden for key in record} == {"record", "position", "own"}


def test_what_came_after_the_anchor_is_not_shown_to_a_reader_of_less(here: Cast) -> None:
    case = shared(here)
    before = checked(taken(case, here.gwen)).hidden
    writing.write(case, to="raiser", words="later", by=here.nia, at=NOON)
    anchor(NOON + DAY)
    assert checked(taken(case, here.gwen)).hidden == before


def test_what_is_newer_than_the_anchor_is_counted(here: Cast) -> None:
    case = shared(here)
    writing.write(case, to="raiser", words="later", by=here.nia, at=NOON)
    assert checked(taken(case, here.priya)).newer == 1
    anchor(NOON + DAY)
    assert checked(taken(case, here.priya)).newer == 0


def test_a_party_takes_all_its_cases(here: Cast) -> None:
    shared(here)
    here.case("Another")
    report = checked(b"".join(proof_of_all(here.priya, NOON)))
    assert (report.cases, report.reader) == (2, "Sycamore Energy")
    assert checked(b"".join(proof_of_all(here.hal, NOON))).cases == 0


def with_change(content: bytes, kind: str, change: Callable[[Record], None]) -> bytes:
    """The last record of a kind, changed."""
    records = [json.loads(line) for line in content.splitlines()]
    change([record for record in records if record["record"] == kind][-1])
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def without(content: bytes, kind: str) -> bytes:
    return b"".join(line + b"\n" for line in content.splitlines() if json.loads(line)["record"] != kind)


@pytest.mark.parametrize(
    ("kind", "change", "sentence"),
    [
        ("link", {"words": "something else"}, "of the raiser chain of {case} does not fit: its words were changed"),
        ("link", {"author": "Somebody else"}, "its words were changed"),
        ("link", {"happened_at": "2020-01-01T00:00:00.000000+00:00"}, "its record was changed, or one before it"),
        ("link", {"facts": {"to": 1}}, "its record was changed, or one before it"),
        ("link", {"digest": "00" * 32}, "its record was changed, or one before it"),
        ("link", {"erased": True}, "were erased and no entry says why"),
        ("anchored", {"blind": "00" * 32}, "it is not what was anchored on 2026-11-24"),
        ("anchored", {"path": []}, "it is not what was anchored on 2026-11-24"),
        ("anchored", {"anchor": 2}, "it names an anchor that the file does not hold"),
        ("anchor", {"root": "00" * 32}, "the anchor of 2026-11-24 is not signed by its key"),
        ("anchor", {"number": 2}, "does not follow from the one before it"),
        ("key", {"public": "00" * 32}, "the key does not match its fingerprint"),
        ("end", {"entries": 99}, "does not hold as many"),
    ],
)
def test_each_change_is_named(here: Cast, kind: str, change: Record, sentence: str) -> None:
    case = shared(here)
    content = with_change(taken(case, here.priya), kind, lambda record: record.update(change))
    with pytest.raises(Unusable) as told:
        checked(content)
    assert sentence.format(case=case) in told.value.sentence


def test_a_missing_entry_is_named(here: Cast) -> None:
    case = shared(here)
    lines = taken(case, here.priya).splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if json.loads(line)["record"] == "link")
    with pytest.raises(Unusable, match=r"entry 1 of the raiser chain of .* is missing"):
        checked(b"".join(lines[:first] + lines[first + 1 :]))


def test_a_proof_leads_to_a_trusted_key_or_says_that_it_does_not(here: Cast) -> None:
    case = shared(here)
    with verbs():
        first = AnchorKey.objects.get().fingerprint
        keys.rotate(NOON)
        keys.finish_rotation()
    anchor(NOON + DAY)
    content = taken(case, here.priya)
    assert checked(content, first).anchors == 2
    with pytest.raises(Unusable, match="not signed by that key"):
        checked(content, Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex())


def test_without_an_anchor_no_key_vouches(here: Cast) -> None:
    content = taken(here.case(), here.priya)
    assert checked(content).last is None
    with pytest.raises(Unusable, match="Nothing in this proof is anchored"):
        checked(content, "00")
