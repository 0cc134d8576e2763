"""A letter that came back for good takes the agreed way instead: by itself where it is urgent, else by one press."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Invalid
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.desks.models import Desk
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import by_hand, falling, sending
from crossdesk.exchange.by_hand import Carried
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.far_side import agreed
from crossdesk.exchange.tests.post_office import PostOffice, arrive, engaged, written
from crossdesk.exchange.tests.test_falling import told
from crossdesk.threads.viewer import verbs
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db
PHONE = "+44 20 7946 0000"


def sent(here: Cast, office: PostOffice, priority: int, *fallbacks: Channel) -> Leg:
    """Its desk works from a mailbox, and the first letter left."""
    agreed(here.pennine, here.elexon, here.pennine_service, Ways(fallbacks=fallbacks))
    with verbs():
        Desk.objects.filter(pk=here.pennine_service.pk).update(telephone=PHONE)
        here.pennine_service.refresh_from_db()
    leg = engaged(here)
    with verbs():
        Case.objects.filter(pk=leg.case_id).update(priority=priority)
    assert send_due(lambda: NOON) == 1
    return leg


def came_back(office: PostOffice) -> None:
    ours = office.envelopes[-1]
    report = f"Final-Recipient: rfc822; {ours.envelope_to[0]}\nAction: failed\nStatus: 5.1.1\n"
    words = f"It could not be delivered.\n\n{report}"
    to, headers = ours.envelope_from or "", {"X_Failed_Recipients": ours.envelope_to[0]}
    arrive(written("MAILER-DAEMON@mx.pennine.example", to, "Undelivered Mail", words, **headers), to, envelope_from="")


def items(leg: Leg) -> list[OutboxItem]:
    with verbs():
        whole = ("leg__to_desk", "leg__from_desk", "instead_of", "link", "case")
        return list(OutboxItem.objects.filter(leg=leg).exclude(kind=falling.TOLD).select_related(*whole).order_by("pk"))


def test_a_p1_letter_that_came_back_waits_at_once_for_somebody_who_rings(here: Cast, office: PostOffice) -> None:
    leg = sent(here, office, 1, Channel.PHONE)
    came_back(office)
    letter, carrying = items(leg)
    assert (letter.state, bool(letter.fell_at)) == (OutboxItem.State.DEAD, True)
    assert (carrying.state, carrying.instead_of_id, carrying.said_as) == ("by_hand", letter.pk, letter.said_as)
    assert f"It goes by telephone, {PHONE} now" in told(falling.FELL)[0]
    assert falling.fall_due(NOON + timedelta(minutes=20)) == 0
    with pytest.raises(Invalid, match="another way already"):
        sending.send_again(letter, by=here.nia, at=NOON)
    page = at_browser(here.nia)
    assert "a letter came back" in page.get("/queue/by-hand").content.decode()
    pack = page.get(f"/cases/{leg.case}/legs/{leg.number}/pack").content.decode()
    assert "Please check the registrations." in pack
    assert "what stands here did not get through" in pack
    by_hand.carried(carrying, Carried(number="PG-7", words="We look."), by=here.nia, at=NOON + timedelta(minutes=30))
    with verbs():
        leg.refresh_from_db()
    assert (leg.stage, leg.their_reference) == (LegStage.ACKNOWLEDGED, "PG-7")
    assert [each.state for each in items(leg)] == ["dead", "sent"]  # nothing is written to them once more


def test_a_p3_letter_that_came_back_takes_it_by_one_press(here: Cast, office: PostOffice) -> None:
    leg = sent(here, office, 3, Channel.PORTAL)
    came_back(office)
    assert falling.fall_due(NOON + timedelta(minutes=20)) == 0
    page, (letter,) = at_browser(here.nia), items(leg)
    assert "The agreement names another way: their portal, by hand." in page.get("/mail/").content.decode()
    done = page.post(f"/mail/out/{letter.pk}/falling", follow=True).content.decode()
    assert "It goes by their portal, by hand now, once." in done
    assert [each.state for each in items(leg)] == ["dead", "by_hand"]
    assert "Take the agreed fallback" not in page.get("/mail/").content.decode()


def test_without_an_agreed_way_it_stays_with_whoever_sent_it(here: Cast, office: PostOffice) -> None:
    leg = sent(here, office, 1)
    came_back(office)
    (letter,) = items(leg)
    assert (letter.state, letter.fell_at, told(falling.FELL)) == (OutboxItem.State.DEAD, None, [])
