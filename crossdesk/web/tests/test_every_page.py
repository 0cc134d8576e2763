"""Every page of the demonstration, as its people see it in a browser, light and dark, wide and narrow.

Nothing axe objects to, nothing that scrolls sideways, no complaint on the console; then the keys and the live signal.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from crossdesk.cases import writing
from crossdesk.cases.models import Case
from crossdesk.commands.demo import load_demo, sign_ins
from crossdesk.desks.seats import acting_for
from crossdesk.exchange.models import RawMail
from crossdesk.kit.time import now
from crossdesk.parties.models import Person
from crossdesk.postgres.tests import databases
from crossdesk.threads.viewer import verbs
from crossdesk.web.tests.browsing import reads_well
from crossdesk.web.tests.paths import FIRST, PAGES
from crossdesk.web.tests.world import World, known, serving, tab

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's own loop runs in this thread, beside our queries
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("every page")]


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One database and one server for the whole module: to look changes nothing, to write adds a line or two."""
    with django_db_blocker.unblock(), databases.of_its_own("pages") as name:
        load_demo()
        with serving(name, tmp_path_factory.mktemp("every-page")) as address:
            world = World(address, known(), chromium)
            yield world
            for context in world.signed_in.values():
                context.close()


WITHOUT_TOKEN = """() => [...document.forms].filter((form) => form.method === "post" && !form.elements.once)
  .map((form) => form.action)"""


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_page_reads_well(world: World, who: str, path: str) -> None:
    gone = "CP-0000" in path
    with tab(world, who) if not gone else not_there(world, who) as page:
        answer = page.goto(world.url(path))
        assert answer is not None
        assert answer.status == (404 if gone else 200)
        if page.locator("#here").count():
            # A room shows who came in, and dims while it asks; then it is at rest.
            expect(page.locator("#head .here")).to_contain_text(re.compile(who, re.IGNORECASE))
            expect(page.locator(".htmx-request")).to_have_count(0)
        assert page.evaluate(WITHOUT_TOKEN) == []
        every_way = FIRST[path] == who and "?view=" not in path and path != "/rules/"
        reads_well(page, f"{who}{re.sub('[^a-z0-9]+', '-', path)}", every_way=every_way)


@contextmanager
def not_there(world: World, who: str) -> Iterator[Page]:
    """A browser's console tells of every 404, and rightly."""
    page = world.context(who).new_page()
    yield page
    page.close()


def test_signing_in_reads_well_and_leads_to_the_queue(world: World) -> None:
    with tab(world, "") as page:
        page.goto(f"{world.address}/")
        reads_well(page, "sign-in")
        nia = sign_ins()[0]
        page.get_by_label("Email").fill(nia.email)
        page.get_by_label("Password").first.fill(nia.password)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{world.address}/queue/")
    # The server hashes her password as often as it should, which the tests do not: that ends her other session.
    if ended := world.signed_in.pop("nia", None):
        ended.close()
    world.left.pop("nia", None)


@pytest.mark.parametrize("who", ["nia", "priya", "gwen"])
def test_asking_before_raising_reads_well(world: World, who: str) -> None:
    with tab(world, who) as page:
        page.goto(world.url("/raise/"))
        page.locator("#ask").press_sequentially("IF-036 not received after missing MPAN data")
        page.locator("#answers .hit button[name=query_type]").first.click()
        expect(page.get_by_label("Summary")).to_be_visible()
        reads_well(page, f"{who}-raise-asked")


@pytest.mark.parametrize("who", ["nia", "priya", "gwen"])
def test_searching_reads_well_and_names_nothing_in_the_address(world: World, who: str) -> None:
    with tab(world, who) as page:
        page.goto(world.url("/search/"))
        page.locator("#sought").fill(world.known["word"])
        page.keyboard.press("Enter")
        expect(page.locator("#cases-found li").first).to_be_visible()
        assert world.known["word"] not in page.url
        reads_well(page, f"{who}-search-results")


def test_the_first_unmatched_letter_reads_well(world: World) -> None:
    with verbs():
        letter = RawMail.objects.filter(fate=RawMail.Fate.UNMATCHED).first()
    if letter is None:
        pytest.skip("the demonstration has no unmatched letter")
    with tab(world, "nia") as page:
        page.goto(world.url(f"/mail/{letter.pk}/"))
        reads_well(page, "nia-letter")


