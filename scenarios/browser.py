"""Somebody at a browser: signs in, reads, fills in, presses."""

from __future__ import annotations

import re

from playwright.sync_api import APIResponse, Browser, Locator, Page, expect

from crossdesk.kit.tests.waiting import until
from crossdesk.web.tests.browsing import context_of
from scenarios.cast import PASSWORD

REFERENCE = re.compile(r"CP-[0-9A-Z]{4}-[0-9A-Z]{4}")
EXAMPLE = "CP-7K3M-9Q4X"  # what an empty field shows as the look of a reference


class Somebody:
    """One person in a browser of their own."""

    def __init__(self, browser: Browser, address: str, email: str) -> None:
        self.email = email
        self.page: Page = context_of(browser, address).new_page()
        self.page.goto("/account/login/")
        self.fill("Email", email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_role("navigation", name="Main")).to_be_visible()

    def leaves(self) -> None:
        self.page.context.close()

    def go(self, path: str) -> None:
        self.page.goto(path)

    def fill(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def choose(self, label: str, option: str) -> None:
        """The option that begins with these words."""
        field = self.page.get_by_label(label, exact=True)
        offered = field.locator("option", has_text=re.compile(f"^{re.escape(option)}")).first
        field.select_option(value=offered.get_attribute("value"))

    def tick(self, within: str, words: str) -> None:
        group = self.page.get_by_role("group", name=within, exact=True)
        group.locator("label", has_text=words).get_by_role("checkbox").check()

    def press(self, name: str, within: Locator | None = None) -> None:
        """A button, or a link that looks like one."""
        place = within or self.page.locator("main")
        button = place.get_by_role("button", name=name, exact=True)
        wanted = button.or_(place.get_by_role("link", name=name, exact=True)).first
        more = place.get_by_role("button", name="More", exact=True)
        # What is done less often stands behind "More", which leaves it out of sight and out of the roles.
        if not within and not wanted.count() and more.count():
            more.first.click()
        wanted.click()

    def sees(self, *words: str, part: str = "main") -> None:
        for each in words:
            expect(self.page.locator(part)).to_contain_text(each)

    def comes_to_see(self, path: str, words: str) -> None:
        """What somebody else is about to do: looks again until the words stand there."""
        until(lambda: words in self.asks(path).text(), f"“{words}” on {path}")
        self.go(path)

    def cases_on(self, path: str) -> set[str]:
        """Every case that the page tells of, wherever it stands on it."""
        return _cases(self.asks(path))

    def finds(self, words: str) -> set[str]:
        return _cases(self.sends("/search/", q=words))

    def asks(self, path: str) -> APIResponse:
        return self.page.request.get(path)

    def sends(self, path: str, **fields: str) -> APIResponse:
        """A form by itself, as somebody would send who wrote the address by hand."""
        token = self.page.locator("body").get_attribute("data-csrf") or ""
        headers = {"X-CSRFToken": token, "Referer": self.page.url}
        return self.page.request.post(path, form=dict(fields), headers=headers)


def _cases(answer: APIResponse) -> set[str]:
    assert answer.ok, f"{answer.url} answered {answer.status}"
    return set(REFERENCE.findall(answer.text())) - {EXAMPLE}
