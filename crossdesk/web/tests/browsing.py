"""A browser of the tests: a context of somebody's own, and whether a page reads well in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from crossdesk.kit.tests.waiting import LONGEST
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import Viewer, verbs

WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""What a page in its other scheme can still get wrong: `light-dark()` changes nothing but colours."""
LOOKS = 3
"""A part that asks again is drawn faint, also while axe looks; what is wrong with a page is wrong each time."""

SHOTS = os.environ.get("CROSSDESK_SHOTS")


def context_of(browser: Browser, address: str, session: str = "") -> BrowserContext:
    """Somebody's own, signed in where there is a session. It waits: a busy machine is no failure."""
    context = browser.new_context(base_url=address, viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(LONGEST * 1000)
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    return context


@contextmanager
def page_of(who: Viewer, served: str, browser: Browser) -> Iterator[Page]:
    with verbs():
        session = session_of(Person.objects.get(pk=who.person or 0).email)
    context = context_of(browser, served, session)
    yield context.new_page()
    context.close()


def session_of(email: str) -> str:
    person = Person.objects.get(email=email)
    kept = SessionStore()
    kept[SESSION_KEY] = str(person.pk)
    kept[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    kept[HASH_SESSION_KEY] = person.get_session_auth_hash()
    kept.create()
    assert kept.session_key
    return kept.session_key


def reads_well(page: Page, name: str, *, every_way: bool = True) -> None:
    """Wide and narrow, light and dark; what comes next finds it wide again."""
    for size, schemes in ((WIDE, ("light", "dark")), (NARROW, ("dark", "light"))):
        page.set_viewport_size(size)
        for scheme in schemes if every_way else schemes[:1]:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            shot(page, f"{name}-{scheme}-{size['width']}")
            asked = RULES if scheme == schemes[0] else COLOURS
            assert objections(page, asked) == [], f"{scheme}, {size['width']} wide"
        assert sideways(page) == 0, f"{size['width']} wide"
    page.set_viewport_size(WIDE)


def objections(page: Page, to: list[str] = RULES) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    asked = {"runOnly": to, "resultTypes": ["violations"], "preload": False}
    found: list[dict[str, Any]] = []
    for _ in range(LOOKS):
        expect(page.locator(".htmx-request")).to_have_count(0)
        found = page.evaluate("asked => axe.run(asked)", asked)["violations"]
        if not found:
            break
    return [f"{rule['id']}: {node['html'][:160]} {node['any'][:1]}" for rule in found for node in rule["nodes"]]


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def shot(page: Page, name: str) -> None:
    """A picture for people to look at, where CROSSDESK_SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
