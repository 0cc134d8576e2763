"""The pages of a review in a real Chromium, as the lead and two competitors see them; and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from crossdesk.cases.tests.cast import cast
from crossdesk.reviews import facts
from crossdesk.reviews.tests.conftest import LATER, Past, circulated, closed, stood_down
from crossdesk.web.reviews.tests.test_pages import at, full
from crossdesk.web.tests.browsing import page_of, reads_well

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


@pytest.fixture
def it() -> Past:
    return stood_down(cast())


def test_every_page_of_a_review_reads_well(it: Past, served: str, chromium: Browser) -> None:
    with page_of(it.ewan, served, chromium) as ewan:
        ewan.goto(at(it))
        reads_well(ewan, "review-empty")
        full(it)
        closed(it)
        for path in ("", "account", "moment", "action", "publication", "/majors/"):
            ewan.goto(path if path.startswith("/") else at(it) + path)
            reads_well(ewan, f"review-lead-{path.replace('/', '-')}")
    with page_of(it.here.hal, served, chromium) as hal:
        for path in ("", "section/", "section", "name", "fact", "facts/1/dispute", "/majors/"):
            hal.goto(path if path.startswith("/") else at(it) + path)
            reads_well(hal, f"review-party-{path.replace('/', '-')}")


def test_a_section_is_written_and_signed_by_keyboard(it: Past, served: str, chromium: Browser) -> None:
    circulated(it)
    with page_of(it.here.priya, served, chromium) as priya:
        priya.goto("/majors/")
        press(priya, "not signed yet")
        press(priya, "Write")
        priya.locator("textarea").focus()
        priya.keyboard.type("We noticed late.")
        press(priya, "Save")
        press(priya, "Sign")
        expect(priya.locator("#act")).to_contain_text("We noticed late.")
        press(priya, "Sign")
        expect(priya.locator("#section")).to_contain_text("Signed by Priya Nair")


def test_an_open_page_follows_what_others_state(it: Past, served: str, chromium: Browser) -> None:
    circulated(it)
    with page_of(it.here.hal, served, chromium) as hal:
        hal.goto(at(it))
        expect(hal.locator("#facts")).to_contain_text("No fact was stated yet.")
        facts.state(it.review, "No alarm rang.", by=it.here.priya, at=LATER)
        expect(hal.locator("#facts")).to_contain_text("No alarm rang.")


def press(page: Page, name: str) -> None:
    """The link or button of this name, reached and pressed without a mouse."""
    there = page.get_by_role("link", name=name, exact=True).or_(page.get_by_role("button", name=name, exact=True))
    there.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
