"""The small scripts, used as a person at the keyboard uses them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crossdesk.web.tests.browsing import context_of, objections, shot
from crossdesk.web.tests.conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, parts_site: Site) -> Iterator[Page]:
    context = context_of(chromium, parts_site.address)
    yield context.new_page()
    context.close()


def test_palette_opens_finds_and_goes(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/queue")
    page.keyboard.press("/")
    page.keyboard.type("engage penn")
    expect(page.get_by_role("option")).to_have_count(3)
    expect(page.locator("#palette [role=status]")).to_have_text("2 found")
    shot(page, "palette")
    assert objections(page) == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{parts_site.address}/marks")


def test_palette_does_what_this_page_can_do(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/case")
    page.keyboard.press("Control+k")
    page.keyboard.type("internal")
    expect(page.get_by_role("option").first).to_contain_text("Internal note")
    page.keyboard.press("Enter")
    expect(page.locator("#words")).to_be_focused()
    expect(page.locator("[data-composer]")).to_have_class("composer to-internal")


def test_palette_opens_a_case_by_its_reference(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/queue")
    page.keyboard.press("Control+k")
    page.keyboard.type("cp-7k3m-9q4x")
    expect(page.get_by_role("option").first).to_contain_text("Open CP-7K3M-9Q4X")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{parts_site.address}/cases/CP-7K3M-9Q4X/")


def test_palette_shows_why_a_verb_is_not_allowed(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/queue")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#palette [role=status]")).to_contain_text("only central desks may raise there")


def test_rows_by_hand(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/queue")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    row = page.locator("tr[data-here]")
    expect(row).to_contain_text("CP-9QFX-6K2M")
    expect(row).to_have_attribute("aria-selected", "true")


def test_question_mark_lists_the_keys_of_this_page(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/case")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Engage a desk")
    expect(keys).to_contain_text("Internal note")
    shot(page, "keys")
    assert objections(page) == []


def test_keys_rest_while_typing_and_when_switched_off(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/case")
    page.locator("#words").fill("")
    page.locator("#words").press_sequentially("n?/")
    expect(page.locator("#words")).to_have_value("n?/")
    page.locator("#words").blur()
    page.evaluate("document.body.dataset.keys = 'off'")
    page.keyboard.press("?")
    expect(page.locator("#keys")).not_to_be_visible()


def test_audience_changes_line_readers_and_button_together(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/case")
    page.keyboard.press("n")
    expect(page.locator("#words")).to_be_focused()
    expect(page.get_by_role("button", name="Send to Our desk only")).to_be_visible()
    expect(page.locator("[data-composer]")).to_have_class("composer to-internal")
    expect(page.locator("[data-readers]:visible")).to_have_count(1)
    expect(page.locator("[data-readers]:visible")).to_contain_text("Ewan Price")


def test_draft_comes_back_with_its_audience(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/case")
    page.get_by_role("radio", name="Raiser").check()
    page.locator("#words").fill("Half a thought")
    page.goto(f"{parts_site.address}/case?empty=1")
    expect(page.locator("#words")).to_have_value("Half a thought")
    expect(page.get_by_role("button", name="Send to Raiser")).to_be_visible()


def test_a_changed_thread_asks_again_and_says_it_is_live(page: Page, parts_site: Site) -> None:
    parts_site.changed = "7"
    page.goto(f"{parts_site.address}/case")
    expect(page.locator("#timeline")).to_contain_text("Asked again")
    parts_site.changed = "8"


def test_the_line_says_it_is_live(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/queue")
    expect(page.locator("[data-live-words]")).to_contain_text("Live; last change")


def test_menu_names_the_parties_one_may_act_for(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/queue")
    page.get_by_role("button", name="Nia Bevan for Elexon desk").click()
    expect(page.get_by_role("button", name="Castell Data")).to_be_visible()
    shot(page, "menu")
    assert objections(page) == []


def test_print_says_who_reads_each_entry(page: Page, parts_site: Site) -> None:
    page.goto(f"{parts_site.address}/case?theme=dark")
    page.emulate_media(media="print")
    shot(page, "print")
    expect(page.locator(".composer")).not_to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.aud'), '::before').content") == '"Readers:"'
