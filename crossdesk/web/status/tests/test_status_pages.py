"""The status page, its feeds and its calendars over HTTP: for everybody, for a reader, and for nobody any more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from crossdesk.kit.time import now
from crossdesk.majors.room import name_bridge
from crossdesk.notices.tests.conftest import Incident, it
from crossdesk.status.models import Maintenance
from crossdesk.status.tests.test_board import over, published
from crossdesk.threads.viewer import Viewer, verbs

__all__ = ["it"]
Browser = Callable[[Viewer], Client]
BRIDGE = "https://bridge.elexon.example/42"
OPEN = {
    "/status/": "text/html",
    "/status/past/": "text/html",
    "/status/status.json": "application/json",
    "/status/feed.atom": "application/atom+xml",
    "/status/maintenance.ics": "text/calendar",
}


@pytest.mark.parametrize("path", OPEN)
def test_anybody_reads_it_and_asking_again_costs_no_page(it: Incident, path: str) -> None:
    first = Client().get(path)
    assert first.status_code == 200
    assert first.headers["Content-Type"].startswith(OPEN[path])
    assert first.headers["Cache-Control"].startswith("public")
    assert "sessionid" not in first.cookies
    again = Client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_a_reader_sees_is_kept_by_no_cache_between(it: Incident, browser: Browser) -> None:
    assert browser(it.here.priya).get("/status/status.json").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["/calendar/", "/maintenance/"])
def test_a_stranger_signs_in_first(it: Incident, path: str) -> None:
    assert Client().get(path).status_code in {302, 401}


def test_a_private_address_tells_the_bridge_until_it_is_ended(it: Incident, browser: Browser) -> None:
    name_bridge(it.major, BRIDGE, by=it.ewan, at=now())
    cache.clear()
    nia = browser(it.here.nia)
    page = nia.post("/calendar/new/").content.decode()
    found = re.search(r"/status/calendar/[^/\"]+\.ics", page)
    assert found
    address = found[0]
    calls = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    assert [str(call["location"]) for call in calls] == [BRIDGE]
    assert BRIDGE not in Client().get("/status/maintenance.ics").content.decode()
    assert BRIDGE not in nia.get("/status/maintenance.ics").content.decode()
    assert address not in nia.get("/calendar/").content.decode()  # shown once
    nia.post("/calendar/end/")
    assert Client().get(address).status_code == 404
    assert Client().get("/status/calendar/made-up.ics").status_code == 404


def test_maintenance_is_planned_by_one_and_agreed_by_another(it: Incident, browser: Browser) -> None:
    begins = now() + timedelta(days=3)
    given = {
        "desk": str(it.here.elexon_desk.pk), "system": "dip", "title": "New certificates", "words": "Reconnect after.",
        "starts_at": f"{begins:%Y-%m-%dT%H:%M}", "ends_at": f"{begins + timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "readers": "everybody",
    }  # fmt: skip
    assert browser(it.here.priya).post("/maintenance/new/", given).status_code == 422
    with verbs():
        assert not Maintenance.objects.exists()
    assert browser(it.here.nia).post("/maintenance/new/", given).status_code == 302
    assert "New certificates" not in Client().get("/status/").content.decode()
    with verbs():
        reference = Maintenance.objects.get().reference
    browser(it.here.tom).post(f"/maintenance/{reference}/agree/", {})
    assert "New certificates" in Client().get("/status/").content.decode()


def test_an_incident_has_a_page_for_whoever_was_told_of_it(it: Incident, browser: Browser) -> None:
    address = f"/status/incidents/{it.major.reference}/"
    published(it, "affected")
    assert "for affected and" in browser(it.here.hal).get(address).content.decode()
    assert Client().get(address).status_code == 404
    published(it, "public", after=timedelta(minutes=20))
    page = Client().get(address).content.decode()
    assert "for public and" in page
    assert "for affected and" not in page


def test_the_past_asks_for_the_past_alone(it: Incident) -> None:
    over(it)
    with CaptureQueriesContext(connection) as asked:
        assert it.major.reference in Client().get("/status/past/").content.decode()
    assert not [each for each in asked if "status_maintenance" in each["sql"]]
    assert len(asked) <= 12
