"""Two machines that answer each other: what leaves is held, told once, and let go on by a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import override_settings

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.exchange import settling
from crossdesk.exchange.hearing import hear
from crossdesk.exchange.messages.message import Kind, Message
from crossdesk.exchange.models import Brake, OutboxItem
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.far_side import FarSide, far_side, line_to
from crossdesk.exchange.tests.post_office import DESK, arrive, engaged, post_office, written
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def far() -> Iterator[FarSide]:
    with far_side() as side, override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        yield side


def send(after: timedelta) -> int:
    return send_due(lambda: NOON + after)


def answers(here: Cast, leg: Leg, seq: int, after: timedelta) -> None:
    """Their machine answers ours."""
    with verbs():
        token = Leg.objects.get(pk=leg.pk).link.token
    told = {"id": f"there-{seq:06}", "link": token, "kind": Kind.UPDATE, "seq": seq, "after": seq - 1, "words": "Yes."}
    said = Message.model_validate({**told, "occurred_at": NOON, "our_number": "PG-77"})
    assert hear(said.encoded(), party=here.pennine, key="Their desk", at=NOON + after).fate == "applied"


def talk(here: Cast, leg: Leg, times: int, *, heard: bool = True, apart: timedelta = SECOND) -> None:
    for number in range(1, times + 1):
        leg_work.update(leg, by=here.nia, at=NOON + number * apart, words=f"Number {number}.")
        send(number * apart)
        if heard:
            answers(here, leg, number, number * apart)


def told(kind: str) -> list[Entry]:
    with verbs():
        return list(Entry.objects.filter(kind=kind).select_related("body"))


def page(viewer: Viewer, address: str) -> str:
    return at_browser(viewer).get(address).content.decode()


def waiting() -> list[OutboxItem]:
    with verbs():
        return list(OutboxItem.objects.filter(state__in=OutboxItem.UNSENT).order_by("number"))


def test_answering_each_other_holds_the_leg_and_a_person_lets_it_go_on(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    leg, other = engaged(here), engaged(here, here.case("Another"))
    send(timedelta())
    talk(here, leg, 15)
    assert len(far.heard) == 14  # both engagements, and twelve messages
    assert [each.attempts for each in waiting()] == [0, 0, 0]
    assert send(2 * HOUR) == 0
    (entry,) = told("exchange.hold")
    assert "Ask them which rule of their tool answers" in entry.body.words
    assert entry.audience == "internal"  # the far desk is not told of it
    leg_work.update(other, by=here.nia, at=NOON + SECOND, words="Apart.")
    assert send(HOUR) == 1  # no other leg waits
    held = waiting()[0]
    with pytest.raises(NotAllowed):
        settling.let_go(held, by=here.gwen, at=NOON + HOUR)
    address = f"/messages/out/{held.pk}/"
    assert address in page(here.nia, "/messages/")
    assert "Let it go on" in page(here.nia, address)
    assert address not in page(here.gwen, "/messages/")
    settling.let_go(held, by=here.nia, at=NOON + HOUR)
    with pytest.raises(Invalid, match="held here any more"):
        settling.let_go(held, by=here.nia, at=NOON + HOUR)
    assert send(HOUR + SECOND) == 3
    assert [each.seq for each in far.heard if each.link == far.heard[0].link] == list(range(1, 17))
    with verbs():
        assert not Leg.objects.get(pk=leg.pk).undeliverable
        assert Brake.objects.get().let_go_by.startswith("Nia")


@pytest.mark.parametrize(("heard", "apart"), [(False, SECOND), (True, timedelta(minutes=4))])
def test_who_only_writes_much_or_answers_slowly_is_not_held(
    here: Cast, far: FarSide, heard: bool, apart: timedelta
) -> None:
    line_to(here, far.url, "secret")
    leg = engaged(here)
    send(timedelta())
    talk(here, leg, 15, heard=heard, apart=apart)
    assert not waiting()
    assert not told("exchange.hold")


@pytest.mark.parametrize("by_hand", [False, True])
def test_letters_between_machines_are_held_as_well_and_those_of_a_person_are_not(here: Cast, by_hand: bool) -> None:
    writes = here.nia if by_hand else replace(here.nia, person=None)  # as a program with a key of the desk writes
    with post_office() as office, override_settings(SMTP_URL=office.url):
        leg = engaged(here)
        send(timedelta())
        for number in range(15):
            reply = str(office.letters[0]["Reply-To"])
            subject = f"Incident INC00{number} updated"
            arrive(
                written(
                    "service@pennine.example", reply, subject, f"Updated {number}.", Auto_Submitted="auto-generated"
                ),
                DESK,
            )
            leg_work.update(leg, by=writes, at=NOON + 11 * timedelta(minutes=1), words=f"Number {number}.")
            send(timedelta(minutes=11))
        if by_hand:
            assert not waiting()
            return
        assert len(office.letters) == 13
        (held, *_), whole = waiting(), f"/mail/cases/{leg.case.reference}/"
        assert f"/mail/out/{held.pk}/going-on" in page(here.nia, whole)
        settling.let_go(held, by=here.nia, at=NOON + timedelta(minutes=12))
        assert send(timedelta(minutes=12)) == 3
