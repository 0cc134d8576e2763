import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdesk.exchange.letters.address import Addresses, Kind, Ticket
from crossdesk.exchange.letters.compose import WRITE_ABOVE, Office, Outgoing, Unsendable, compose
from crossdesk.exchange.letters.marks import due, heading, kept, link, said
from crossdesk.exchange.letters.read import Attachment, read_letter

OFFICE = Office("Central Help Desk", "crossdesk-test", Addresses("crossdesk.example", (b"a key for the tests",)))
PLAIN = Outgoing(
    name="out-7.1",
    to=["help@northgrid.example"],
    reference="CP-7K3M-9Q4X",
    subject="Readings missing",
    kind="raise",
    words="Since Monday no readings have come.",
    at=datetime(2026, 11, 2, 9, 15, tzinfo=UTC),
    answers_to=(Kind.LEG, 7),
)


def composed(**changes: Any) -> EmailMessage:
    return compose(replace(PLAIN, **changes), OFFICE)


def test_a_letter_carries_what_brings_its_answer_home() -> None:
    letter = composed()
    assert letter["Message-ID"] == "<out-7.1@crossdesk.example>"
    assert OFFICE.addresses.open_reply(letter["Reply-To"]) == Ticket(Kind.LEG, 7)
    assert " CP-7K3M-9Q4X " in letter["Subject"]


def test_a_machine_says_that_it_is_one_and_asks_for_quiet() -> None:
    letter = composed(hop=1)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert letter["X-Crossdesk-Loop"] == "crossdesk-test;hop=2"


def test_a_persons_own_words_are_not_automatic() -> None:
    assert "Auto-Submitted" not in composed(by_machine=False)


def test_the_fourth_hop_is_refused() -> None:
    with pytest.raises(Unsendable, match="a person has to answer"):
        composed(hop=3)


def test_an_answer_keeps_the_thread_and_each_number_once() -> None:
    letter = composed(
        in_reply_to="<two@northgrid.example>",
        references=["<one@northgrid.example>", "<two@northgrid.example>"],
        subject="RE: Fw: [CP-7K3M-9Q4X] INC0012345 Readings missing",
        their_reference="INC0012345",
    )
    assert letter["Subject"] == "Re: CP-7K3M-9Q4X INC0012345 Readings missing"
    assert letter["References"] == "<one@northgrid.example> <two@northgrid.example>"
    assert letter["In-Reply-To"] == "<two@northgrid.example>"


@pytest.mark.parametrize(
    "personal", ["1200023305967", "12 000 2330 5967", "ada@northgrid.example", "SW1A 1AA", "+44 20 7946 0018"]
)
def test_the_subject_names_no_household(personal: str) -> None:
    assert personal not in composed(subject=f"Missing for {personal} today")["Subject"]


def test_the_line_to_reply_above_stands_first_and_then_the_fixed_block() -> None:
    text = read_letter(composed(action_needed_by=datetime(2026, 6, 1, 16, 0, tzinfo=UTC)).as_bytes()).text
    assert text.startswith(
        f"{WRITE_ABOVE}\n\nOur-Ref: CP-7K3M-9Q4X\nYour-Ref: not known yet\nKind: raise\n"
        "Action-needed-by: 2026-06-01 17:00 BST (UK time)\n\nSince"
    )


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_no_words_can_add_a_header(subject: str, their_reference: str, thread: str) -> None:
    bad = "\r\nBcc: eve@elsewhere.example\r\n\r\n"
    letter = composed(subject=subject + bad, their_reference=their_reference + bad, in_reply_to=f"<{thread}{bad}>")
    again = read_letter(letter.as_bytes())
    assert not again.has("Bcc")
    assert again.message_id == "<out-7.1@crossdesk.example>"
    assert again.text.startswith(f"{WRITE_ABOVE}\n\nOur-Ref: CP-7K3M-9Q4X\nYour-Ref:")


@pytest.mark.parametrize("email", ["", "ada", "a@b.example\nBcc: eve@b.example", "a@b.example, c@d.example", "<>"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Unsendable, match="correct the contact"):
        composed(to=[email])


def test_we_do_not_write_to_ourselves() -> None:
    with pytest.raises(Unsendable, match="straight back"):
        composed(to=["desk@crossdesk.example"])


def test_files_travel_whole_under_tidy_names() -> None:
    letter = read_letter(composed(attachments=[Attachment("../a\r\nb.csv", "text/csv", b"x,\xff\r\ny")]).as_bytes())
    [attached] = letter.attachments
    assert (attached.name, attached.content) == ("a b.csv", b"x,\xff\r\ny")


def test_too_much_is_refused() -> None:
    with pytest.raises(Unsendable, match="at most 30 files"):
        composed(attachments=[Attachment("a", "text/plain", b"")] * 31)


OPEN = link("https://d.example/", "Open")
MARKED = heading("Why") + "\n" + said("Line one\n<b>two</b>") + f"\n\n{due('By noon.')}\n\n- a\n- b\n\n{OPEN}"


def both(words: str) -> tuple[str, str]:
    read = read_letter(composed(words=words).as_bytes())
    return read.text, read.html


def test_text_and_page_say_the_same() -> None:
    text, page = both(MARKED)
    for said_there in ("Why", "Line one", "By noon.", "a", "https://d.example/", "CP-7K3M-9Q4X", WRITE_ABOVE):
        assert said_there in text
        assert said_there in page
    assert "Open:\nhttps://d.example/" in text
    assert not any("\ue000" <= sign <= "\ue005" for sign in text + page)


def test_words_in_the_page_are_only_words() -> None:
    _, page = both(MARKED)
    assert "<b>two" not in page
    assert "&lt;b&gt;two" in page


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    _, page = both(MARKED)
    assert not re.search(r"<(img|script|link|iframe|form|input)|url\(|@import", page)
    assert re.findall(r'(?:href|src)="([^"]+)"', page) == ["https://d.example/"]


def test_nobody_s_words_can_draw_a_button() -> None:
    words = f"{said(link('https://evil.example/', 'Sign in'))}"
    assert "evil.example" not in re.findall(r'href="([^"]+)"', both(words)[1])
    assert kept(str(link("https://evil.example/", "Sign in"))) == "Sign inhttps://evil.example/"


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_any_words_make_both_forms(words: str) -> None:
    text, page = both(str(said(words)))
    assert page.rstrip().endswith("</html>")
    assert "CP-7K3M-9Q4X" in text
