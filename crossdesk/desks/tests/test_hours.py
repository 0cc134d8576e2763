"""Who says when a desk is open, and what its open cases come to by that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crossdesk.access import Moved, NotAllowed, Role
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Standing
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.cases.triage import take
from crossdesk.clocks.calendars import Said
from crossdesk.clocks.models import CalendarVersion
from crossdesk.clocks.recounting import recount_stale
from crossdesk.desks.hours import keep_hours
from crossdesk.desks.models import Desk
from crossdesk.threads.viewer import Viewer, verbs, viewing

OFFICE = Said("Mon-Fri 09:00-13:00")
TOMORROW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


def keep(desk: Desk, by: Viewer, seen: int | None = None) -> CalendarVersion:
    with verbs():
        return keep_hours(Desk.objects.get(pk=desk.pk), OFFICE, by=by, at=NOON, seen=seen)


def test_the_desks_own_administrators_say_when_it_is_open(here: Cast) -> None:
    rhys = somebody("Rhys Price", here.pennine, Role.ADMINISTRATOR)
    assert keep(here.pennine_help, rhys).kept_by == "Rhys Price, Pennine Grid"
    for other in (here.gwen, here.priya, somebody("Hilda Reed", here.harrier, Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed, match="Only a party administrator of Pennine Grid"):
            keep(here.pennine_help, other)


def test_a_competitor_reads_the_hours_and_not_who_kept_them(here: Cast) -> None:
    keep(here.pennine_help, somebody("Rhys Price", here.pennine, Role.ADMINISTRATOR))
    with viewing(here.hal):
        assert Desk.objects.select_related("calendar").get(pk=here.pennine_help.pk).calendar
        assert not CalendarVersion.objects.exists()
    with viewing(here.gwen):
        assert CalendarVersion.objects.get().kept_by == "Rhys Price, Pennine Grid"


def test_the_second_of_two_is_told(here: Cast) -> None:
    rhys = somebody("Rhys Price", here.pennine, Role.ADMINISTRATOR)
    keep(here.pennine_help, rhys, seen=0)
    with pytest.raises(Moved, match="Rhys Price, Pennine Grid changed these hours"):
        keep(here.pennine_help, rhys, seen=0)


def test_a_leg_and_the_lists_follow_the_hours_of_the_engaged_desk(here: Cast) -> None:
    case = here.case()
    take(case, by=here.nia, at=NOON)
    leg = engage(case, here.pennine_help, Engagement("Confirm the MPANs.", "Theirs."), by=here.nia, at=NOON)
    assert leg.acknowledge_by == NOON + timedelta(hours=2)
    keep(here.pennine_help, somebody("Rhys Price", here.pennine, Role.ADMINISTRATOR))
    assert recount_stale(NOON) == 1
    with viewing(here.gwen):
        assert Leg.objects.get().acknowledge_by == TOMORROW
        assert Standing.objects.get(seat=here.pennine_help.seat_id).next_by == TOMORROW


def test_triage_is_due_by_the_opening_hours_of_the_desk(here: Cast) -> None:
    keep(here.elexon_desk, somebody("Ada Reeve", here.elexon, Role.ADMINISTRATOR))
    with verbs():
        here.elexon_desk.refresh_from_db()
    case = here.case()
    with viewing(here.nia):
        row = Standing.objects.get(case=case.pk, seat=here.elexon_desk.seat_id)
    assert row.next_by == NOON + timedelta(minutes=30)