def test_what_a_brake_holds_is_let_go_by_one_press(world: World) -> None:
    with tab(world, "nia") as page:
        page.goto(world.url("/messages/"))
        page.locator('a[href="' + "/messages/out/{held}/".format(**world.known) + '"]').click()
        page.get_by_role("button", name="Let it go on").click()
        expect(page.get_by_role("status").first).to_contain_text("What was held leaves within a minute.")
        expect(page.get_by_role("button", name="Let it go on")).to_have_count(0)


RING = """() => { const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 }"""


def test_every_stop_of_the_tab_key_is_seen(world: World) -> None:
    with tab(world, "nia") as page:
        page.goto(world.url("/queue/"))
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        for _ in range(25):
            assert page.evaluate(RING), page.evaluate("document.activeElement.outerHTML")
            page.keyboard.press("Tab")


def test_the_queue_by_hand(world: World) -> None:
    with tab(world, "nia") as page:
        page.goto(world.url("/queue/"))
        rows = page.locator("[data-queue] tbody tr")
        for key, row in (("j", 0), ("j", 1), ("k", 0)):
            page.keyboard.press(key)
            expect(rows.nth(row)).to_have_attribute("data-here", "")
        reference = rows.first.locator("a").first.inner_text()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{world.address}/cases/{reference}/")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Find or do")
        reads_well(page, "nia-keys")


def test_the_palette_finds_does_and_searches(world: World) -> None:
    with tab(world, "nia") as page:
        page.goto(world.url("/cases/{shared}/"))
        page.keyboard.press("Control+k")
        page.keyboard.type("engage")
        expect(page.get_by_role("option").first).to_contain_text(f"Engage a desk, {world.known['shared']}")
        reads_well(page, "nia-palette")
        page.locator("#palette input").fill(world.known["shared"].lower().replace("-", ""))
        expect(page.get_by_role("option").first).to_have_attribute(
            "data-href", world.url("/cases/{shared}/")[len(world.address) :]
        )
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/search/[\w-]+/$"))
        expect(page.locator("#cases-found")).to_contain_text(world.known["shared"])


def test_words_reach_an_open_page(world: World) -> None:
    with tab(world, "priya") as reader, tab(world, "nia") as writer:
        for page in (reader, writer):
            page.goto(world.url("/cases/{shared}/"))
        expect(reader.locator("[data-live-words]").first).to_contain_text("Live")
        writer.locator("input[name=audience][value=raiser]").check(force=True)
        writer.locator("#words").fill("The load has been run again; please look at your confirmations.")
        writer.locator("[data-composer] .btn-primary").click()
        expect(reader.locator("#timeline")).to_contain_text("The load has been run again")


def test_ten_tabs_of_one_browser_stay_live(world: World) -> None:
    tabs = [world.context("nia").new_page() for _ in range(10)]
    for page in tabs:
        page.goto(world.url("/queue/"))
    for page in tabs:
        expect(page.locator("[data-live-words]").first).to_contain_text("Live")
    with tab(world, "priya") as page:
        page.goto(world.url("/cases/{shared}/"))
        page.locator("#words").fill("Thank you, we are looking.")
        page.locator("[data-composer] .btn-primary").click()
        expect(page.locator("#timeline")).to_contain_text("Thank you, we are looking.")
    for page in tabs:
        expect(page.locator("[data-live-words]").first).to_contain_text("last change")
        page.close()


def said_to_the_raiser(world: World, words: str) -> None:
    """Nia's words, without her browser."""
    with verbs():
        nia = acting_for(Person.objects.get(email="nia@elexon.example"), None, now()).chosen
        case = Case.objects.get(reference=world.known["shared"])
    assert nia is not None
    writing.write(case, to="raiser", words=words, by=nia, at=now())


