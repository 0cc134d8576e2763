"""Appendix B, row 1: MPAN data missing or wrong for more than 100 MPANs, played by everybody through their own door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.sync_api import Browser, expect

from crossdesk.kit.time import LONDON
from scenarios.browser import REFERENCE, Somebody
from scenarios.cast import AMIR, FREYA, HAL, NIA, PENNINE_HELP, PRIYA, SUPPLIER_OPERATIONS, Others, set_the_stage
from scenarios.meters import mpans, with_bad_digit
from scenarios.postbox import Postbox, answer, files_of, words_of
from scenarios.product import Product

pytestmark = [pytest.mark.scenario, pytest.mark.browser, pytest.mark.xdist_group("row 1")]
BEGINS = datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)
SETS = set_the_stage

SUMMARY = "IF-036 confirmations rejected REG0000 for 124 of our MPANs"
IMPACT = "124 customers cannot be settled half-hourly, and their bills wait."
TRANSACTIONS = "T-20261123-0001\nT-20261123-0002"
NOTE = "Their relationship manager was told by telephone."
ASK = "Please load the missing registrations again and tell us which were lost."
OUTSIDE = "Every message left the DIP; the registrations are not in your MPRS."
THEIR_NUMBER = "42317"
FOUND = "The overnight load of 22 November stopped half-way. All 124 registrations are loaded now."
DONE = "The distributor loaded the registrations again; we replayed the confirmations."


VALID = mpans(124)
UPLOADED = VALID + VALID[:8] + [with_bad_digit(each) for each in mpans(129)[124:]]
LISTED = {
    "name": "missing.csv",
    "mimeType": "text/csv",
    "buffer": "\r\n".join(["MPAN,Read on", *(f"{each},2026-11-22" for each in UPLOADED)]).encode(),
}
AFFECTED = "How many MPANs are affected, about"
TALLY = "137 lines: 124 valid, 8 repeated, 5 with a bad check digit"
FILES = re.compile(r'href="(/(?:references|evidence)/\d+/)"')
NEVER = "CP-2222-2222"


@dataclass
class People:
    priya: Somebody
    nia: Somebody
    hal: Somebody
    freya: Somebody
    amir: Somebody

    @property
    def everybody(self) -> list[Somebody]:
        return [self.priya, self.nia, self.hal, self.freya, self.amir]


@pytest.fixture
def people(chromium: Browser, product: Product) -> Iterator[People]:
    here = People(*(Somebody(chromium, product.address, email) for email in (PRIYA, NIA, HAL, FREYA, AMIR)))
    yield here
    for somebody in here.everybody:
        somebody.leaves()


def test_from_137_uploaded_lines_to_the_closure_letters(product: Product, people: People) -> None:
    others, post, mailbox = product.stage, product.post, product.mail_port
    case = raised(people.priya)
    triaged(people.nia, case)
    engaged(people.nia, case)
    acknowledged_by_mail(people.nia, case, post, mailbox)
    open_lists_show_only_what_is_theirs(people, case, others)
    solved_by_mail(people.nia, case, post, mailbox)
    resolved(people.nia, case)
    confirmed(people.priya, case)
    closure_is_told(post, case)
    lists_show_only_what_is_theirs(people, case, others)
    searches_find_only_what_is_theirs(people, case)
    the_page_shows_only_what_is_theirs(people, case)
    nothing_of_it_is_there_for_the_rest(people, case)


# The acts


def raised(priya: Somebody) -> str:
    """A single rejected message is not for a service desk; the number of MPANs makes it one that is."""
    priya.go("/raise/")
    priya.choose("What it is about", "Single message rejected")
    priya.press("Show the desk and its form")
    priya.sees("is not for a service desk", part="#gate")
    priya.fill("Summary", SUMMARY)
    priya.fill("Impact on your customers or settlement", IMPACT)
    priya.fill("When it started", "2026-11-22T23:40")
    priya.fill("What do you think caused it?", "An overnight load at the distributor that stopped.")
    priya.fill("What have you looked at and ruled out?", "The DIP Portal: all were delivered.")
    priya.fill("DIP transaction ids", TRANSACTIONS)
    priya.page.get_by_text("More references, and what else may help").click()
    priya.choose("A scenario of Appendix B it looks like", "1.")
    files = {"name": "dip-portal-status.txt", "mimeType": "text/plain", "buffer": b"T-20261123-0001 delivered\n"}
    priya.page.get_by_label("Any other file that shows it").set_input_files(files)  # type: ignore[arg-type]
    priya.page.get_by_label("Or a CSV file of MPANs").set_input_files(LISTED)  # type: ignore[arg-type]
    priya.fill(AFFECTED, "124")
    priya.page.get_by_label(AFFECTED, exact=True).blur()
    priya.sees("Elexon Service Desk", "124 MPANs crosses the cross-party threshold", part="#gate")
    priya.press("Raise the case")
    priya.sees("What happens next", "Who reads it now")
    priya.page.get_by_role("link", name="Open the case").click()
    priya.sees(SUMMARY)
    expect(priya.page.get_by_role("img", name=TALLY)).to_be_visible()
    found = REFERENCE.search(priya.page.url)
    assert found
    return found[0]


def triaged(nia: Somebody, case: str) -> None:
    nia.go("/queue/")
    nia.page.get_by_role("link", name=case).click()
    nia.press("Take into triage")
    nia.press("Set priority")
    nia.choose("Impact", "Several parties")
    nia.choose("Urgency", "Now")
    nia.press("Set priority")
    nia.sees("P2", part="#head")
    nia.press("Own it")
    nia.press("Own it")
    nia.sees("Owns it", part="#timeline")
    nia.page.get_by_role("radio", name="Our desk only").check()
    nia.fill("Message", NOTE)
    nia.press("Keep as internal note")
    nia.sees(NOTE, part="#timeline")


def engaged(nia: Somebody, case: str) -> None:
    nia.press("Engage a desk")
    nia.page.get_by_role("radio", name=re.compile("Pennine Grid help desk")).check()
    nia.press("See what they would read")
    nia.sees(PENNINE_HELP, "1 internal note cannot be shared", part="#leaves")
    nia.fill("What they are asked to do", ASK)
    nia.fill("Why this lies outside your own boundary", OUTSIDE)
    nia.tick("Earlier entries", "Raised the case")
    nia.tick("Evidence", "dip-portal-status.txt")
    nia.tick("Lists of references", "124")
    nia.press("Engage Pennine Grid help desk")
    nia.comes_to_see(f"/cases/{case}/", "Leg 1: Pennine Grid help desk, delivered")


def acknowledged_by_mail(nia: Somebody, case: str, post: Postbox, mailbox: int) -> None:
    letter = post.letter_to(PENNINE_HELP, about=case)
    holds_what_section_7_1_2_asks_for(case, words_of(letter), files_of(letter))
    subject = f"RE: {letter['Subject']} [#{THEIR_NUMBER}]"
    answer(letter, "Thank you, we have it and look into it.", by=PENNINE_HELP, subject=subject, mailbox=mailbox)
    nia.comes_to_see(f"/cases/{case}/", "Leg 1: Pennine Grid help desk, acknowledged")
    nia.sees(THEIR_NUMBER, part="#lanes")


def holds_what_section_7_1_2_asks_for(case: str, words: str, files: dict[str, str]) -> None:
    for clear in (SUMMARY, IMPACT, ASK, OUTSIDE, case, "22 Nov 2026, 23:40", "dip-portal-status.txt", "acknowledge by"):
        assert clear in words
    assert files["mpan-list-1.txt"].split() == sorted(VALID)
    assert "delivered" in files["dip-portal-status.txt"]
    assert "We keep the case open and follow it until you confirm the resolution." in words
    assert NOTE not in words
    assert "T-20261123-0001\n" not in words, "the list of transactions was not ticked"


def solved_by_mail(nia: Somebody, case: str, post: Postbox, mailbox: int) -> None:
    answer(post.letter_to(PENNINE_HELP, about=case), FOUND, by=PENNINE_HELP, mailbox=mailbox)
    nia.comes_to_see(f"/cases/{case}/", FOUND)
    assert "> To Pennine" not in nia.page.locator("#timeline").inner_text()


def resolved(nia: Somebody, case: str) -> None:
    nia.go(f"/cases/{case}/")
    nia.press("Propose as resolved for them")
    nia.fill("Words", FOUND)
    nia.press("Propose as resolved")
    nia.press("Confirm the answer")
    nia.press("Confirm the answer")
    nia.sees("Leg 1: Pennine Grid help desk, confirmed", part="#lanes")
    nia.press("Resolve")
    nia.fill("What was wrong and what was done", DONE)
    nia.press("Resolve")
    nia.sees("Proposed it as resolved", part="#timeline")


def confirmed(priya: Somebody, case: str) -> None:
    priya.go(f"/cases/{case}/")
    priya.sees(DONE, part="#timeline")
    priya.press("Confirm and close")
    priya.press("Confirm and close")
    priya.sees("the case is closed", "Closed, fixed", part="#head")


def closure_is_told(post: Postbox, case: str) -> None:
    told = post.letter_to(PENNINE_HELP, about="Closed")
    assert case in told["Subject"]
    assert THEIR_NUMBER in told["Subject"]
    assert case in post.letter_to(SUPPLIER_OPERATIONS, about="Resolved, please confirm")["Subject"]
    assert case in post.letter_to(SUPPLIER_OPERATIONS, about="Closed")["Subject"]


# Who sees what: on every list, by every search, on every page


def open_lists_show_only_what_is_theirs(people: People, case: str, others: Others) -> None:
    elexons = {case, others.harriers}
    queues = (people.nia, elexons), (people.amir, elexons), (people.freya, {others.fenlands})
    for somebody, expected in queues:
        assert somebody.cases_on("/queue/") == expected
        assert queue_counts(somebody) == len(expected)
    for somebody in (people.priya, people.hal):
        assert somebody.cases_on("/queue/") == set()


def queue_counts(somebody: Somebody) -> int:
    counted = re.search(r"All open\s*<span[^>]*>(\d+)", somebody.asks("/queue/").text())
    assert counted
    return int(counted[1])


def lists_show_only_what_is_theirs(people: People, case: str, others: Others) -> None:
    own = {PRIYA: {case}, HAL: {others.harriers, others.fenlands}}
    for somebody in people.everybody:
        assert somebody.cases_on("/cases/?show=all") == own.get(somebody.email, set())
        assert somebody.cases_on("/mail/") == set()


def searches_find_only_what_is_theirs(people: People, case: str) -> None:
    between_the_desks, with_the_raiser = {NIA, AMIR}, {NIA, AMIR, PRIYA}
    sought = {
        "REG0000 confirmations": with_the_raiser,
        VALID[0]: with_the_raiser,
        "relationship manager": between_the_desks,
        "stopped half-way": between_the_desks,
        THEIR_NUMBER: between_the_desks,
    }
    for words, finders in sought.items():
        for somebody in people.everybody:
            expected = {case} if somebody.email in finders else set()
            assert somebody.finds(words) == expected, f"{somebody.email} searching for {words}"


def the_page_shows_only_what_is_theirs(people: People, case: str) -> None:
    for somebody in (people.nia, people.amir):
        page = somebody.asks(f"/cases/{case}/").text()
        assert all(words in page for words in (IMPACT, ASK, OUTSIDE, FOUND, DONE, NOTE, THEIR_NUMBER))
    raisers = people.priya.asks(f"/cases/{case}/").text()
    assert all(words in raisers for words in (IMPACT, DONE, "Pennine Grid help desk"))
    assert not any(words in raisers for words in (ASK, OUTSIDE, FOUND, NOTE, THEIR_NUMBER))
    nia_sees = set(FILES.findall(people.nia.asks(f"/cases/{case}/").text()))
    assert set(FILES.findall(raisers)) == nia_sees
    assert len(nia_sees) == 4  # MPANs, transactions, error codes, and the file
    for path in nia_sees:
        for somebody in (people.priya, people.nia, people.amir):
            assert somebody.asks(path).ok
    written = people.amir.sends(f"/cases/{case}/words", audience="internal", words="I was here.")
    assert written.status == 403
    assert "Auditors read; they change nothing." in written.text()


def nothing_of_it_is_there_for_the_rest(people: People, case: str) -> None:
    """Told in the same words as of what never was."""
    files = FILES.findall(people.nia.asks(f"/cases/{case}/").text())
    pages = [f"/cases/{case}/", f"/cases/{case}/words", f"/cases/{case}/engagement", *files]
    for somebody in (people.hal, people.freya):
        for path in pages:
            assert as_if_it_never_was(somebody, path, case)
        for path in (f"/cases/{case}/confirmation", *(f"{each}members/" for each in files if "references" in each)):
            assert somebody.sends(path).status == 404


def as_if_it_never_was(somebody: Somebody, path: str, case: str) -> bool:
    answer = somebody.asks(path)
    missing = somebody.asks(re.sub(r"\d+/$", "999999/", path.replace(case, NEVER)))
    return (answer.status, plain(answer.text())) == (404, plain(missing.text()))


def plain(page: str) -> str:
    """Without the tokens and the moment that are different in every answer."""
    return re.sub(r'[A-Za-z0-9]{64}|name="once" value="[^"]+"|data-live-since="[\d.]+"', "", page)
