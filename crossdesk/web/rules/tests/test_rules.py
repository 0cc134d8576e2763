"""The rules for readers: every row of the market stands on the page with its source, and the palette leads to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from crossdesk.cases.tests.cast import Cast
from crossdesk.rulebook import load
from crossdesk.rulebook.kinds import KINDS
from crossdesk.threads.viewer import Viewer
from crossdesk.web.rules.pages import rules_named
from crossdesk.web.rules.sections import SECTIONS

Browser = Callable[[Viewer], Client]
BOOK = load()


def test_no_kind_of_row_is_left_out() -> None:
    assert sorted(section.kind for section in SECTIONS) == sorted(KINDS)


def test_every_row_stands_on_the_page_with_what_it_says(
    here: Cast, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    client = browser(here.priya)
    with django_assert_max_num_queries(18):
        page = client.get("/rules/").content.decode()
    for kind, held in KINDS.items():
        for key in BOOK.rows(kind):
            assert f'id="{held.table}-{key}"' in page
    assert "LDSO detects incorrect/missing MPAN data affecting &gt;100 MPANs." in page
    assert "more than 500 MPANs" in page
    assert "P1, resolve, Data Integration Platform" in page
    assert "6 h 00 m" in page
    assert "not published; set by operator" in page
    assert "Owner and provider look swapped" in page


def test_only_those_who_signed_in_read_it(client: Client) -> None:
    assert client.get("/rules/").status_code == 302


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("missing mpan data", "/rules/scenarios/missing-mpan-data/"),
        ("scenarios", "/rules/#scenarios"),
        ("switching service", "/rules/desks/switching/"),
        ("if-036", "/rules/interfaces/IF-036/"),
    ],
)
def test_the_palette_finds_a_rule_by_its_words(words: str, address: str) -> None:
    assert address in [found for _, found in rules_named(BOOK, words, 8)]


def test_nothing_is_offered_for_a_letter_or_two() -> None:
    assert rules_named(BOOK, "p1", 8) == []


def test_the_palette_leads_there(here: Cast, browser: Browser) -> None:
    found = browser(here.priya).post("/find/", {"q": "wrongful customer disconnections"}).content.decode()
    assert "/rules/scenarios/mistaken-disconnection/" in found