@pytest.mark.parametrize("listening_already", [False, True])
def test_what_changes_before_a_tab_listens_is_not_missed(world: World, listening_already: bool) -> None:
    words = f"Said while the page was on its way, {listening_already}."

    held: list[Route] = []
    with ExitStack() as tabs:
        if listening_already:
            other = tabs.enter_context(tab(world, "priya"))
            other.goto(world.url("/cases/"))
        page = tabs.enter_context(tab(world, "priya"))
        page.route("**/js/live.js", lambda route: held.append(route))
        page.goto(world.url("/cases/{shared}/"), wait_until="commit")
        expect(page.locator("#timeline")).to_be_visible()
        said_to_the_raiser(world, words)
        for route in held:
            route.continue_()
        expect(page.locator("#timeline")).to_contain_text(words)


def test_ten_open_cases_of_one_browser_all_follow(world: World) -> None:
    tabs = [world.context("priya").new_page() for _ in range(10)]
    for page in tabs:
        page.goto(world.url("/cases/{shared}/"))
        expect(page.locator("[data-live-words]").first).to_contain_text("Live")
    said_to_the_raiser(world, "Heard by all ten.")
    for page in tabs:
        expect(page.locator("#timeline")).to_contain_text("Heard by all ten.")
        page.close()


def test_a_row_that_changed_glows_and_what_was_selected_stays(world: World) -> None:
    with tab(world, "nia") as page:
        page.goto(world.url("/queue/"))
        expect(page.locator("[data-live-words]").first).to_contain_text("Live")
        row = page.locator(f"tr:has-text('{world.known['shared']}')")
        row.locator("input[type=checkbox]").check()
        said_to_the_raiser(world, "The row changes under its reader.")
        expect(row).to_have_class(re.compile("fresh"))
        expect(row).to_have_attribute("aria-selected", "true")
        expect(page.locator("[data-selected-words]")).to_have_text("1 selected")


def test_every_key_of_a_case(world: World) -> None:
    with tab(world, "nia") as page:
        page.goto(world.url("/queue/"))
        references = page.locator("tbody .c-ref a").all_inner_texts()
        at = references.index(world.known["shared"])
        page.goto(world.url("/cases/{shared}/"))
        for key, focused in (("l", "#lanes"), ("h", "#timeline"), (".", "[data-key='.']"), ("w", "#words")):
            page.keyboard.press(key)
            expect(page.locator(focused)).to_be_focused()
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        expect(page.locator("input[value=internal]")).to_be_checked()
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        told = page.get_by_role("dialog", name="Keys")
        for label in ("Legs", "Timeline", "Latest change", "Next case", "Previous case", "Up to the queue", "Assign"):
            expect(told).to_contain_text(label)
        page.keyboard.press("Escape")
        page.keyboard.press("[")
        page.wait_for_url(f"{world.address}/cases/{references[at - 1]}/")
        page.keyboard.press("]")
        page.wait_for_url(world.url("/cases/{shared}/"))
        page.keyboard.press("e")
        page.wait_for_url(world.url("/cases/{shared}/engagement"))
        page.go_back()
        page.keyboard.press("u")
        page.wait_for_url(re.compile("/queue/"))
        for second, path in (("d", "/directory/"), ("i", "/mail/"), ("q", "/queue/")):
            page.keyboard.press("g")
            page.keyboard.press(second)
            page.wait_for_url(f"{world.address}{path}")


SHIFTED = """() => new Promise((told) => { let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => told(sum), 1200) })"""


@pytest.mark.parametrize("path", ["/queue/", "/cases/{shared}/"])
def test_nothing_jumps(world: World, path: str) -> None:
    with tab(world, "nia") as page:
        page.goto(world.url(path))
        assert page.evaluate(SHIFTED) < 0.01


def test_hours_are_kept_and_an_agreement_accepted_by_keyboard_alone(world: World) -> None:
    with tab(world, "ada") as page:
        page.goto(world.url("/directory/desks/{third}/hours/"))
        page.get_by_label("Monday").focus()
        for hours in ("09:00-12:30, 13:00-17:00", "10:00-24:00"):
            page.keyboard.press("Control+a")
            page.keyboard.type(hours)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".told")).to_contain_text("Kept as version 1, from now.")
        expect(page.locator(".fortnight")).to_contain_text("10:00 to 24:00")
        page.goto(world.url("/agreements/{proposed}/"))
        page.get_by_role("button", name="Accept version 1").focus()
        assert page.evaluate(RING)
        page.keyboard.press("Enter")
        expect(page.locator(".told")).to_contain_text("Accepted and in force.")
