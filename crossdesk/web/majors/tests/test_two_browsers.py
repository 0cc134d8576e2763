"""Two people of two parties in one war room, each at their own browser: each sees what the other does at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crossdesk.cases.tests.cast import cast
from crossdesk.web.majors.tests.conftest import There, declared
from crossdesk.web.tests.browsing import context_of, objections, session_of, sideways

pytestmark = pytest.mark.browser
At = Callable[[str], Page]


@pytest.fixture
def it(committed: str) -> There:
    return declared(cast())


@pytest.fixture
def room_of(it: There, served: str, chromium: Browser) -> Iterator[At]:
    """The war room as the one with this address has it open, and live."""
    contexts = []

    def opened(email: str) -> Page:
        context = context_of(chromium, served, session_of(email))
        contexts.append(context)
        page = context.new_page()
        page.goto(it.address)
        expect(page.locator("#head [data-live-words]")).to_contain_text("Live")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_each_sees_the_other_come_in_and_what_they_do(room_of: At) -> None:
    ewan = room_of("ewan@elexon.example")
    expect(ewan.locator("#head")).to_contain_text("1 in the room")
    gwen = room_of("gwen@pennine.example")
    expect(ewan.locator("#head")).to_contain_text("2 in the room")

    ewan.locator("#writing textarea").fill("The load stopped at record 48,112.")
    ewan.locator("#writing").get_by_role("button", name="Write").click()
    expect(gwen.locator("#timeline")).to_contain_text("The load stopped at record 48,112.")
    expect(ewan.locator("#timeline")).to_contain_text("The load stopped at record 48,112.")
    expect(ewan.locator("#writing textarea")).to_have_value("")

    gwen.locator("#writing textarea").fill("We rerun it from there.")
    gwen.locator("#writing").get_by_role("button", name="Write").click()
    expect(ewan.locator("#timeline")).to_contain_text("We rerun it from there.")


def test_the_situation_is_written_in_place_and_a_half_written_word_stays(room_of: At) -> None:
    ewan, nia = room_of("ewan@elexon.example"), room_of("nia@elexon.example")
    nia.locator("#writing textarea").fill("Half a sen")
    ewan.locator("#situation").get_by_role("link", name="Edit").click()
    ewan.locator("#situation").get_by_label("Conditions").fill("Load stopped at 02:10.\nIF-036 not sent.")
    before = ewan.url
    ewan.locator("#situation").get_by_role("button", name="Save").click()
    expect(nia.locator("#situation li").first).to_have_text("Load stopped at 02:10.")
    expect(ewan.locator("#situation")).to_contain_text("Edition 1")
    assert ewan.url == before
    expect(nia.locator("#writing textarea")).to_have_value("Half a sen")


def test_a_form_open_in_place_outlives_what_others_do(room_of: At) -> None:
    ewan, nia = room_of("ewan@elexon.example"), room_of("nia@elexon.example")
    ewan.locator("#situation").get_by_role("link", name="Edit").click()
    ewan.locator("#situation").get_by_label("Needs").fill("Pennine: own count")
    nia.locator("#writing textarea").fill("Something else happened.")
    nia.locator("#writing").get_by_role("button", name="Write").click()
    expect(ewan.locator("#timeline")).to_contain_text("Something else happened.")
    expect(ewan.locator("#situation").get_by_label("Needs")).to_have_value("Pennine: own count")
    assert objections(ewan) == []


def test_a_step_reaches_every_open_page(room_of: At, it: There) -> None:
    ewan, gwen = room_of("ewan@elexon.example"), room_of("gwen@pennine.example")
    gwen.goto("/directory/")
    expect(gwen.locator(".strip")).to_contain_text(it.major.title)
    for button, why in (("Service is restored", "Loads run."), ("Stand down", "The emergency is over.")):
        ewan.get_by_role("link", name=button).click()
        ewan.locator("textarea").first.fill(why)
        ewan.get_by_role("button", name=button).click()
        expect(ewan.locator("#head")).to_be_visible()
    expect(gwen.locator(".strip")).to_have_count(0)


def test_the_room_on_a_phone_shows_no_sideways_scroll_and_counts_down_first(room_of: At) -> None:
    ewan = room_of("ewan@elexon.example")
    ewan.set_viewport_size({"width": 390, "height": 844})
    timer, title = ewan.get_by_role("timer").bounding_box(), ewan.locator("#title").bounding_box()
    assert timer
    assert title
    assert timer["y"] < title["y"]
    assert sideways(ewan) == 0


def test_the_keys_lead_to_the_majors_and_to_writing(room_of: At, served: str) -> None:
    nia = room_of("nia@elexon.example")
    nia.keyboard.press("w")
    expect(nia.locator("#writing textarea")).to_be_focused()
    nia.keyboard.press("Escape")
    nia.locator("#title").click()
    nia.evaluate("document.activeElement.blur()")
    nia.keyboard.press("g")
    nia.keyboard.press("m")
    expect(nia).to_have_url(f"{served}/majors/")
