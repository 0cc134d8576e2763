"""Fields of a TMF621 ticket that change after a desk was engaged: ours reach it, theirs are never said back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from django.test import override_settings

from crossdesk.cases import triage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.commands.partner_desk.faults import Fault
from crossdesk.commands.partner_desk.serving import served
from crossdesk.commands.partner_desk.tmf621.app import application
from crossdesk.commands.partner_desk.tmf621.desk import Ticket, TicketDesk
from crossdesk.desks.ways import Channel, Mapped, Ways
from crossdesk.exchange import changed_fields
from crossdesk.exchange.links import Link
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.reading import read_due
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.far_side import agreed
from crossdesk.exchange.tests.post_office import engaged
from crossdesk.impact.models import Tally
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
SECRET = "one key of theirs"
FIELDS = (
    Mapped(ours="priority", theirs="priority"),
    Mapped(ours="priority:P1", theirs="Critical"),
    Mapped(ours="affected", theirs="severity", way="out"),
)


@dataclass
class Story:
    """Elexon's desk has engaged Pennine Grid's, whose tickets stand on a TMF621 server."""

    here: Cast
    desk: TicketDesk
    case: Case
    at: datetime = field(default=NOON)

    @property
    def ticket(self) -> Ticket:
        (ticket,) = self.desk.tickets.values()
        return ticket

    def passes(self) -> None:
        """Two minutes, in which the worker sends and reads what there is."""
        self.at += timedelta(minutes=2)
        send_due(lambda: self.at)
        read_due(lambda: self.at)

    def judge(self, level: int) -> None:
        with verbs():
            case = Case.objects.select_related("owner", "raiser").get(pk=self.case.pk)
        triage.prioritise(case, triage.Judged(level, "By the matrix.", "", ""), by=self.here.nia, at=self.at)

    def said_there(self, **texts: str) -> None:
        """By its own people."""
        self.ticket.said = replace(self.ticket.said, texts={**self.ticket.said.texts, **texts})

    def told(self, kind: str) -> list[str]:
        with verbs():
            entries = Entry.objects.filter(thread=self.case.pk, kind=kind).select_related("body").order_by("seq")
            return [each.body.words for each in entries]


@pytest.fixture(params=["v5", "v4"])
def story(request: pytest.FixtureRequest) -> Iterator[Story]:
    here, desk = cast(), TicketDesk()
    with served(application(desk, SECRET)) as address, override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        endpoint = f"{address}/tmf-api/troubleTicket/{request.param}"
        ways = Ways(channel=Channel.TMF621, endpoint=endpoint, profile=request.param, fields=FIELDS)
        agreed(here.pennine, here.elexon, here.pennine_service, ways, SECRET)
        case = here.case()
        engaged(here, case)
        story = Story(here, desk, case)
        story.passes()
        yield story


def test_ours_follow_in_turn_and_theirs_is_never_said_back(story: Story) -> None:
    for level in (1, 2, 1):
        story.judge(level)
    assert story.told(changed_fields.TOLD) == [f"Our priority is P{level} now." for level in (1, 2, 1)]
    story.passes()
    assert story.ticket.said.texts["priority"] == "Critical"
    story.passes()
    assert (story.told("leg.prioritise"), story.told("leg.update")) == ([], []), "nothing comes back as theirs"
    story.said_there(priority="Whenever")
    story.passes()
    (kept,) = story.told("leg.update")
    assert "“Whenever”, which the agreement gives no meaning" in kept
    story.passes()
    assert story.ticket.said.texts["priority"] == "Whenever"


def test_a_count_follows_once_however_often_it_is_counted(story: Story) -> None:
    with verbs():
        Tally.objects.create(
            case=story.case, party=story.here.sycamore, total=812, counted_at=story.at, seats=story.case.seats
        )
        before = OutboxItem.objects.count()
    changed_fields.counted(story.case.pk, story.at)
    changed_fields.counted(story.case.pk, story.at)
    story.passes()
    assert story.ticket.said.texts["severity"] == "812"
    with verbs():
        assert OutboxItem.objects.count() == before + 1
        assert Link.objects.get(case=story.case).on_the_way == {}


def test_it_waits_at_its_place_while_their_server_is_down(story: Story) -> None:
    story.desk.faults.ordered.append(Fault("down", "PATCH", times=1))
    story.judge(1)
    story.judge(2)
    story.passes()
    assert "priority" not in story.ticket.said.texts
    for _ in range(30):
        story.passes()
    assert story.ticket.said.texts["priority"] == "P2"
    assert story.told(changed_fields.TOLD) == ["Our priority is P1 now.", "Our priority is P2 now."]
