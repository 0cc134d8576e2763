from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.parties.founding import found_party
from crossdesk.parties.models import MarketRole, Party
from crossdesk.signals.digesting import digest_waiting
from crossdesk.signals.models import Fault, Feed
from crossdesk.signals.receiving import take_in
from crossdesk.signals.sampling import Event, Market, Participant, Sampling, Trouble, written
from crossdesk.threads.viewer import verbs

BEGINS = NOON - timedelta(hours=2)


@dataclass
class Watched:
    """The known cast, with the ids under which they stand in the journal."""

    here: Cast
    meridian: Party
    market: Market

    def sampling(self, seed: int = 1) -> Sampling:
        return Sampling(self.market, seed)

    def read(self, events: list[Event] | Iterator[Event], kind: str = "ndjson", at: datetime = NOON) -> Feed:
        return self.given(written(events, kind), at)

    def given(self, content: bytes, at: datetime = NOON) -> Feed:
        feed, _ = take_in([content], name="journal", way=Feed.Way.FILE, by="Nia Bevan", at=at)
        digest_waiting(at)
        with verbs():
            feed.refresh_from_db()
        return feed

    def unknown(self, mpans: int = 640, begins: datetime = BEGINS, minutes: int = 30) -> Iterator[Event]:
        return self.sampling(7).trouble(Trouble(begins, timedelta(minutes=minutes), mpans=mpans))


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSDESK_SIGNALS_FOLDER", str(tmp_path / "signals"))


@pytest.fixture
def watched(db: None) -> Watched:
    return watch()


def watch() -> Watched:
    here = cast()
    with verbs():
        meridian = found_party("Meridian Power", roles=["supplier"])
        ids = {
            here.sycamore: "2300000001",
            here.harrier: "2300000002",
            meridian: "2300000003",
            here.pennine: "2200000016",
        }
        for party, dip_id in ids.items():
            MarketRole.objects.filter(party=party).update(dip_id=dip_id)
    suppliers = tuple(Participant(ids[party], "SUP") for party in (here.sycamore, here.harrier, meridian))
    others = tuple(Participant(f"140000000{n}", "SDS") for n in range(1, 4))
    metering = tuple(Participant(f"120000000{n}", "MSS") for n in range(1, 4))
    return Watched(here, meridian, Market(suppliers, Participant(ids[here.pennine], "REGS"), others, metering))


def one_fault() -> Fault:
    with verbs():
        return Fault.objects.select_related("desk__owner", "suspected", "joins", "case").get()
