"""The raise page in a real Chromium: the page asks again while one writes, and refused files stay chosen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.cases.tests.test_references import load_list
from crossdesk.web.tests.browsing import RULES, objections, page_of, sideways

pytestmark = pytest.mark.browser


@pytest.fixture
def people(committed: str) -> Cast:
    return cast()


@pytest.fixture
def priya(people: Cast, served: str, chromium: Browser) -> Iterator[Page]:
    """Priya of Sycamore at her browser, signed in to the product's own server."""
    with page_of(people.priya, served, chromium) as page:
        yield page


def test_a_case_is_raised_in_a_browser(priya: Page, tmp_path: Path) -> None:
    page = priya
    page.goto("/raise/")
    page.get_by_label("What has gone wrong").press_sequentially("incorrect MPAN status REG0000")
    expect(page.get_by_text("Before you raise")).to_be_visible()
    page.get_by_role("button", name="Incorrect MPAN status").click()
    page.get_by_label("MPANs", exact=True).fill(load_list().decode())
    page.get_by_label("Impact on your customers").fill("Appointments wait.")
    page.route("**/raise/gate/", lambda question: question.abort(), times=1)  # lost on the way: it is asked again
    page.get_by_label("Impact on your customers").blur()
    expect(page.get_by_text("124 valid and distinct")).to_be_visible()
    expect(page.get_by_role("radio", name="Pennine Grid help desk")).to_be_checked()
    wrong = tmp_path / "tool.txt"
    wrong.write_bytes(b"MZ" + bytes(200))
    page.get_by_label("Any other file").set_input_files(wrong)
    page.get_by_label("Expected and actual value in words").fill("Energised, shown as not.")
    page.get_by_role("button", name="Raise the case").click()
    expect(page.get_by_text("is a program or a script")).to_be_visible()
    page.get_by_label("Any other file").set_input_files([])
    page.get_by_role("button", name="Raise the case").click()
    page.wait_for_url("**/cases/CP-*/raised/")


def test_the_raise_page_is_accessible(priya: Page) -> None:
    page = priya
    page.goto("/raise/?query_type=dip-message-failure")
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) == 0, f"{width} wide"
    assert objections(page, [*RULES, "best-practice"]) == []
