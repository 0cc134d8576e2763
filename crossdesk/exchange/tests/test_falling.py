"""What does not get through takes the next way: once, under its id, told, and known for one when both ways deliver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings

from crossdesk.access import Invalid
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.desks.models import Desk
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import falling, sending
from crossdesk.exchange.channels import Taken
from crossdesk.exchange.hearing import hear
from crossdesk.exchange.links import Link
from crossdesk.exchange.messages.message import Kind, Message, read_message
from crossdesk.exchange.models import InboxItem, OutboxItem, RawMail
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.far_side import FarSide, Reply, agreed, far_side, line_to
from crossdesk.exchange.tests.post_office import DESK, PostOffice, arrive, engaged, nominate
from crossdesk.exchange.tests.test_structured import carrying
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
AWAY: Reply = (503, {}, b"")
MAIL, PHONE = (Channel.MAIL,), (Channel.PHONE,)


@pytest.fixture
def far() -> Iterator[FarSide]:
    with far_side() as side, override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        yield side


def urgent(here: Cast, far: FarSide, priority: int, fallbacks: tuple[Channel, ...]) -> Leg:
    line_to(here, far.url, "secret", fallbacks=fallbacks)
    with verbs():
        Desk.objects.filter(pk=here.elexon_desk.pk).update(address="desk@elexon.example")
    leg = engaged(here)
    with verbs():
        Case.objects.filter(pk=leg.case_id).update(priority=priority)
    return leg


def first(leg: Leg) -> OutboxItem:
    with verbs():
        whole = ("link__line__agreement", "leg__to_desk", "leg__from_desk", "case__owner", "entry")
        return OutboxItem.objects.filter(leg=leg, link__isnull=False).select_related(*whole).earliest("pk")


def told(kind: str) -> list[str]:
    with verbs():
        return [each.body.words for each in Entry.objects.filter(kind=kind).select_related("body")]


def test_p1_goes_by_mail_after_ten_minutes_once_and_a_person_is_told(
    here: Cast, far: FarSide, office: PostOffice
) -> None:
    leg = urgent(here, far, 1, MAIL)
    far.answers.extend([AWAY] * 9)
    send_due(lambda: NOON)
    assert falling.fall_due(NOON + 9 * MINUTE) == 0
    assert falling.fall_due(NOON + 10 * MINUTE) == 1
    assert falling.fall_due(NOON + 11 * MINUTE) == 0
    send_due(lambda: NOON + 12 * MINUTE)
    letter = next(each for each in office.letters if each["To"] == "service@pennine.example")
    with verbs():
        assert OutboxItem.objects.get(kind=falling.TOLD).to_address == "desk@elexon.example"
    part = next(letter.iter_attachments())
    assert read_message(part.get_content()).id == far.heard[0].id  # whoever gets both knows them for one
    (words,) = told(falling.FELL)
    assert "503" in words
    assert "e-mail, service@pennine.example" in words
    item = first(leg)
    assert (item.state, bool(item.fell_at)) == (OutboxItem.State.STOPPED, True)
    with verbs():
        sending.taken(item, NOON + 13 * MINUTE, Taken())  # its answer was only late
    assert "the first way after all" in told(falling.LATE)[0]


def test_what_is_refused_for_good_goes_at_once_and_by_telephone_a_person_carries_it(here: Cast, far: FarSide) -> None:
    leg = urgent(here, far, 2, PHONE)
    far.answers.append((422, {}, b"no such field"))
    send_due(lambda: NOON)
    assert falling.fall_due(NOON + MINUTE) == 1
    item = first(leg)
    assert item.state == OutboxItem.State.BY_HAND
    assert "no such field" in told(falling.FELL)[0]
    assert item.last_error.startswith("To be carried by telephone")


def test_a_p3_waits_for_a_person_who_needs_one_press(here: Cast, far: FarSide) -> None:
    leg = urgent(here, far, 3, MAIL)
    far.answers.append(AWAY)
    send_due(lambda: NOON)
    assert falling.fall_due(NOON + 60 * MINUTE) == 0
    page, address = at_browser(here.nia), f"/messages/out/{first(leg).pk}/"
    assert "Take the agreed fallback" in page.get(address).content.decode()
    done = page.post(f"{address}deciding", {"decision": "fallback"}, follow=True).content.decode()
    assert "It goes by e-mail, service@pennine.example now, once." in done
    assert "Take the agreed fallback" not in done
    with pytest.raises(Invalid, match="once for each message"):
        falling.fall(first(leg), by=here.nia, at=NOON)


def test_without_a_way_that_can_be_gone_a_person_is_told_whom_to_ring(here: Cast, far: FarSide) -> None:
    urgent(here, far, 1, ())
    far.answers.append(AWAY)
    send_due(lambda: NOON)
    assert falling.fall_due(NOON + 10 * MINUTE) == 1
    assert "no telephone number is known" in told(falling.FELL)[0]


def raised(here: Cast) -> Message:
    return Message.model_validate(
        {
            "id": "sycamore-0000001", "link": "S.1", "kind": Kind.RAISE, "seq": 1, "occurred_at": NOON,
            "to": {"party": "Elexon", "desk": "Elexon Service Desk"}, "our_number": "SYC-1",
            "about": {"title": "Loads fail", "description": "Since noon.", "query_type": "missing-mpan-data"},
        }
    )  # fmt: skip


def by_machine(here: Cast, said: Message) -> str:
    return hear(said.encoded(), party=here.sycamore, key="theirs", at=NOON + MINUTE).fate


@pytest.mark.parametrize("letter_first", [True, False])
def test_both_ways_delivered_it_and_it_is_one_case(here: Cast, letter_first: bool) -> None:
    ways = Ways(channel=Channel.CROSSDESK, endpoint="https://crossdesk.sycamore.example", fallbacks=MAIL)
    agreed(here.sycamore, here.elexon, None, ways)
    nominate(here.sycamore, "ops@sycamore.example")
    said = raised(here)
    if not letter_first:
        assert by_machine(here, said) == "applied"
    mail = arrive(carrying(said, DESK, sender="ops@sycamore.example"), DESK)
    assert mail.fate == (RawMail.Fate.FILED if letter_first else RawMail.Fate.IGNORED)
    if letter_first:
        assert by_machine(here, said) == "set_aside"
        update = said.model_copy(update={"id": "sycamore-0000002", "seq": 2, "after": 1, "kind": Kind.UPDATE})
        assert by_machine(here, update.model_copy(update={"words": "More.", "about": None})) == "applied"
    with verbs():
        assert Case.objects.count() == 1
        assert Link.objects.get().case == Case.objects.get()
        assert InboxItem.objects.exclude(case=None).exists()
