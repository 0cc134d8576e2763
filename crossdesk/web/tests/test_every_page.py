"""Every page of the demonstration, as three of its people see it in a browser, light and dark, wide and narrow.

Nothing axe objects to, nothing that scrolls sideways, no complaint on the console; then the keys and the live signal.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from crossdesk.cases import writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import Outcome, Stage
from crossdesk.cases.models import Case, JointTriage
from crossdesk.cases.review_asks import ReviewAsk
from crossdesk.commands.demo import load_demo, sign_ins
from crossdesk.desks.models import Agreement, Desk, Terms
from crossdesk.desks.seats import acting_for
from crossdesk.exchange.conformance.runs import ConformanceRun
from crossdesk.exchange.conformance.steps import STEPS
from crossdesk.exchange.models import Brake, OutboxItem, RawMail
from crossdesk.kit.time import now
from crossdesk.knowledge.models import Article
from crossdesk.known_errors.models import KnownError
from crossdesk.majors.models import MajorIncident
from crossdesk.parties.models import Delegation, ParentGrant, Person
from crossdesk.postgres.tests import databases
from crossdesk.postgres.tests.processes import wait_for
from crossdesk.problems.models import Problem
from crossdesk.requests.models import Approval, Request
from crossdesk.signals.models import Fault
from crossdesk.status.models import PublicSpell
from crossdesk.threads.viewer import verbs
from crossdesk.web.tests.test_live import session_of
from crossdesk.web.tests.test_parts import COLOURS, RULES, objections, shot, sideways

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's own loop runs in this thread, beside our queries
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("every page")]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ELEXON, PENNINE = "Elexon Service Desk", "Pennine Grid help desk"

EVERYBODY = (
    "/cases/", "/cases/{shared}/", "/raise/", "/directory/", "/updates/",
    "/directory/desks/{elexon}/", "/directory/desks/{elexon}/hours/", "/directory/parties/{party}/",
    "/status/", "/operations/", "/knowledge/", "/knowledge/{article}/",
)  # fmt: skip
THE_SAME_TO_ALL = (
    "/cases/?show=closed", "/rules/", "/directory/?q=pennine", "/search/", "/profile/", "/account/email/",
    "/account/password/change/", "/account/logout/", "/cases/CP-0000-0000/", "/anchors/", "/status/past/", "/calendar/",
    "/api/", "/rules/interfaces/IF-036/", "/knowledge/{article}/difference/",
)  # fmt: skip
AT_A_DESK = (
    "/maintenance/", "/updates/readers/", "/queue/", "/mail/", "/messages/", "/messages/?show=latest",
    "/mail/sink/", "/mail/cases/{shared}/", "/queue/by-hand", "/directory/unreached/",
)  # fmt: skip
TRIAGING = (
    "/queue/?view=us", "/queue/?view=them", "/queue/?view=nobody", "/queue/?view=overdue", "/queue/?view=triage",
    "/queue/?view=offers", "/queue/?view=resolved", "/queue/?view=bounced", "/queue/without?days=365", "/queue/reviews",
    "/cases/{shared}/engagement", "/cases/{shared}/engagement?to={third}", "/cases/{shared}/priority",
    "/cases/{shared}/assignment", "/cases/{shared}/question", "/cases/{shared}/resolution", "/cases/{shared}/link",
    "/cases/{shared}/legs/{leg}/withdrawal", "/cases/{shared}/impact-party", "/cases/{shared}/impact-system",
    "/cases/{shared}/impact-row", "/cases/{shared}/impact-answer?phrase=row-12-major",
)  # fmt: skip
IN_THE_ROOM = (
    "/majors/{major}/", "/majors/{major}/situation", "/majors/{major}/standing-down", "/majors/{major}/role",
    "/majors/{major}/party", "/majors/{major}/actions/1/completion", "/cases/{shared}/major",
)  # fmt: skip
PAGES = [
    *((who, "/health/") for who in ("nia", "priya", "gwen")),
    *(("nia", page) for page in ("/health/messages/", "/health/feeds/", "/health/faults/{fault}/")),
    *(("nia", page) for page in (*AT_A_DESK, *TRIAGING, *EVERYBODY, *THE_SAME_TO_ALL)),
    *(("priya", page) for page in ("/queue/", *EVERYBODY, "/cases/{shared}/withdrawal")),
    *(("gwen", page) for page in (*AT_A_DESK, *EVERYBODY, "/cases/{shared}/legs/{leg}/resolution")),
    *(("mair", page) for page in ("/cases/?of={lent}", "/cases/{shared}/", "/directory/parties/{delegate}/")),
    *(("hal", page) for page in ("/cases/?of=named", "/cases/{restricted}/", "/cases/{restricted}/naming")),
    *(("hal", page) for page in ("/directory/parties/{parent}/", "/directory/parties/{child}/")),
    *(("ewan", page) for page in ("/cases/{shared}/", "/cases/{shared}/restriction", "/queue/reviews")),
    *(("ewan", page) for page in ("/cases/{to_close}/closure", "/cases/{excused}/")),
    *((who, "/cases/{joint}/joint") for who in ("nia", "gwen", "sol", "carl")),
    ("nia", "/cases/{carried}/legs/2/pack"),
    ("nia", "/messages/out/{held}/"),
    ("sol", "/cases/{joint}/joint-side"),
    ("nia", "/cases/{joint}/joint-decision"),
    ("nia", "/cases/{shared}/sight"),
    ("gwen", "/cases/{shared}/legs/{leg}/engagement"),
    *(("carl", page) for page in ("/cases/{redirected}/", "/cases/{redirected}/onward")),
    ("una", "/cases/{away}/onward"),
    *(
        ("nia", f"/knowledge/{page}")
        for page in ("new/", "{article}/edit/", "{article}/publish/", "{article}/versions/1/")
    ),
    ("joss", "/directory/parties/{party}/"),
    ("ada", "/directory/desks/{elexon}/hours/"),
    *(("ada", page) for page in ("/agreements/", "/agreements/new/", "/agreements/new/?with={party}&who=them")),
    *(("ada", f"/agreements/{{{each}}}/") for each in ("agreed", "proposed", "ahead")),
    ("ada", "/agreements/{agreed}/change/"),
    *(("ada", f"/agreements/{{{each}}}/conformance/") for each in ("agreed", "tried")),
    *(("priya", page) for page in ("/agreements/", "/agreements/new/")),
    *(("ewan", page) for page in ("/majors/", "/majors/?show=past", *IN_THE_ROOM)),
    *(("gwen", page) for page in ("/majors/", "/majors/{major}/", "/majors/{major}/words")),
    *(("priya", page) for page in ("/majors/", "/majors/?show=past")),
    ("dara", "/majors/{past}/"),
    *((who, "/majors/{past}/review/") for who in ("dara", "una", "max")),
    *(
        (who, page)
        for who in ("ewan", "priya")
        for page in ("/problems/", "/problems/{problem}/", "/known-errors/{known}/")
    ),
    *(("ewan", page) for page in ("/known-errors/{known}/readers", "/problems/{problem}/action", "/known-errors/")),
    ("una", "/majors/{past}/review/section/"),
    ("una", "/majors/?show=past"),
    *((who, "/actions/") for who in ("ewan", "priya")),
    ("ewan", "/requests/"),
    ("priya", "/requests/new/solr-transfer/"),
    ("ewan", "/cases/{asked}/approvals/{approval}/"),
    ("mair", "/cases/{joining}/"),
    *((who, page) for who in ("", "hal") for page in ("/status/", "/status/past/", "/status/incidents/{told}/")),
]


FIRST = {path: who for who, path in reversed(PAGES)}
"""Who looks at a page every way. The others see it light and wide, and dark and narrow: so every rule and every colour
is still held to what only they see."""


@dataclass
class World:
    """The demonstration behind a running server, and a browser in which each of its people has signed in."""

    address: str
    known: dict[str, str]
    chromium: Browser
    signed_in: dict[str, BrowserContext] = field(default_factory=dict)

    def context(self, who: str) -> BrowserContext:
        if who not in self.signed_in:
            context = self.chromium.new_context(viewport=WIDE, reduced_motion="reduce")  # type: ignore[arg-type]
            context.set_default_timeout(10_000)
            if who:
                with verbs():
                    email = Person.objects.get(name__istartswith=f"{who} ").email
                context.add_cookies([{"name": "sessionid", "value": session_of(email), "url": self.address}])
            self.signed_in[who] = context
        return self.signed_in[who]

    def url(self, path: str) -> str:
        return self.address + path.format(**self.known)


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


@contextmanager
def serving(name: str, folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATABASE_URL": databases.address("default", name),
        "CROSSDESK_OWNER_URL": databases.address("owner", name),
        "CROSSDESK_SECRET_KEY": settings.SECRET_KEY,
        "CROSSDESK_URL": address,
        "CROSSDESK_DEMONSTRATION": "1",
    }
    command = [sys.executable, "-m", "crossdesk", "serve", "--port", str(port)]
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"{address}/healthz", server)
            yield address
        finally:
            server.terminate()
            server.wait(15)


def known() -> dict[str, str]:
    """A case of Sycamore's at Elexon on which Pennine's help desk works, and where the directory leads."""
    with verbs():
        open_legs = Leg.objects.filter(to_desk__name=PENNINE, case__owner__name=ELEXON, settled_at=None)
        leg = open_legs.filter(case__raiser__name="Sycamore Energy").select_related("case__owner").latest("created_at")
        engaged = Leg.objects.filter(case=leg.case).values("to_desk")
        third = Desk.objects.filter(rule="ldso-help-desk").exclude(pk__in=engaged).earliest("pk")
        redirected = Case.objects.filter(outcome=Outcome.REDIRECTED, links_down=None).select_related("raiser")
        return {
            "joint": JointTriage.objects.select_related("case").get(decided_at=None).case.reference,
            "redirected": redirected.get(owner__name=ELEXON, thread__entries__facts__to__in=_hosted()).reference,
            "away": redirected.get(thread__entries__body__detail__to="REC Service Desk").reference,
            "shared": leg.case.reference,
            "carried": OutboxItem.objects.filter(state="by_hand").select_related("case")[0].about,
            "to_close": Case.objects.get(stage=Stage.RESOLVED, owner=leg.case.owner).reference,
            "excused": ReviewAsk.objects.select_related("case").get(rule="").case.reference,
            "word": max(re.findall("[a-z]+", leg.case.summary), key=len),
            "leg": str(leg.number),
            "elexon": str(leg.case.owner_id),
            "third": str(third.pk),
            "party": str(leg.case.raiser_id),
            "lent": str(leg.case.followed_by[0]),
            "delegate": str(Delegation.objects.get(seat__in=leg.case.followed_by).delegate_id),
            "restricted": Case.objects.exclude(lists={}).get().reference,
            "agreed": Agreement.objects.get(desk__name=PENNINE).reference,
            "tried": tried_once().reference,
            "held": str(held_by_a_brake().pk),
            "proposed": Terms.objects.get(accepted_at=None, declined_at=None).agreement.reference,
            "ahead": Terms.objects.filter(since__gt=now()).earliest("since").agreement.reference,
            "major": MajorIncident.objects.get(state="declared").reference,
            "past": MajorIncident.objects.get(state="reviewed").reference,
            "article": Article.objects.get(version=2).reference,
            "problem": Problem.objects.get().reference,
            "known": KnownError.objects.get().reference,
            "told": PublicSpell.objects.latest("since").incident,
            "asked": Approval.objects.get(key="dip-id.manager", decided_at=None).request.case.reference,
            "approval": str(Approval.objects.get(key="dip-id.manager", decided_at=None).pk),
            "joining": Request.objects.get(item="onboarding").case.reference,
            "fault": str(Fault.objects.earliest("since").pk),
            "parent": str(ParentGrant.objects.get().parent_id),
            "child": str(ParentGrant.objects.get().child_id),
        }


def held_by_a_brake() -> OutboxItem:
    """One more message on a conversation on which two machines seemed to answer each other."""
    item = OutboxItem.objects.filter(state="by_hand").earliest("pk")
    lane, why = "link held", "More than 12 messages went each way within 10 minutes."
    item.pk, item.lane, item.number, item.message_id = None, lane, 1, f"{item.message_id}.held"
    item.state, item.next_try_at, item.last_error = "waiting", now() + timedelta(days=1), f"Held: {why}"
    item.save(force_insert=True)
    assert item.case is not None
    Brake.objects.create(case=item.case, lane=lane, why=why, pulled_at=now(), seats=item.seats)
    return item


def tried_once() -> Agreement:
    """An agreement on which something of a conformance test is to be mended."""
    agreement = Agreement.objects.get(promiser__name="DCC", desk__name="Switching Service Desk")
    steps = [{"name": each, "verdict": "passed", "words": "It was seen."} for each in STEPS[:-1]]
    steps.append({"name": STEPS[-1], "verdict": "failed", "words": "They proposed no resolution within 60 seconds."})
    told = {"by": "Nia Bevan", "channel": "mail", "steps": steps, "seats": agreement.seats}
    for passed in (True, False):
        ConformanceRun.objects.create(agreement=agreement, at=now(), passed=passed, **told)
    return agreement


def _hosted() -> list[int]:
    return list(Desk.objects.filter(home=Desk.Home.HOSTED).values_list("pk", flat=True))


def reads_well(page: Page, name: str, *, every_way: bool = True) -> None:
    for size, schemes in ((WIDE, ("light", "dark")), (NARROW, ("dark", "light"))):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in schemes if every_way else schemes[:1]:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            shot(page, f"{name}-{scheme}-{size['width']}")
            asked = RULES if scheme == schemes[0] else COLOURS
            assert objections(page, asked) == [], f"{scheme}, {size['width']} wide"
        assert sideways(page) == 0, f"{size['width']} wide"


@contextmanager
def tab(world: World, who: str) -> Iterator[Page]:
    """A new tab, closed at the end; whatever its console complained of fails the test."""
    page, complaints = world.context(who).new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        page.close()
    assert complaints == []


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
