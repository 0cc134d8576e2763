"""Messages on their pages: found by any reference, decided about with a reason, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings

from crossdesk.cases import leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.exchange.hearing import hear
from crossdesk.exchange.messages.message import Kind, Message
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.far_side import FarSide, far_side, line_to
from crossdesk.exchange.tests.post_office import engaged
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Cast:
    return cast()


@pytest.fixture
def far() -> Iterator[FarSide]:
    with far_side() as side, override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        yield side


def read(viewer: Viewer, address: str) -> str:
    answer = at_browser(viewer).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def sent(viewer: Viewer, address: str, **words: str) -> tuple[int, str]:
    answer = at_browser(viewer).post(address, words, follow=True)
    return answer.status_code, answer.content.decode()


def dead(here: Cast, far: FarSide) -> str:
    line_to(here, far.url, "secret")
    engaged(here)
    far.answers.append((422, {}, b'{"detail": "Name the meter."}'))
    send_due(lambda: NOON)
    with verbs():
        return f"/messages/out/{OutboxItem.objects.get().pk}/"


def refused(here: Cast) -> tuple[str, Leg]:
    line_to(here, "https://pennine.example", "secret")
    leg = engaged(here)
    with verbs():
        token = Leg.objects.get(pk=leg.pk).link.token
    leg_work.withdraw(leg, by=here.nia, at=NOON, why="Found it.")
    said = Message(
        id="there-000001", link=token, kind=Kind.UPDATE, seq=1, occurred_at=NOON, words="We saw it too.",
        our_number="PG-77",
    )  # fmt: skip
    hear(said.encoded(), party=here.pennine, key="Their desk", at=NOON + timedelta(minutes=1))
    with verbs():
        return f"/messages/in/{InboxItem.objects.get().pk}/", leg


def test_an_empty_page_teaches(here: Cast) -> None:
    assert "Every message got through" in read(here.nia, "/messages/")
    assert "reached by a machine" in read(here.nia, "/messages/?show=latest")


def test_one_that_cannot_be_delivered_shows_its_cause_and_is_settled(here: Cast, far: FarSide) -> None:
    address = dead(here, far)
    assert address in read(here.nia, "/messages/")
    page = read(here.nia, address)
    assert "Name the meter." in page
    assert "Please check the registrations." in page
    assert sent(here.nia, f"{address}deciding", decision="settle", why="")[0] == 422
    assert "Settled by hand" in sent(here.nia, f"{address}deciding", decision="settle", why="By telephone.")[1]
    assert "Every message got through" in read(here.nia, "/messages/")
    assert sent(here.nia, f"{address}deciding", decision="settle", why="Again.")[0] == 422


def test_it_leaves_again_or_as_a_letter(here: Cast, far: FarSide) -> None:
    address = dead(here, far)
    assert "leaves again" in sent(here.nia, f"{address}deciding", decision="again")[1]
    assert sent(here.nia, f"{address}deciding", decision="by mail")[0] == 422


def test_it_is_carried_by_hand_instead(here: Cast, far: FarSide) -> None:
    one = dead(here, far)
    status, page = sent(here.nia, f"{one}deciding", decision="by hand")
    assert status == 200
    with verbs():
        item = OutboxItem.objects.select_related("leg__case").get()
        address = f"/cases/{item.leg.case}/legs/{item.leg.number}/pack" if item.leg else ""
    assert address in page
    assert "did not get through" in read(here.nia, address)
    status, page = sent(here.nia, f"/queue/by-hand/{item.pk}", number="INC7")
    assert "Carried by hand to" in page
    with verbs():
        assert OutboxItem.objects.get().handled_by
        assert Leg.objects.get().their_reference == "INC7"


def test_what_could_not_be_applied_is_noted_or_set_aside(here: Cast) -> None:
    address, leg = refused(here)
    assert "We saw it too." in read(here.nia, address)
    assert sent(here.nia, f"{address}deciding", decision="apply")[0] == 422
    assert "stand on the case" in sent(here.nia, f"{address}deciding", decision="note")[1]
    assert "We saw it too." in read(here.nia, f"/cases/{leg.case.reference}/")


@pytest.mark.parametrize("reference", ["PG-77", "pg-77", "there-000001"])
def test_found_by_any_partys_reference(here: Cast, reference: str) -> None:
    address, leg = refused(here)
    assert address in read(here.nia, f"/messages/?q={reference}") or reference == "there-000001"
    assert leg.case.reference in read(here.nia, f"/messages/?q={leg.case.reference}")
    assert "Nothing under" in read(here.nia, "/messages/?q=nonsense")


def test_a_message_is_its_desks_alone(here: Cast, far: FarSide) -> None:
    address = dead(here, far)
    for other in (here.gwen, here.hal, here.priya):
        assert at_browser(other).get(address).status_code == 404
        assert at_browser(other).get(f"{address}raw").status_code == 404
        assert sent(other, f"{address}deciding", decision="settle", why="x")[0] == 404
        assert address not in at_browser(other).get("/messages/").content.decode()


def test_the_raw_bytes_are_a_download(here: Cast, far: FarSide) -> None:
    answer = at_browser(here.nia).get(f"{dead(here, far)}raw")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content == far.bodies[0]


def test_many_messages_cost_no_more_questions(here: Cast, far: FarSide, django_assert_max_num_queries: object) -> None:
    line_to(here, far.url, "secret")
    for number in range(6):
        engaged(here, here.case(f"Case {number}"))
    send_due(lambda: NOON)
    browser = at_browser(here.nia)
    browser.get("/messages/?show=latest")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert browser.get("/messages/?show=latest").status_code == 200


def test_what_waits_for_a_credential_is_told_with_what_to_do(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    engaged(here)
    far.answers.append((401, {}, b"no such key"))
    send_due(lambda: NOON)
    with verbs():
        item = OutboxItem.objects.get()
    every, one = read(here.nia, "/messages/"), read(here.nia, f"/messages/out/{item.pk}/")
    assert "waits, the line is paused" in every
    assert "Keep a new credential on its page" in every
    assert "Get a new one from Pennine Grid" in one
    assert far.heard
