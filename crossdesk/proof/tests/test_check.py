"""What a checker makes of files that nobody's Crossdesk wrote: a sentence each, never a traceback."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit.refusal import Unusable
from crossdesk.proof.check import check
from crossdesk.proof.reading import LONGEST_LINE

BEGIN = {"record": "proof", "format": "crossdesk-proof/1", "for": "Sycamore Energy", "made_at": "2026-11-24"}
CASE = {"record": "case", "reference": "CP-1", "thread": "x", "summary": ""}
CHAIN = {"record": "chain", "thread": "00000000-0000-0000-0000-000000000001", "audience": "raiser", "of": 0}
HIDDEN = {"record": "hidden", "own": "00" * 32}
NOTHING = {"record": "end", "cases": 0, "chains": 0, "entries": 0}
ODD: list[Any] = [
    None, True, 0, -1, 2**64, 1.5, "",
    "00" * 32, "00" * 16, "\ud800", "é\0", [], ["00" * 32], [7], {}, {"a": {"b": [1.5]}}
]  # fmt: skip
WITH_FIELDS = [
    "public", "fingerprint", "endorsed_by", "number", "root", "previous", "thread", "of", "audience", "seq", "position",
    "kind", "happened_at", "recorded_at", "own", "facts", "erased", "body_digest", "digest", "salt", "author",
    "organisation", "words", "detail", "slot", "path", "blind", "length", "anchor", "depth", "since",
]  # fmt: skip


def written(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def refusal(content: bytes) -> str:
    with pytest.raises(Unusable) as told:
        check(io.BytesIO(content))
    return told.value.sentence


def test_an_empty_proof_holds() -> None:
    assert check(io.BytesIO(written(BEGIN, NOTHING))).cases == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n", "Line 1 is not a JSON object"),
        (b"[1]\n", "Line 1 is not a JSON object"),
        (b"[" * 100_000 + b"\n", "Line 1 is not a JSON object"),
        (b'{"record": NaN}\n', "Line 1 is not a JSON object"),
        (b'{"record": "proof", "record": "end"}\n', "Line 1 is not a JSON object"),
        (b'{"n": ' + b"9" * 5000 + b"}\n", "Line 1 is not a JSON object"),
        (b" " * (LONGEST_LINE + 9), "Line 1 is longer"),
        (written(BEGIN)[:-1], "The file breaks off in line 1"),
        (written(BEGIN), "The file breaks off before its end"),
        (written(NOTHING), "Line 1: the file does not begin"),
        (written(BEGIN, BEGIN), "Line 2: the proof is not in the format"),
        (written({**BEGIN, "format": "other/9"}), "Line 1: the proof is not in the format"),
        (written(BEGIN, {"record": "surprise"}), "Line 2: a record “surprise” is not known"),
        (written(BEGIN, {"record": 7}), "Line 2: “record” is not text"),
        (written(BEGIN, {"record": "link"}), "Line 2: it belongs to no chain"),
        (written(BEGIN, CASE, {**CHAIN, "of": True}), "Line 3: “of” is not a whole number"),
        (written(BEGIN, CASE, {**CHAIN, "of": 2**70}), "Line 3: “of” is out of range"),
        (written(BEGIN, CASE, {**CHAIN, "thread": "me"}), "Line 3: “thread” is not a thread's identifier"),
        (written(BEGIN, CASE, CHAIN, {"record": "hidden", "own": "zz"}), "Line 4: “own” is not written in"),
        (written(BEGIN, CASE, CHAIN, {"record": "hidden", "own": "00"}), "Line 4: “own” is not 32 bytes long"),
        (written(BEGIN, CASE, CHAIN, HIDDEN | {"position": 3}), "entry 1 of the raiser chain of CP-1 is missing"),
        (written(BEGIN, CASE, NOTHING), "Line 3: the proof does not hold as many"),
        (written(BEGIN, NOTHING, NOTHING), "Line 3: it stands after the end"),
    ],
)  # fmt: skip
def test_each_kind_of_wrong_file_gets_its_sentence(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


@given(st.binary(max_size=300))
def test_any_bytes_get_a_sentence(content: bytes) -> None:
    assert refusal(content)


@given(
    st.sampled_from(["key", "anchor", "case", "chain", "link", "hidden", "anchored", "end"]),
    st.lists(st.sampled_from(ODD), min_size=len(WITH_FIELDS), max_size=len(WITH_FIELDS)),
)
def test_any_types_get_a_sentence(kind: str, values: list[Any]) -> None:
    fields = dict(zip(WITH_FIELDS, values, strict=True))
    assert refusal(written(BEGIN, CASE, CHAIN, {**fields, "record": kind}))


@given(st.fixed_dictionaries({"words": st.text(), "facts": st.dictionaries(st.text(), st.text())}))
def test_a_link_of_the_right_types_that_was_made_up_gets_a_sentence(said: dict[str, Any]) -> None:
    link = {
        "record": "link", "seq": 1, "position": 1, "kind": "case.write", "happened_at": "", "recorded_at": "",
        "by_person": None, "by_party": 1, "by_desk": None, "body_digest": "00" * 32, "digest": "00" * 32,
        "erased": False, "salt": "00" * 16, "author": "", "organisation": "", "detail": {},
    }  # fmt: skip
    assert "does not fit" in refusal(written(BEGIN, CASE, CHAIN, link | said))
