"""Special operations as people see them in a real Chromium, light and dark, wide and narrow, and by keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from crossdesk.access import Role
from crossdesk.cases.tests.cast import cast, somebody
from crossdesk.kit.time import now
from crossdesk.operations.entering import Declaration, enter_for_breach
from crossdesk.web.tests.browsing import page_of, reads_well

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


def test_while_they_last_and_how_a_manager_ends_them(served: str, chromium: Browser) -> None:
    here = cast()
    ewan = somebody("Ewan Price", here.elexon, Role.MAJOR_INCIDENT_MANAGER, desk=here.elexon_desk)
    said = Declaration("What left the DIP", ("dip",), "The head of service", "Names.", now() + timedelta(hours=3))
    enter_for_breach(said, by=ewan, at=now())
    with page_of(here.hal, served, chromium) as hal, page_of(ewan, served, chromium) as manager:
        hal.goto("/cases/")
        expect(hal.get_by_role("region", name="Special operations")).to_contain_text("What left the DIP")
        reads_well(hal, "special-cases", every_way=False)
        hal.get_by_role("link", name="What they change").click()
        expect(hal.get_by_role("heading", level=1)).to_have_text("Special operations")
        reads_well(hal, "special-told")
        manager.goto("/operations/")
        reads_well(manager, "special-managed")
        manager.get_by_label("Why they end before their time").focus()
        manager.keyboard.type("It was a drill.")
        manager.keyboard.press("Enter")
        expect(manager.get_by_role("heading", level=1)).to_have_text("Normal operations")
        hal.goto("/operations/")
        expect(hal.get_by_role("region", name="Special operations")).to_have_count(0)
