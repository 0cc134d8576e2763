"""A feed as it comes: what public samples get wrong is read, what is no event says why, nothing is lost."""

from __future__ import annotations

import gzip
import io
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from crossdesk import rulebook
from crossdesk.signals import shaping
from crossdesk.signals.following import take_from
from crossdesk.signals.models import Feed
from crossdesk.signals.raw import lines
from crossdesk.signals.receiving import take_in
from crossdesk.signals.sampling import mpans
from crossdesk.threads.viewer import verbs

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
[MPAN] = mpans("16", 77, 1)
ONE = {
    "TimeGenerated": "2026-11-29T09:12:00.123Z",
    "SenderDIPID": "23abcdef01",
    "Interface": "IF-036",
    "EventCode": "[MSAppActive]",
    "DIPStage": "Outbound",
    "Status": "RejectedByRecipient",
    "StatusCode": 400,
    "Message": "REG0000 - MPAN unknown",
    "MPAN": MPAN,
    "SenderUniqueReference": "S-1",
    "TransactionID": "T-1",
    "Recipient": "2200000016",
    "MessageDelayInMilliSeconds": 1200,
}


def shaped(content: bytes) -> list[dict[str, Any]]:
    engine = duckdb.connect()
    shaping.read_text(io.BytesIO(content), engine)
    shaping.shape(engine, rulebook.packaged(), shaping.Bounds.around(AT, rulebook.packaged()))
    rows: list[dict[str, Any]] = (
        engine.sql("select * from shaped order by line, recipient").to_arrow_table().to_pylist()
    )
    return rows


def one(**other: Any) -> dict[str, Any]:
    given = {name: value for name, value in (ONE | other).items() if value is not None}
    [row] = shaped(json.dumps(given).encode())
    return row


def test_an_event_is_read_as_it_is_meant() -> None:
    row = one()
    read = {name: row[name] for name in ("wrong", "interface", "event", "code", "stage", "mpan", "sender", "delay_ms")}
    assert read == {
        "wrong": "", "interface": "IF-036", "event": "MSAppActive", "code": "REG0000", "stage": 4, "mpan": MPAN,
        "sender": "23ABCDEF01", "delay_ms": 1200,
    }  # fmt: skip
    assert row["at_ms"] == int(datetime(2026, 11, 29, 9, 12, 0, 123000, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    "other",
    [
        {"Interface": None, "InterfaceID": "PUB-036"},
        {"Interface": None, "interfaceID": "if_036"},
        {"EventCode": "MSAppActive"},
        {"DIPStage": "outbound", "Status": "Rejected By Recipient"},
        {"TimeGenerated": "2026-11-29T09:12:00.123+00:00"},
        {"TimeGenerated": 1795943520123},
        {"Recipient": {"0": "2200000016"}},
        {"Recipient": None, "RecipientMap": {"Primary": [{"role": "REGS", "DIPID": "2200000016"}]}},
        {"MPAN": f"01801100{MPAN}"},
    ],
)
def test_the_known_faults_of_samples_change_nothing(other: dict[str, Any]) -> None:
    read = one(**other) | {"said": ""}
    assert read == one() | {"said": ""}


def test_a_whole_envelope_is_read_however_deep_its_blocks_lie() -> None:
    envelope = {
        "payload": {
            "CommonBlock": {
                "S0": {"InterfaceID": "IF-031", "eventCode": "[MSApp]"},
                "S1": {"senderUniqueReference": "S-9", "senderDIPID": "2300000001"},
                "A0": {"primaryRecipients": {"0": "2200000016"}},
                "M0": {"MPANCore": MPAN},
            }
        },
        "journal": {"TimeGenerated": "2026-11-29T09:12:00Z", "DIPStage": "Inbound", "Status": "GoodToGo"},
    }
    [row] = shaped(json.dumps(envelope).encode())
    assert (row["wrong"], row["interface"], row["message"], row["mpan"]) == ("", "IF-031", "S-9", MPAN)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"TimeGenerated": None}, "says no time"),
        ({"TimeGenerated": "29/11/2026 09:12"}, "its time cannot be read"),
        ({"TimeGenerated": "2027-01-01T00:00:00Z"}, "is dated in the future"),
        ({"TimeGenerated": "2026-01-01T00:00:00Z"}, "is older than events are kept"),
        ({"Interface": "D0010"}, "names no interface of the DIP"),
        ({"DIPStage": "Outbond"}, "its DIPStage is none of the journal's"),
        ({"Status": "GoodToGo"}, "its status does not belong to its DIPStage"),
        ({"SenderUniqueReference": None, "TransactionID": None}, "has neither a sender reference nor a transaction id"),
    ],
)
def test_a_line_that_is_no_event_says_why(other: dict[str, Any], why: str) -> None:
    assert one(**other)["wrong"].startswith(why)


