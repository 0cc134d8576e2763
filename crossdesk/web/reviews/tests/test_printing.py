"""The PDF of a review, read back with a reader that is not ours."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from crossdesk.cases.tests.cast import NOON
from crossdesk.reviews import facts, publishing, sections
from crossdesk.reviews.tests.conftest import DAY, LATER, Past, circulated, closed
from crossdesk.threads.viewer import Viewer
from crossdesk.web.reviews.tests.test_pages import at, full

Browser = Callable[[Viewer], Client]
HOSTILE = '#eval("1") *bold* _it_ $x$ <script>alert(1)</script> [link] @ref \\ `code` // no /* comment */ #include'


def read(client: Client, address: str) -> PdfReader:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.content))


def text(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def published(it: Past) -> None:
    closed(it)
    publishing.publish(it.review, why="Learnt.", without="Some.", by=it.ewan, at=NOON + 2 * DAY)


def test_it_says_what_the_page_says_with_british_dates(there: Past, browser: Browser) -> None:
    full(there)
    published(there)
    pdf = read(browser(there.here.hal), at(there) + "pdf")
    told = text(pdf)
    for words in (
        "Data missing",
        "Published 26 Nov 2026, 12:00 GMT",
        "A load stopped.",
        "Time to reconcile 23 h 00 m",
        "Fact 1, stated by Supplier",
        "disputes it: It rang.",
        "We noticed late.",
        "Alarm on silence",
        "Service restored",
        "page 1 of",
    ):
        assert words in told
    assert "Draft" not in told


def test_it_is_tagged_and_says_its_title_and_language(there: Past, browser: Browser) -> None:
    full(there)
    pdf = read(browser(there.ewan), at(there) + "pdf")
    root: Any = pdf.root_object
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"Review of {there.major}: Data missing"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_a_competitor_takes_no_name_along(there: Past, browser: Browser) -> None:
    full(there)
    published(there)
    told = text(read(browser(there.here.hal), at(there) + "pdf"))
    for secret in ("Sycamore", "Priya", "Sam", there.case.reference):
        assert secret not in told


def test_before_it_is_published_only_the_lead_takes_it_along_and_it_says_draft(there: Past, browser: Browser) -> None:
    full(there)
    assert browser(there.here.priya).get(at(there) + "pdf").status_code == 404
    assert "not published, and for Elexon Service Desk alone" in text(read(browser(there.ewan), at(there) + "pdf"))


@pytest.mark.parametrize("hostile", [HOSTILE, "#" * 500, '"]} #panic()', "a\x01b", "= Heading\n- list\n+ more"])
def test_hostile_words_come_out_as_words(there: Past, browser: Browser, hostile: str) -> None:
    circulated(there)
    facts.state(there.review, hostile, by=there.here.gwen, at=LATER)
    sections.write(there.review, hostile, by=there.here.gwen, at=LATER)
    sections.sign(there.review, by=there.here.gwen, at=LATER)
    told = text(read(browser(there.ewan), at(there) + "pdf"))
    bare = "".join(hostile.replace("\x01", "").split())
    assert told.replace(" ", "").count(bare) == 2


@pytest.mark.parametrize("sign", ["\U0001f600", "\u4e2d", "\ue000"])
def test_a_sign_that_no_font_has_spoils_nothing(there: Past, browser: Browser, sign: str) -> None:
    circulated(there)
    facts.state(there.review, f"Loads {sign} run.", by=there.here.gwen, at=LATER)
    pdf = read(browser(there.ewan), at(there) + "pdf")
    assert "run." in text(pdf)
    root: Any = pdf.root_object
    assert root["/MarkInfo"]["/Marked"]
