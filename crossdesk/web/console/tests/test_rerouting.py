"""The next desk on the case page: for the owner, with why, one click from an engagement that is ready to send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.cases.tests.test_rerouting import about
from crossdesk.desks.founding import open_desk
from crossdesk.desks.models import Desk
from crossdesk.editions.applying import look_now
from crossdesk.parties.founding import found_party
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]


@pytest.fixture
def switching(here: Cast) -> Desk:
    with verbs():
        dcc = found_party("Smart DCC", roles=["dcc"], central=True)
        return open_desk("Switching Service Desk", rule="switching", owner=dcc, kind="service", home=Desk.Home.HOSTED)


def part(client: Client, case: Case, query: str = "?part=rerouting") -> str:
    return " ".join(client.get(f"/cases/{case.reference}/{query}").content.decode().split())


def test_one_click_prepares_the_engagement_and_nothing_has_moved(here: Cast, switching: Desk, browser: Browser) -> None:
    case, nia = about(here, "css"), browser(here.nia)
    told = part(nia, case)
    there = f"/cases/{case.reference}/engagement?to={switching.pk}&amp;proposed=switching-boundary"
    assert "The case is about Central Switching Service." in told
    assert "The case stays with Elexon Service Desk" in told
    assert there in told
    prepared = nia.get(there.replace("&amp;", "&")).content.decode()
    assert "Please look into the switching side of this case" in prepared
    assert "technical boundary" in prepared
    with verbs():
        assert Case.objects.get(pk=case.pk).owner_id == here.elexon_desk.pk


def test_a_rule_that_does_not_speak_prepares_nothing(here: Cast, switching: Desk, browser: Browser) -> None:
    case = about(here)
    there = f"/cases/{case.reference}/engagement?to={switching.pk}&proposed=switching-boundary"
    assert "technical boundary" not in browser(here.nia).get(there).content.decode()


def test_only_the_owner_reads_it(here: Cast, switching: Desk, browser: Browser) -> None:
    case = about(here, "css")
    engage(case, here.pennine_help, Engagement("Confirm.", "It runs there."), by=here.nia, at=NOON)
    for viewer in (here.priya, here.gwen):
        assert "Next desk" not in part(browser(viewer), case, "")
    assert browser(here.hal).get(f"/cases/{case.reference}/?part=rerouting").status_code == 404


def test_the_rule_is_read_in_the_rules(here: Cast, browser: Browser) -> None:
    told = browser(here.priya).get("/rules/").content.decode()
    assert 'id="reroute-switching-boundary"' in told
    assert "It was sent on 2 times or more" in told


def test_a_rule_that_speaks_costs_one_look_and_one_that_does_not_costs_none(
    here: Cast, switching: Desk, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    quiet, spoken, nia = about(here), about(here, "css"), browser(here.nia)
    part(nia, quiet, "")
    look_now()  # the look at the rules in force falls due every half minute: not during what is counted
    with CaptureQueriesContext(connection) as counted:  # test_case_page.py holds how many these may be
        part(nia, quiet, "")
    look_now()
    with django_assert_max_num_queries(len(counted) + 1):
        part(nia, spoken, "")