def test_a_wrong_check_digit_takes_the_mpan_and_not_the_event() -> None:
    row = one(MPAN=MPAN[:-1] + str((int(MPAN[-1]) + 1) % 10))
    assert (row["wrong"], row["mpan"], row["mpan_given"]) == ("", "", True)


def test_a_message_to_three_counts_for_each() -> None:
    given = ONE | {"Recipient": None, "Recipients": ["2200000016", "2300000001", "2300000002"]}
    rows = shaped(json.dumps(given).encode())
    assert [row["recipient"] for row in rows] == ["2200000016", "2300000001", "2300000002"]


MANY = b"".join(json.dumps(ONE | {"SenderUniqueReference": f"S-{n}"}).encode() + b"\n" for n in range(500))


@pytest.mark.parametrize(
    "cut",
    [
        gzip.compress(MANY)[:-40],
        pa.compress(MANY, "zstd", asbytes=True)[:-40] + b"\0" * 40,
        MANY[:-20],
        b"[" + b",\n".join(MANY.splitlines())[:-20],
        b"".join(b"\xff\xfe{broken" if n == 250 else line + b"\n" for n, line in enumerate(MANY.splitlines())),
    ],
)
def test_a_damaged_file_gives_what_is_whole_and_says_where_it_ends(cut: bytes) -> None:
    found = list(lines(io.BytesIO(cut)))
    assert [line.fault for line in found if line.fault]
    assert found[-1].fault or len(found) == 499


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: pa.compress(content, "zstd", asbytes=True)])
def test_what_swells_without_end_is_left_and_says_so(pack: Callable[[bytes], bytes]) -> None:
    found = list(lines(io.BytesIO(pack(MANY + bytes(80 << 20)))))
    assert found[-1].fault.startswith("unpacks to more than 200 times its size")
    assert len([line for line in found if line.told]) == 500


def test_several_gzip_members_and_the_last_byte_are_read() -> None:
    given = gzip.compress(MANY) + gzip.compress(MANY)
    assert len(list(lines(io.BytesIO(given)))) == 1000


def test_every_line_has_one_fate() -> None:
    engine = duckdb.connect()
    content = MANY + MANY[: len(MANY) // 2] + b"\nnonsense\n{}\n" + b"[1]\n"
    shaping.read_text(io.BytesIO(content), engine)
    shaping.shape(engine, rulebook.packaged(), shaping.Bounds.around(AT, rulebook.packaged()))
    shaping.keep(engine)
    sums = shaping.summed(engine)
    assert sums.lines == sums.events + sums.repeated + sums.rejected
    assert sums.events == 500


def test_a_followed_folder_is_emptied_and_a_file_that_is_written_is_left(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSDESK_SIGNALS_FOLDER", str(tmp_path / "signals"))
    place = tmp_path / "inbox"
    place.mkdir()
    whole, growing = place / "a.ndjson", place / "b.ndjson"
    for file in (whole, growing):
        file.write_bytes(MANY)
    os.utime(whole, times=(time.time() - 60, time.time() - 60))
    assert [feed.name for feed in take_from(place, AT)] == ["a.ndjson"]
    assert sorted(each.name for each in place.iterdir()) == ["b.ndjson", "taken"]
    _, new = take_in([MANY], name="again", way=Feed.Way.PAGE, by="Nia", at=AT + timedelta(hours=1))
    assert not new
    with verbs():
        assert Feed.objects.count() == 1
