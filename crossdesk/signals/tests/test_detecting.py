"""From the bytes of a feed to one fault that is proposed."""

from __future__ import annotations

import io
import random
from datetime import timedelta

import duckdb
import pytest

from crossdesk import rulebook
from crossdesk.cases.tests.cast import NOON
from crossdesk.signals import shaping
from crossdesk.signals.detecting import sides_of, statements, sums
from crossdesk.signals.models import Failing, Fault, HalfHour, Share, Side
from crossdesk.signals.sampling import Sampling, Trouble, invented, written
from crossdesk.signals.tests.conftest import BEGINS, Watched, one_fault
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs, viewing


def test_640_unknown_mpans_of_three_suppliers_are_one_fault(watched: Watched) -> None:
    calm = list(watched.sampling().calm(BEGINS, 2))
    feed = watched.read([*calm, *watched.unknown()])
    fault = one_fault()
    assert (fault.state, fault.detector, fault.side) == ("proposed", "recipient-refuses", Side.RECIPIENT)
    assert (fault.interface, fault.event, fault.code) == ("IF-031", "MSApp", "REG0000")
    assert (fault.mpans, fault.messages, fault.senders, fault.recipients) == (640, 640, 3, 1)
    assert fault.because.startswith("640 MPANs within 60 minutes, more than 100")
    assert fault.suspected == watched.here.pennine_help
    assert (feed.rejected, feed.events) == (0, len(calm) + 3 * 640)


def test_the_hundred_and_first_mpan_is_noticed(watched: Watched) -> None:
    watched.read(watched.unknown(100))
    with verbs():
        assert not Fault.objects.exists()
    watched.read(watched.unknown(101))
    assert one_fault().mpans == 101


def test_the_same_events_in_any_order_twice_and_in_parts_come_to_the_same(watched: Watched) -> None:
    events = list(watched.unknown())
    random.Random(3).shuffle(events)
    for part in (events[:700], events[500:], events[:300]):
        watched.read(part)
    fault = one_fault()
    assert (fault.mpans, fault.messages) == (640, 640)
    with verbs():
        assert HalfHour.objects.get(interface="IF-031", begins_at=BEGINS).failing == 640
        assert Entry.objects.filter(thread=fault.pk).count() == 1


def test_slowly_spread_failures_are_no_fault(watched: Watched) -> None:
    watched.read(watched.unknown(640, BEGINS - timedelta(hours=9), minutes=11 * 60))
    with verbs():
        assert not Fault.objects.exists()
        assert Failing.objects.count() == 640


def test_what_is_delivered_by_a_later_try_fails_no_more(watched: Watched) -> None:
    events = list(watched.unknown(150))
    mended = [
        event | {"Status": "Delivered", "TimeGenerated": "2026-11-24T11:50:00.000Z", "Message": "", "Reason": ""}
        for event in events
        if event["DIPStage"] == "Outbound"
    ]
    watched.read(mended)  # the news of the mending came first
    watched.read(events)
    watched.read(list(watched.sampling().calm(BEGINS, 4)))
    with verbs():
        assert Failing.objects.exclude(recovered_at=None).filter(code="REG0000").count() == 150


def test_a_fault_is_over_when_nothing_more_fails_and_the_next_one_is_another(watched: Watched) -> None:
    early = BEGINS - timedelta(hours=6)
    watched.read(watched.unknown(150, early))
    watched.read(list(watched.sampling().calm(early, 14)))
    assert one_fault().over_at is not None
    watched.read(watched.unknown(150))
    with verbs():
        assert Fault.objects.filter(over_at=None).count() == 1
        assert Fault.objects.count() == 2


def test_what_is_usual_at_this_time_of_the_week_is_no_fault(watched: Watched) -> None:
    for week in range(4, 0, -1):
        watched.read(watched.unknown(150, BEGINS - timedelta(weeks=week)))
    with verbs():
        Fault.objects.update(over_at=NOON - timedelta(days=2))
    watched.read(watched.unknown(150))
    with verbs():
        assert not Fault.objects.filter(since__gte=BEGINS).exists()
    watched.read(list(watched.unknown(1200)))
    with verbs():
        assert Fault.objects.get(since__gte=BEGINS).mpans == 1200


