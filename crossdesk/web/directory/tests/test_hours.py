"""A desk's opening hours on their page: what everybody reads, what its administrators keep, and who came second."""

from __future__ import annotations

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from crossdesk.access import Role
from crossdesk.cases.tests.cast import Cast, cast, somebody
from crossdesk.clocks.models import CalendarVersion
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db
OFFICE = {f"day-{number}": "09:00-12:30, 13:00-17:00" for number in range(5)} | {"day-5": "10:00-24:00", "seen": "0"}


@pytest.fixture
def here() -> Cast:
    return cast()


@pytest.fixture
def rhys(here: Cast) -> Viewer:
    return somebody("Rhys Price", here.pennine, Role.ADMINISTRATOR)


def address(here: Cast) -> str:
    return f"/directory/desks/{here.pennine_help.pk}/hours/"


def sent(here: Cast, by: Viewer, **more: Any) -> tuple[int, str]:
    answer = at_browser(by).post(address(here), OFFICE | more)
    return answer.status_code, answer.content.decode()


def read(here: Cast, by: Viewer) -> str:
    return at_browser(by).get(address(here)).content.decode()


def test_it_is_reached_from_the_desk(here: Cast) -> None:
    shown = at_browser(here.hal).get(f"/directory/desks/{here.pennine_help.pk}/").content.decode()
    assert f'href="{address(here)}"' in shown


def test_before_anybody_said_hours_the_page_teaches(
    here: Cast, rhys: Viewer, django_assert_max_num_queries: Any
) -> None:
    client = at_browser(rhys)
    with django_assert_max_num_queries(20):
        shown = client.get(address(here)).content.decode()
    assert "Nobody has said any hours yet" in shown
    assert "Open around the clock" in shown
    assert shown.count('<span class="day">') == 14


def test_hours_are_kept_as_a_version_and_wake_the_worker(here: Cast, rhys: Viewer) -> None:
    closure = {"closure_day": ["2027-01-04", ""], "closure_name": ["Stocktaking", ""]}
    status, _ = sent(here, rhys, region="scotland", **closure)
    assert status == 302
    with verbs():
        version = CalendarVersion.objects.get()
    assert version.week == "; ".join(
        [*(f"{day} 09:00-12:30, 13:00-17:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")), "Sat 10:00-24:00"]
    )
    assert (version.region, version.closures, version.kept_by) == (
        "scotland", {"2027-01-04": "Stocktaking"}, "Rhys Price, Pennine Grid",
    )  # fmt: skip
    assert ProcrastinateJob.objects.filter(task_name="clocks.recount").count() == 1


def test_versions_are_for_the_people_of_the_desk(here: Cast, rhys: Viewer) -> None:
    sent(here, rhys)
    assert "Rhys Price, Pennine Grid" in read(here, here.gwen)
    competitor = read(here, here.hal)
    assert "10:00-24:00" in competitor
    assert "Rhys Price" not in competitor
    assert "Only a party administrator of Pennine Grid says when" in competitor


def test_a_calendar_that_never_opens_is_refused_with_everything_still_there(here: Cast, rhys: Viewer) -> None:
    nothing = {f"day-{number}": "" for number in range(7)}
    status, shown = sent(here, rhys, **nothing, closure_day=["2027-01-04"], closure_name=["Stocktaking"])
    assert status == 422
    assert "Pennine Grid help desk would never open" in shown
    assert 'value="Stocktaking"' in shown


def test_a_wrong_field_says_so_beside_itself(here: Cast, rhys: Viewer) -> None:
    status, shown = sent(here, rhys, **{"day-2": "9 to 5"})
    assert status == 422
    assert "“9 to 5” is not an opening; write it like 09:00-17:00." in shown
    assert 'aria-invalid="true"' in shown


def test_somebody_else_is_refused(here: Cast) -> None:
    assert sent(here, here.gwen)[0] == 403


def test_what_the_hours_come_to_is_shown_and_not_kept(here: Cast, rhys: Viewer) -> None:
    status, shown = sent(here, rhys, show="1")
    assert (status, "by what you wrote" in shown) == (200, True)
    assert "10:00 to 24:00" in shown
    with verbs():
        assert not CalendarVersion.objects.exists()


def test_the_second_of_two_is_told_what_changed_and_loses_no_word(here: Cast, rhys: Viewer) -> None:
    first = somebody("Sian Price", here.pennine, Role.ADMINISTRATOR)
    sent(here, first, **{"day-5": "11:00-13:00"})
    status, shown = sent(here, rhys, closure_day=["2027-01-04"], closure_name=["Stocktaking"])
    assert status == 409
    assert "Sian Price, Pennine Grid changed these hours" in shown
    assert "11:00-13:00" in shown
    assert 'value="Stocktaking"' in shown
    assert 'value="10:00-24:00"' in shown
    assert sent(here, rhys, seen="1")[0] == 302


def test_looking_first_does_not_pass_by_what_somebody_else_kept(here: Cast, rhys: Viewer) -> None:
    sent(here, somebody("Sian Price", here.pennine, Role.ADMINISTRATOR))
    _, shown = sent(here, rhys, show="1")
    assert '<input type="hidden" name="seen" value="0">' in shown
