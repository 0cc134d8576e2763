import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.exchange.letters.compose import WRITE_ABOVE
from crossdesk.exchange.letters.display import safe_html, text_from_html, words_of
from crossdesk.exchange.letters.quotes import split_quoted
from crossdesk.exchange.letters.tests.test_reading import read

REPLY = (
    "It is fixed.\n\nAda\n\n"
    "On Mon, 2 Nov 2026 at 09:15, Central Help Desk <desk@crossdesk.example> wrote:\n> Please look.\n"
)


def test_new_words_are_told_from_quoted_ones() -> None:
    split = split_quoted(REPLY)
    assert split.new.startswith("It is fixed.")
    assert "> Please look." in split.quoted
    assert split.whole == REPLY


def test_nothing_below_our_line_is_new() -> None:
    split = split_quoted(f"It is fixed.\n\n{WRITE_ABOVE}\nYour reply joins CP-7K3M-9Q4X.\n")
    assert split.new == "It is fixed."
    assert "Your reply joins" in split.quoted


OURS = f"{WRITE_ABOVE}\n\nOur-Ref: CP-7K3M-9Q4X\n\nPlease check.\n"
OUTLOOK = "From: Elexon Service Desk <desk@crossdesk.example>\nSent: 24 November 2026 12:00\nTo: Ada\nSubject: Case\n\n"
GMAIL = "On Tue, 24 Nov 2026 at 12:00, Elexon Service Desk <\ndesk+abcdef@crossdesk.example> wrote:\n\n"


@pytest.mark.parametrize(
    "below",
    [
        OURS,
        OUTLOOK + OURS,
        "________________________________\n" + OUTLOOK + OURS,
        "-----Original Message-----\n" + OUTLOOK + OURS,
        GMAIL + "".join(f"> {line}\n" for line in OURS.split("\n")),
        GMAIL + "".join(f">> {line}\n" for line in OURS.replace("-- R", "— R").replace("e --", "e —").split("\n")),
        "Am 24.11.2026 um 12:00 schrieb Elexon Service Desk:\n> -- Reply above this\n> line --\n> Our-Ref: x",
    ],
    ids=["bare", "outlook", "outlook web", "older outlook", "gmail", "dashes", "broken line"],
)
def test_what_mail_programs_quote_of_our_letter_is_not_new(below: str) -> None:
    split = split_quoted(f"It is fixed.\n\nAda\n\n{below}")
    assert split.new == "It is fixed.\n\nAda"


@pytest.mark.parametrize("text", ["", "Only new words.", "> All of it is quoted.", "a" * 50_000, "one\n" * 9_000])
def test_words_that_cannot_be_split_are_all_shown(text: str) -> None:
    split = split_quoted(text)
    assert split.whole == text
    assert bool(split.new) == bool(text)


@given(st.text(alphabet="a >\n:OnwroteFm-_", max_size=400))
def test_no_word_is_lost(text: str) -> None:
    split = split_quoted(text)
    assert (split.new + split.quoted).split() == text.split()


@pytest.mark.parametrize("text", ["\n" * 20_000, "On " * 7_000, "On\n" * 7_000, ">\n" * 20_000, "_ " * 20_000])
def test_splitting_takes_no_ages(text: str) -> None:
    start = time.perf_counter()
    split_quoted(text)
    assert time.perf_counter() - start < 4


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>Hello",
        '<p onclick="x()">Hello</p>',
        '<img src="https://track.example/x.gif">Hello',
        '<a href="javascript:x()">Hello</a>',
        "<style>p{}</style><form action=x>Hello</form>",
    ],
)
def test_a_page_is_harmless(page: str) -> None:
    cleaned = safe_html(page)
    assert not any(each in cleaned for each in ("alert", "onclick", "track", "javascript", "style", "form"))
    assert text_from_html(page) == "Hello"


def test_where_a_link_leads_is_said() -> None:
    assert text_from_html('<a href="https://b.example/">your bank</a>') == "your bank (https://b.example/)"


def test_a_page_reads_as_lines() -> None:
    assert text_from_html("<p>One<br>two</p><ul><li>a<li>b</ul>") == "One\ntwo\n\n- a\n- b"


def test_a_page_that_is_nothing_but_depth_is_read_at_once() -> None:
    start = time.perf_counter()
    assert text_from_html("<div>" * 90_000 + "deep") == "deep"
    assert time.perf_counter() - start < 3


def test_plain_words_come_before_the_page() -> None:
    assert words_of(read("plain and page")).strip() == "The plain words."
    assert words_of(read("page alone")) == "Only a page"
