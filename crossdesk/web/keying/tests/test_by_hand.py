"""A desk reached through its own portal or by telephone: full citizens, with the same leg, clocks and audit."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from crossdesk.access import Invalid
from crossdesk.cases import evidence, leg_work, references, triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Standing
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.desks.agreements import Said
from crossdesk.desks.tests.terms import signing
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import by_hand
from crossdesk.exchange.by_hand import Carried
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.outbox import put
from crossdesk.exchange.sending import send_due, taken
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs
from crossdesk.web.mail.tests.test_mail_pages import browser, page

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=5)


@pytest.fixture
def here() -> Cast:
    return cast()


def reached(here: Cast, channel: Channel = Channel.PORTAL, **more: Any) -> Leg:
    """Elexon's desk engages Pennine's service desk, which agreed on being reached by hand."""
    ways = Ways(channel=channel, endpoint="https://portal.pennine.example/new", **more)
    sign = signing(here)
    sign.accepted(sign.proposed(Said(acknowledge=timedelta(minutes=30), ways=ways), desk=here.pennine_service))
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    with verbs():
        log = evidence.add(case, "log.txt", [b"timeout"], by=here.nia, at=NOON)
    what = Engagement(ask="Check the registrations.", outside_because="All was delivered.", evidence=(log.pk,))
    return engage(case, here.pennine_service, what, by=here.nia, at=NOON)


def only(leg: Leg) -> OutboxItem:
    with verbs():
        return OutboxItem.objects.get(leg=leg, state=OutboxItem.State.BY_HAND)


def carry(here: Cast, leg: Leg, **said: Any) -> None:
    by_hand.carried(only(leg), Carried(**said), by=here.nia, at=SOON)


def stage(leg: Leg) -> str:
    with verbs():
        return Leg.objects.get(pk=leg.pk).stage


def test_no_worker_sends_it_and_it_stands_with_the_desk_as_its_own_to_do(here: Cast) -> None:
    leg = reached(here)
    assert send_due(lambda: SOON) == 0
    assert (only(leg).state, stage(leg)) == ("by_hand", LegStage.SENDING)
    with verbs():
        ours = Standing.objects.get(case=leg.case, seat=here.elexon_desk.seat_id)
    assert (ours.ball, ours.next_what) == ("us", f"key it into the portal of {here.pennine_service}")
    assert ours.next_by == NOON + timedelta(minutes=30)


def test_a_letter_about_the_leg_to_our_own_people_does_not_deliver_it(here: Cast) -> None:
    leg = reached(here)
    with verbs():
        entry = Entry.objects.get(thread=leg.case_id, kind="leg.engage")
        ours = here.elexon_desk.seat_id
        put(entry, "escalated", leg.case, "lead@elexon.example", ours, leg=leg)
        item = OutboxItem.objects.select_related("leg__from_desk", "leg__to_desk", "leg__case").get(kind="escalated")
        taken(item, SOON, None)
    assert stage(leg) == LegStage.SENDING


def test_the_pack_is_found_from_the_case_and_copied_from(here: Cast) -> None:
    leg = reached(here)
    nia, case = browser(here.nia), f"/cases/{leg.case}/"
    assert f"{case}legs/1/pack" in page(nia, case)
    listed = page(nia, "/queue/by-hand")
    assert f"{case}legs/1/pack" in listed
    shown = page(nia, f"{case}legs/1/pack")
    for told in (
        "Check the registrations.",
        "All was delivered.",
        leg.case.summary,
        "log.txt",
        "portal.pennine.example",
    ):
        assert told in shown
    assert shown.count("data-copy=") >= 5
    answer = nia.post(f"{case}legs/1/pack/files")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.namelist() == ["case.json", "case.txt", "files/01-log.txt"]
    assert archive.read("files/01-log.txt") == b"timeout"
    assert json.loads(archive.read("case.json"))[0]["case"]["title"] == leg.case.summary


def test_their_number_acknowledges_the_leg_and_says_who_keyed_it_in(here: Cast) -> None:
    leg = reached(here)
    nia = browser(here.nia)
    assert nia.post(f"/queue/by-hand/{only(leg).pk}", {"number": "INC0042", "words": ""}).status_code == 302
    with verbs():
        leg = Leg.objects.select_related("case").get(pk=leg.pk)
        item = OutboxItem.objects.get(leg=leg)
    assert (leg.stage, leg.their_reference) == (LegStage.ACKNOWLEDGED, "INC0042")
    assert (item.state, item.handled_by) == ("sent", "Nia Bevan, Elexon")
    shown = page(nia, f"/cases/{leg.case}/legs/1/pack")
    assert "Nothing waits to be told." in shown
    assert "Nia Bevan, Elexon" in shown
    assert "Nothing waits to be carried." in page(nia, "/queue/by-hand")


def test_without_a_number_it_is_delivered_and_not_acknowledged(here: Cast) -> None:
    leg = reached(here)
    carry(here, leg)
    assert stage(leg) == LegStage.DELIVERED


def test_a_call_says_with_whom_and_when_and_stands_on_the_leg(here: Cast) -> None:
    leg = reached(here, Channel.PHONE)
    nia, item = browser(here.nia), only(leg)
    refused = nia.post(f"/queue/by-hand/{item.pk}", {"spoke_with": "Ann Hill", "words": "They look at it."})
    assert refused.status_code == 422
    assert "Say when you spoke with them" in refused.content.decode()
    assert "They look at it." in refused.content.decode()
    carry(here, leg, spoke_with="Ann Hill", said_at=NOON + timedelta(minutes=2), words="They look at it.")
    assert stage(leg) == LegStage.ACKNOWLEDGED
    with verbs():
        told = Entry.objects.select_related("body").get(thread=leg.case_id, kind="leg.acknowledge")
        assert OutboxItem.objects.filter(leg=leg, state=OutboxItem.State.BY_HAND).count() == 0
    assert "Ann Hill of Pennine Grid service desk by telephone" in told.body.words
    assert "They look at it." in told.body.words


def test_messages_are_carried_in_their_order_and_each_once(here: Cast) -> None:
    leg = reached(here)
    leg_work.update(leg, by=here.nia, at=NOON, words="Any news?")
    with verbs():
        first, second = OutboxItem.objects.filter(leg=leg).order_by("number")
    with pytest.raises(Invalid, match="in order"):
        by_hand.carried(second, Carried(), by=here.nia, at=SOON)
    by_hand.carried(first, Carried(number="INC1"), by=here.nia, at=SOON)
    with pytest.raises(Invalid, match="by Nia Bevan"):
        by_hand.carried(first, Carried(), by=here.nia, at=SOON)
    by_hand.carried(second, Carried(words="Ticket updated"), by=here.nia, at=SOON)
    with verbs():
        assert not OutboxItem.objects.filter(leg=leg).exclude(state="sent").exists()


def test_what_ends_a_leg_is_still_carried_and_recorded(here: Cast) -> None:
    leg = reached(here)
    carry(here, leg, number="INC1")
    with verbs():
        leg.refresh_from_db()
    leg_work.withdraw(leg, by=here.nia, at=SOON, why="It was ours")
    item = only(leg)
    by_hand.carried(item, Carried(), by=here.nia, at=SOON)
    assert "portal of Pennine" in page(browser(here.nia), f"/cases/{leg.case}/legs/1/pack")


def test_one_may_be_left_out_with_a_reason_but_not_the_first(here: Cast) -> None:
    leg = reached(here)
    with pytest.raises(Invalid, match="tell them first"):
        by_hand.not_needed(only(leg), why="Later", by=here.nia, at=SOON)
    carry(here, leg, number="INC1")
    leg_work.update(leg, by=here.nia, at=NOON, words="As we said on the call")
    nia, item = browser(here.nia), only(leg)
    assert nia.post(f"/queue/by-hand/{item.pk}/not-needed", {"why": ""}).status_code == 422
    assert nia.post(f"/queue/by-hand/{item.pk}/not-needed", {"why": "Said on the call"}).status_code == 302
    assert "Said on the call" in page(nia, f"/cases/{leg.case}/legs/1/pack")


def test_a_pack_with_a_list_is_opened_by_a_button(here: Cast) -> None:
    sign = signing(here)
    ways = Ways(channel=Channel.PORTAL, endpoint="https://portal.pennine.example/")
    sign.accepted(sign.proposed(Said(ways=ways), desk=here.pennine_service))
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    with verbs():
        listed = references.add_list(case, [b"2000000000000\n"], "mpan", by=here.nia, at=NOON)
    what = Engagement(ask="Check.", outside_because="Yours.", reference_sets=(listed.pk,))
    engage(case, here.pennine_service, what, by=here.nia, at=NOON)
    nia, address = browser(here.nia), f"/cases/{case}/legs/1/pack"
    closed = page(nia, address)
    assert "Opening it leaves an entry" in closed
    assert "data-copy" not in closed
    assert nia.post(address).status_code == 302
    assert "Check." in page(nia, address)


def test_nobody_else_sees_that_anything_waits(here: Cast) -> None:
    leg = reached(here)
    item = only(leg)
    for viewer in (here.gwen, here.priya):
        other = browser(viewer)
        assert other.get(f"/cases/{leg.case}/legs/1/pack").status_code == 404
        assert other.post(f"/cases/{leg.case}/legs/1/pack/files").status_code == 404
        assert other.post(f"/queue/by-hand/{item.pk}", {"number": "INC1"}).status_code == 404
        assert str(leg.case) not in other.get("/queue/by-hand").content.decode()
    assert only(leg).handled_by == ""


def test_the_list_asks_a_fixed_number_of_questions(
    here: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    leg = reached(here)
    for words in ("One", "Two", "Three"):
        leg_work.update(leg, by=here.nia, at=NOON, words=words)
    nia: Client = browser(here.nia)
    nia.get("/queue/by-hand")
    with django_assert_max_num_queries(14):
        nia.get("/queue/by-hand")
