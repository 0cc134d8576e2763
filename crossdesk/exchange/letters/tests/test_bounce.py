import pytest

from crossdesk.exchange.letters.bounce import Fate, read_bounces
from crossdesk.exchange.letters.read import read_letter
from crossdesk.exchange.letters.tests.corpus import letter, report
from crossdesk.exchange.letters.tests.test_reading import read


def test_a_standard_report_names_our_letter_and_the_mailbox() -> None:
    [bounce] = read_bounces(read("bounce"))
    assert (bounce.fate, bounce.status) == (Fate.FAILED, "5.1.1")
    assert bounce.recipient == "help@southgrid.example"
    assert bounce.original_message_id == "<out-7@crossdesk.example>"
    assert bounce.reason == "There is no such mailbox."


def test_a_delay_is_not_a_failure() -> None:
    [bounce] = read_bounces(read("delay"))
    assert bounce.fate is Fate.DELAYED


def test_failed_above_a_passing_status_is_a_delay() -> None:
    [bounce] = read_bounces(read_letter(report("failed", "4.2.2", "over quota")))
    assert bounce.fate is Fate.DELAYED


def test_a_missing_status_is_taken_from_the_diagnostic() -> None:
    [bounce] = read_bounces(read_letter(report("failed", "", "552 5.2.2 mailbox full")))
    assert bounce.reason == "The mailbox is full."


def test_a_report_in_words_is_read_but_not_the_letter_it_returns() -> None:
    [bounce] = read_bounces(read("bounce in words"))
    assert (bounce.status, bounce.recipient) == ("5.2.2", "help@southgrid.example")
    assert bounce.original_message_id == "<out-8@crossdesk.example>"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("The recipient <x@southgrid.example> was not found here: no such user", "5.1.1"),
        ("Your message is delayed and will keep trying", "4.4.7"),
        ("Host or domain name not found", "5.1.2"),
        ("550 go away", "5.0.0"),
    ],
)
def test_reasons_are_gathered_from_words(words: str, status: str) -> None:
    [bounce] = read_bounces(read_letter(letter(From="mailer-daemon@mx.example", body=words)))
    assert bounce.status == status


def test_an_ordinary_letter_reports_nothing() -> None:
    assert read_bounces(read("plain")) == ()
