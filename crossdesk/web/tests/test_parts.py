"""Every part in a browser, light, dark, wide and narrow: nothing axe objects to, nothing that scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from crossdesk.web.tests.browsing import COLOURS, RULES, context_of, objections, shot, sideways
from crossdesk.web.tests.conftest import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["marks", "queue", "case", "portal", "war"])
def test_page_reads_well(chromium: Browser, parts_site: Site, name: str) -> None:
    page = context_of(chromium, parts_site.address).new_page()
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
