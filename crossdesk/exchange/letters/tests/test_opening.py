import io
import time
import zipfile
from base64 import encodebytes
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tnefparse import TNEF

from crossdesk.exchange.letters.display import words_of
from crossdesk.exchange.letters.opening import ENCRYPTED
from crossdesk.exchange.letters.read import Letter, read_letter
from crossdesk.exchange.letters.rtf import text_from_rtf
from crossdesk.exchange.letters.tests.corpus import letter, multipart
from crossdesk.exchange.letters.tests.packing import smime, tnef_object, winmail
from crossdesk.exchange.letters.tnef import unpacked

CSV = b"mpan,code\n1200012345678,E03\n"
RTF = r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Found \'a3100 of it,\par and \u8220?quoted\u8221?. {\*\gone never}}"


def enclosing(content: bytes, kind: str, *before: str, name: str = "winmail.dat") -> Letter:
    head = f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode()
    return read_letter(multipart(*before, head + encodebytes(content)))


def test_the_files_and_the_page_inside_a_winmail_are_read() -> None:
    packed = winmail(("codes.csv", CSV), ("log.txt", b"line\n"), html="<p>See the <b>file</b>.</p>")
    read = enclosing(packed, "application/ms-tnef")
    assert [(each.name, each.content) for each in read.attachments] == [("codes.csv", CSV), ("log.txt", b"line\n")]
    assert words_of(read) == "See the file."
    assert read.attachments[0].content_type == "text/csv"


def test_the_field_s_own_reader_sees_the_same_in_it() -> None:
    packed = winmail(("codes.csv", CSV), html="<p>See.</p>", rtf=RTF)
    theirs, ours = TNEF(packed), unpacked(packed)
    assert [(each.long_filename(), each.data) for each in theirs.attachments] == [
        (each.name, each.content) for each in ours.files
    ]
    assert bytes(theirs.htmlbody).decode() == ours.html if isinstance(theirs.htmlbody, bytes) else ours.html
    assert text_from_rtf(theirs.rtfbody.decode("cp1252")) == ours.text


def test_rich_text_becomes_plain() -> None:
    read = enclosing(winmail(rtf=RTF), "application/ms-tnef")
    assert words_of(read) == "Found £100 of it,\nand “quoted”."


def test_the_words_beside_a_winmail_count_before_those_in_it() -> None:
    read = enclosing(winmail(text="Inside."), "application/ms-tnef", "Content-Type: text/plain\n\nBeside.\n")
    assert words_of(read).strip() == "Beside."


def test_a_broken_winmail_keeps_what_stands_before_the_fault_and_itself() -> None:
    packed = winmail(("codes.csv", CSV), ("later.txt", b"x" * 200))[:-150]
    read = enclosing(packed, "application/ms-tnef")
    assert [each.name for each in read.attachments] == ["codes.csv", "winmail.dat"]
    assert "broken" in " ".join(read.problems)


@pytest.mark.parametrize(
    "hostile",
    [
        tnef_object(1, 0x9003, pack("<I", 2**32 - 1)),
        tnef_object(1, 0x9003, pack("<IHHI", 1, 0x1102, 0x1009, 2**32 - 1)),
        tnef_object(1, 0x9003, pack("<IHHII", 1, 0x102, 0x1009, 2**31, 2**32 - 1)),
        tnef_object(1, 0x9004, pack("<I", 2**32 - 1)),
        tnef_object(2, 0x9005, b"") * 200_000,
    ],
    ids=["counts", "values", "lengths", "recipients", "objects"],
)
def test_a_count_nobody_could_mean_costs_no_time(hostile: bytes) -> None:
    start = time.perf_counter()
    unpacked(pack("<IH", 0x223E9F78, 1) + hostile)
    assert time.perf_counter() - start < 1


@given(st.binary(max_size=600), st.integers(0, 400))
@settings(max_examples=200)
def test_any_bytes_in_a_winmail_are_survived(noise: bytes, at: int) -> None:
    whole = winmail(("codes.csv", CSV), html="<p>See.</p>", rtf=RTF)
    unpacked(whole[:at] + noise + whole[at + len(noise) :])


@given(st.text(alphabet="\\{}'*ua1 \n~-", max_size=400))
@settings(max_examples=200)
def test_any_rich_text_is_survived(source: str) -> None:
    text_from_rtf(source).encode()


def test_an_opaque_signature_is_opened_and_its_content_read() -> None:
    inner = multipart("Content-Type: text/plain\n\nSigned words.\n", "Content-Type: text/csv; name=a.csv\n\n1,2\n")
    read = enclosing(smime(inner.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n" + inner.split(b"\r\n\r\n", 1)[1]),
                     "application/pkcs7-mime", name="smime.p7m")  # fmt: skip
    assert words_of(read).strip() == "Signed words."
    assert [each.name for each in read.attachments] == ["a.csv"]


def test_a_signature_in_a_signature_is_opened_once() -> None:
    once = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encodebytes(
        smime(b"Content-Type: text/plain\r\n\r\nDeep.")
    )
    read = enclosing(smime(once), "application/pkcs7-mime", name="smime.p7m")
    assert [each.content_type for each in read.attachments] == ["application/pkcs7-mime"]


def test_a_signature_that_is_none_is_kept_and_named() -> None:
    read = enclosing(b"\x30\x80 not a signature", "application/pkcs7-mime", name="smime.p7m")
    assert [each.name for each in read.attachments] == ["smime.p7m"]
    assert "could not be read" in " ".join(read.problems)


def test_a_clear_signed_text_is_read_without_its_armour() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nWe have it.\n- -- \nAnn\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n-----END PGP SIGNATURE-----\n"
    )
    assert read_letter(letter(body=signed)).text.strip() == "We have it.\n-- \nAnn"


def test_what_is_encrypted_says_so() -> None:
    sealed = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
    assert read_letter(letter(body=sealed)).text == ENCRYPTED


def test_an_invitation_without_words_speaks_for_itself() -> None:
    calendar = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VEVENT\nSUMMARY:Joint\n  triage\nEND:VEVENT\n"
    read = read_letter(multipart(calendar))
    assert words_of(read) == "It is an invitation.\nWhat: Joint triage"


def test_a_picture_shown_in_the_page_is_told_from_a_file() -> None:
    page = 'Content-Type: text/html\n\n<p>Yours <img src="cid:logo"></p>\n'
    logo = "Content-Type: image/png\nContent-ID: <logo>\n\npng\n"
    read = read_letter(multipart(page, logo, "Content-Type: image/png; name=screen.png\n\npng\n", kind="related"))
    assert [each.shown_inside for each in read.attachments] == [True, False]


def test_a_letter_forwarded_as_a_file_is_kept_byte_for_byte() -> None:
    inner = letter(Subject="The first")
    read = read_letter(multipart(b"Content-Type: message/rfc822\r\n\r\n" + inner))
    assert read.attachments[0].content == inner
    assert read.subject != "The first"


def test_a_mailbox_s_from_line_is_no_header() -> None:
    read = read_letter(b"From ada@x.example Mon Nov  2 09:15:00 2026\r\n" + letter())
    assert (read.sender.email, read.problems) == ("ada@northgrid.example", ())


def test_an_archive_is_never_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    read = enclosing(bomb.getvalue(), "application/zip", name="bomb.zip")
    assert read.attachments[0].content == bomb.getvalue()
