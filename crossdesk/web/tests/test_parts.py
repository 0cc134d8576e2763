"""Every part in a browser, light, dark, wide and narrow: nothing axe objects to, nothing that scrolls sideways."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from crossdesk.web.tests.conftest import Site

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""What a page in its other scheme can still get wrong: `light-dark()` changes nothing but colours."""
LOOKS = 3
"""A part that asks again is drawn faint, also while axe looks; what is wrong with a page is wrong each time."""

SHOTS = os.environ.get("CROSSDESK_SHOTS")

pytestmark = pytest.mark.browser


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
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def shot(page: Page, name: str) -> None:
    """A picture for people to look at, where CROSSDESK_SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("name", ["marks", "queue", "case", "portal", "war"])
def test_page_reads_well(chromium: Browser, parts_site: Site, name: str) -> None:
    page = chromium.new_page(reduced_motion="reduce")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for theme, asked in (("light", RULES), ("dark", COLOURS)):
        page.goto(f"{parts_site.address}/{name}?theme={theme}")
        page.evaluate("document.fonts.ready.then(() => true)")
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            shot(page, f"{name}-{theme}-{width}")
            assert objections(page, asked) == [], f"{theme}, {width} wide"
            assert sideways(page) == 0, f"{theme}, {width} wide"
    assert complaints == []
    page.close()