def test_a_flow_that_stays_away_is_missed(watched: Watched) -> None:
    for week in range(4, 0, -1):
        watched.read(list(watched.sampling(week).calm(BEGINS - timedelta(weeks=week), 2, messages=400)))
    quiet = [event for event in watched.sampling(9).calm(BEGINS, 2, messages=400) if event["Interface"] != "IF-021"]
    watched.read(quiet)
    fault = one_fault()
    assert (fault.detector, fault.interface) == ("flow-missing", "IF-021")


def test_an_endpoint_that_is_down_and_many_at_once(watched: Watched) -> None:
    down = Trouble(BEGINS, timedelta(minutes=30), kind="endpoint", mpans=60)
    watched.read(watched.sampling().trouble(down))
    fault = one_fault()
    assert (fault.detector, fault.recipient, fault.suspected) == (
        "endpoint-down",
        "2300000003",
        None,
    ) or fault.suspected
    everywhere = [
        event | {"Recipients": f"230000010{place % 7}", "RecipientMap": "", "SenderUniqueReference": f"S-{place}"}
        for place, event in enumerate(watched.sampling(4).trouble(down))
    ]
    watched.read(everywhere)
    with verbs():
        assert list(Fault.objects.filter(state="proposed").values_list("detector", flat=True)) == [
            "endpoints-everywhere"
        ]
        assert Fault.objects.get(pk=fault.pk).state == "folded"


def test_a_party_reads_its_own_messages_and_never_a_competitors(watched: Watched) -> None:
    watched.read([*watched.sampling().calm(BEGINS, 2), *watched.unknown()])
    here = watched.here
    with viewing(here.priya):
        assert set(Failing.objects.filter(code="REG0000").values_list("sender", flat=True)) == {"2300000001"}
        assert set(Share.objects.values_list("dip_id", flat=True)) == {"2300000001"}
        assert not Fault.objects.exists()
        shown = HalfHour.objects.get(interface="IF-031", begins_at=BEGINS)  # three suppliers, one recipient
        assert shown.failing >= 640
        assert not HalfHour.objects.filter(senders__lt=3).exists()
    with viewing(here.gwen):
        assert Failing.objects.filter(recipient="2200000016", code="REG0000").count() == 640
    with viewing(here.nia):
        assert Failing.objects.filter(code="REG0000").values("sender").distinct().count() == 3
        assert Fault.objects.count() == 1


def test_a_total_that_two_make_up_is_shown_to_neither(watched: Watched) -> None:
    two = Trouble(BEGINS, timedelta(minutes=30), mpans=120, suppliers=2)
    watched.read(watched.sampling(2).trouble(two))
    for one in (watched.here.priya, watched.here.hal):
        with viewing(one):
            assert not HalfHour.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "ndjson.gz", "parquet"])
def test_every_kind_of_file_comes_to_the_same(watched: Watched, kind: str) -> None:
    feed = watched.read(watched.unknown(), kind)
    assert (feed.state, feed.events, feed.rejected) == ("read", 1920, 0)
    assert one_fault().mpans == 640


def test_sums_made_by_portions_are_those_of_the_whole() -> None:
    begins = NOON - timedelta(hours=3)
    made, book, engine = Sampling(invented(7), seed=11), rulebook.packaged(), duckdb.connect()
    events = [*made.calm(begins, 6, messages=60), *made.trouble(Trouble(begins, timedelta(minutes=80), mpans=90))]
    shaping.read_text(io.BytesIO(written(events, "ndjson")), engine)
    shaping.shape(engine, book, shaping.Bounds.around(NOON, book))
    shaping.keep(engine)
    engine.execute("create temp view carried as select * from events")
    told = statements(tuple(book.detectors.values()), tuple(sorted(sides_of(book).items())), 300_000)

    def all_sums(most: int) -> tuple[list[str], list[str]]:
        parts = sorted(map(str, sums(engine, told, most)))
        return parts, sorted(map(str, engine.execute("select * from summed").fetchall()))

    whole = all_sums(10**9)
    assert len(whole[0]) > 6
    assert all_sums(1) == whole
    assert all_sums(len(events) // 3) == whole
