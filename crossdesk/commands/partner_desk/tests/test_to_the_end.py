"""A case with a played desk from the engagement to its closing: by letters, and at a TMF621 server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from django.test import override_settings

from crossdesk.cases import closing, leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage, Stage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.commands.partner_desk.mail.desk import MailDesk
from crossdesk.commands.partner_desk.mail.played import listening
from crossdesk.commands.partner_desk.mail.writing import Manner
from crossdesk.commands.partner_desk.serving import served
from crossdesk.commands.partner_desk.tmf621.app import BASE, application
from crossdesk.commands.partner_desk.tmf621.desk import TicketDesk
from crossdesk.commands.partner_desk.tmf621.played import Player
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import lines
from crossdesk.exchange.reading import read_due
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.far_side import agreed
from crossdesk.exchange.tests.post_office import arrive, engaged
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def leg_of(leg: Leg) -> Leg:
    with verbs():
        whole = ("case__owner", "case__raiser", "from_desk__owner", "to_desk__owner")
        return Leg.objects.select_related(*whole).get(pk=leg.pk)


def to_the_end(here: Cast, leg: Leg, passes: Callable[[], None], over: Callable[[], Iterable[bool]]) -> None:
    """They ask and are answered, resolve, and Elexon's desk and the raiser confirm."""
    asked = 0
    for _ in range(12):
        passes()
        now = leg_of(leg)
        if now.stage == LegStage.PENDING_US:
            asked += 1
            leg_work.answer(now, by=here.nia, at=NOON + MINUTE, words="All of Monday's.")
        if now.stage == LegStage.RESOLVED:
            break
    leg_work.confirm(leg_of(leg), by=here.nia, at=NOON + MINUTE)
    passes()
    assert (asked, leg_of(leg).stage) == (1, LegStage.CONFIRMED)
    assert all(over())
    with verbs():
        case = Case.objects.select_related("owner", "raiser").get(pk=leg.case_id)
    closing.resolve(case, by=here.nia, at=NOON + MINUTE, words="Their service was restarted.")
    closing.confirm(case, by=here.priya, at=NOON + MINUTE)
    passes()
    assert case.stage == Stage.CLOSED


def test_by_mail(here: Cast) -> None:
    desk = MailDesk(("begin", "ask", "resolve"), Manner("service@pennine.example", "blocks"))
    with listening(desk) as theirs, override_settings(SMTP_URL=theirs):
        leg = engaged(here)

        def passes() -> None:
            send_due(lambda: NOON + MINUTE)
            desk.step()
            for each in desk.leaving():
                assert arrive(each.content, each.to).fate == "filed"

        to_the_end(here, leg, passes, lambda: [each.over for each in desk.tickets])
    assert leg_of(leg).their_reference == desk.tickets[0].number


def test_at_a_tmf621_server(here: Cast) -> None:
    desk = TicketDesk()
    player = Player(desk, ("begin", "ask", "resolve"))
    with served(application(desk, "secret")) as theirs, override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        ways = Ways(channel=Channel.TMF621, endpoint=f"{theirs}{BASE}/v5", profile="v5")
        agreed(here.pennine, here.elexon, here.pennine_service, ways, "secret")
        leg = engaged(here)

        def passes() -> None:
            send_due(lambda: NOON + MINUTE)
            list(player.step())
            with verbs():
                lines.Line.objects.update(read_at=None)
            read_due(lambda: NOON + MINUTE)

        to_the_end(here, leg, passes, lambda: [each.over for each in desk.tickets.values()])


@pytest.fixture
def here() -> Cast:
    return cast()
