import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdesk.exchange.letters.bounce import read_bounces
from crossdesk.exchange.letters.classify import Hand, classify
from crossdesk.exchange.letters.display import words_of
from crossdesk.exchange.letters.matching import their_reference
from crossdesk.exchange.letters.quotes import split_quoted
from crossdesk.exchange.letters.read import Letter, read_letter
from crossdesk.exchange.letters.tests.corpus import (
    INSTANCE,
    SAMPLES,
    Sample,
    letter,
    machines,
    multipart,
    nested,
    ordinary,
)

BY_NAME = {sample.name: sample.content for sample in SAMPLES}


def read(name: str) -> Letter:
    return read_letter(BY_NAME[name])


def texts_of(letter: Letter) -> list[str]:
    names = [each.name for each in letter.attachments]
    return [letter.subject, letter.text, letter.html, letter.sender.name, letter.message_id, *names, *letter.problems]


def survives(content: bytes) -> None:
    letter = read_letter(content)
    for text in [*texts_of(letter), words_of(letter), split_quoted(letter.text).new]:
        assert "\0" not in text
        text.encode("utf-8")
    assert classify(letter, instance=INSTANCE).because
    read_bounces(letter)
    their_reference(letter)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_letter_is_read_at_once_and_can_be_stored(sample: Sample) -> None:
    start = time.perf_counter()
    survives(sample.content)
    assert time.perf_counter() - start < 3
    assert "could not be read as a letter" not in " ".join(read_letter(sample.content).problems)


@given(st.binary(max_size=2_000))
@settings(max_examples=150)
def test_any_bytes_are_read(content: bytes) -> None:
    survives(content)


@given(st.sampled_from(SAMPLES[:60]), st.integers(0, 3_000), st.binary(max_size=30), st.integers(0, 40))
@settings(max_examples=150)
def test_any_damage_is_survived(sample: Sample, at: int, junk: bytes, gone: int) -> None:
    survives((sample.content[:at] + junk + sample.content[at + gone :])[:20_000])


HEADERS = ["From", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Transfer-Encoding", "To"]


@given(st.dictionaries(st.sampled_from(HEADERS), st.text(max_size=200).map(lambda text: text.replace("\n", " "))))
@settings(max_examples=150)
def test_any_header_is_survived(headers: dict[str, str]) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    survives(lines.encode("utf-8", "surrogatepass") + b"\r\nwords")


def test_the_usual_headers_are_understood() -> None:
    letter = read("answer")
    assert str(letter.sender) == "Ada Brook <ada@northgrid.example>"
    assert letter.in_reply_to == ("<out-7@crossdesk.example>",)
    assert letter.date is not None
    assert letter.date.isoformat() == "2026-11-02T09:15:00+00:00"
    assert letter.problems == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("accented", "Café – £5"),
        ("windows", "Café – £5"),
        ("base64 body", "The words"),
        ("quoted-printable", "a=b c"),
        ("unknown charset", "café"),
        ("boundary missing", "words"),
        ("never closed", "The plain words."),
        ("no headers", "just words without any header"),
    ],
)
def test_the_words_are_found(name: str, text: str) -> None:
    assert read(name).text.strip() == text


def test_encoded_words_are_joined() -> None:
    assert read("encoded subject").subject == "Apêl colled"


def test_a_page_is_kept_beside_the_plain_words() -> None:
    letter = read("plain and page")
    assert letter.text.strip() == "The plain words."
    assert "<b>marked</b>" in letter.html


def test_an_attached_letter_is_kept_byte_for_byte() -> None:
    [attached] = read("attached letter").attachments
    assert attached.content == BY_NAME["plain"].removesuffix(b"\r\n") + b"\r\n"
    assert attached.name == "attachment-1.eml"


def test_a_file_name_cannot_walk_or_pose() -> None:
    [attached] = read("walking name").attachments
    assert attached.name == "passgnp.exe"


def test_two_senders_are_no_sender() -> None:
    assert read("two senders").sender.email == ""


def test_a_name_that_looks_like_an_address_is_not_the_sender() -> None:
    assert read("sender inside a name").sender.email == "eve@elsewhere.example"


def test_an_encoded_name_cannot_bring_an_address() -> None:
    posing = letter(From="=?utf-8?q?ada=40northgrid.example=3E=2C?= <eve@elsewhere.example>")
    assert read_letter(posing).sender.email == "eve@elsewhere.example"


def test_depth_and_number_of_parts_are_capped_and_said() -> None:
    assert "nested more than 20 deep" in " ".join(read_letter(nested(400)).problems)
    assert "200 parts or more" in " ".join(read("many parts").problems)


def test_empty_parts_do_not_hide_the_next() -> None:
    [attached] = read_letter(multipart("", "Content-Type: text/csv\n\na,b")).attachments
    assert attached.content == b"a,b"


@pytest.mark.parametrize("sample", [*ordinary(), *machines()], ids=lambda sample: sample.name)
def test_the_hand_is_told(sample: Sample) -> None:
    assert classify(read_letter(sample.content), instance=INSTANCE).hand is sample.hand


def test_a_machine_report_is_filed_and_never_answered() -> None:
    reading = classify(read("servicenow"), instance=INSTANCE)
    assert reading.moves_the_case
    assert not reading.may_be_answered


def test_the_hop_is_handed_on() -> None:
    assert classify(read("first hop"), instance=INSTANCE).hop == 1


def test_a_null_path_known_only_from_the_envelope_counts() -> None:
    assert classify(read("plain"), instance=INSTANCE, envelope_from="").hand is Hand.DELIVERY_REPORT
