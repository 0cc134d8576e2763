"""The pages of updates in a real Chromium, as two people see them: readable wide and narrow, light and dark."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from crossdesk.cases.tests.cast import NOON
from crossdesk.kit.time import now
from crossdesk.majors.room import Situation, describe
from crossdesk.notices.publishing import leave_due
from crossdesk.notices.releasing import agree, send
from crossdesk.notices.tests.conftest import Incident, contact, declared, fresh
from crossdesk.web.tests.browsing import page_of, reads_well

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


@pytest.fixture
def it() -> Incident:
    it = declared()
    contact(it.here.harrier, "ops@harrier.example", "0161 496 0002")
    describe(it.major, Situation("Registrations did not load.", "The load runs again.", ""), by=it.here.nia, at=NOON)
    return it


def test_an_update_from_the_sheet_to_the_second_person(it: Incident, served: str, chromium: Browser) -> None:
    address = f"/majors/{it.major.reference}/update/"
    with page_of(it.here.nia, served, chromium) as nia:
        nia.goto(address)
        reads_well(nia, "update-sheet")
        assert nia.get_by_label("What happened, line 1", exact=True).input_value() == "Registrations did not load."
        nia.get_by_label("Title").fill("Registration data is late")
        nia.get_by_label("What happened, line 1, may be read by").select_option("public")
        nia.get_by_label("What is being done, line 1, may be read by").select_option("affected")
        nia.get_by_label("Public").check()
        moment = now().strftime("%Y") + "-12-31T23:00"
        nia.get_by_label("Next update by").fill(moment)
        nia.get_by_role("button", name="Save and preview").click()
        expect(nia.get_by_role("heading", name="What each audience would read")).to_be_visible()
        reads_well(nia, "update-previews")
        nia.get_by_role("button", name="Send").click()
        expect(nia.get_by_role("heading", name="It waits for a second person")).to_be_visible()
        reads_well(nia, "update-waits")
        with page_of(it.here.tom, served, chromium) as tom:
            tom.goto(address)
            tom.get_by_role("button", name="Let it leave").click()
            expect(tom.get_by_role("heading", name="It leaves in")).to_be_visible()
            reads_well(tom, "update-leaves")
            expect(nia.get_by_role("heading", name="It leaves in")).to_be_visible()  # seen without asking
            tom.get_by_label("Why it is stopped").fill("A word is wrong.")
            tom.get_by_role("button", name="Stop it").click()
            expect(tom.get_by_text("Nobody was told")).to_be_visible()


def test_the_report_and_what_told_people_read(it: Incident, served: str, chromium: Browser) -> None:
    briefing = it.draft("affected", "public")
    send(briefing, by=it.here.nia, at=NOON)
    agree(fresh(briefing), by=it.here.tom, at=NOON)
    assert leave_due(NOON + timedelta(minutes=1)) == 1
    with page_of(it.here.nia, served, chromium) as nia:
        nia.goto(f"/majors/{it.major.reference}/updates/1/")
        reads_well(nia, "update-report")
        nia.goto("/updates/readers/")
        reads_well(nia, "update-readers")
    with page_of(it.here.hal, served, chromium) as hal:
        hal.goto("/updates/")
        reads_well(hal, "updates-told")
        expect(hal.get_by_text("Hold appointments in that area until Wednesday.")).to_be_visible()
