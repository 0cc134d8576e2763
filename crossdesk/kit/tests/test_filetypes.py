import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit.filetypes import TYPES, accept
from crossdesk.kit.refusal import Unusable

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20)


def package(*parts: str, kinds: str = "<Types/>") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(zipfile.ZipInfo("[Content_Types].xml"), kinds)
        for part in parts:
            file.writestr(zipfile.ZipInfo(part), "x")  # no time of day in it: the names of tests come from it
    return packed.getvalue()


WORKBOOK = package("xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("reads.CSV", b"MPAN\n1900012374324\n", "text/csv"),
        ("dip.log", b"\x1b[31mfailed\x1b[0m <html> in the answer", "text/plain"),
        ("zeit.txt", "Zähler".encode("utf-16"), "text/plain"),
        ("message.json", b'{"a": 1}', "application/json"),
        ("flow.xml", b"<?xml version='1.0'?>\n<!-- D0150 --><flow/>", "application/xml"),
        ("letter.eml", b"From: ada@sycamore.example\n\nHello", "message/rfc822"),
        ("page.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("screen.png", PNG, "image/png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0" + bytes(9), "image/jpeg"),
        ("book.xlsx", WORKBOOK, TYPES["xlsx"].media_type),
        ("note.docx", package("word/document.xml"), TYPES["docx"].media_type),
    ],
)
def test_what_is_taken_gets_our_media_type(name: str, content: bytes, media_type: str) -> None:
    assert accept(name, io.BytesIO(content)).media_type == media_type


@pytest.mark.parametrize(
    ("name", "content", "because"),
    [
        ("reads.pdf.exe", b"%PDF-1.7", "a program or a script"),
        ("reads.csv", b"MZ\x90\x00\x03" + bytes(30), "a program or a script"),
        ("reads.txt", b"#!/bin/sh\nrm -r x", "a program or a script"),
        ("reads.zip", package("a.csv"), "an archive"),
        ("reads.txt", b"\x1f\x8b\x08\x00" + bytes(9), "an archive"),
        ("reads.csv", package("a.csv"), "holds a zip file"),
        ("page.html", b"<html>", "can run scripts"),
        ("page.txt", b"<!doctype html><p>", "can run scripts"),
        ("page.txt", b" <!DOCTYPE html><HTML>", "can run scripts"),
        ("drawing.xml", b"<s:svg xmlns:s='http://www.w3.org/2000/svg'/>", "can run scripts"),
        ("book.xlsm", WORKBOOK, "macros"),
        ("book.xlsx", package("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        (
            "book.xlsx",
            package("xl/workbook.xml", kinds="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
            "macros",
        ),
        ("book.xlsx", package("word/document.xml"), "named .xlsx but"),
        ("book.xlsx", WORKBOOK[:40], "damaged"),
        ("book.xlsx", OLD_OFFICE, "old Office document"),
        ("book.xls", OLD_OFFICE, "old format"),
        ("screen.png", b"\xff\xd8\xff\xe0", "holds a JPEG picture"),
        ("screen.png", b"not a picture", "named .png but does not hold that"),
        ("reads.csv", b"\x00\x01\x02\x03", "named .csv but"),
        ("flow.xml", b"no markup", "does not begin as plain XML"),
        ("message.json", b"hello", "does not begin as JSON"),
        ("reads.csv", b"", "is empty"),
        ("reads", b"1900012374324", "not of a type that is taken"),
    ],
)
def test_what_is_refused_says_why(name: str, content: bytes, because: str) -> None:
    with pytest.raises(Unusable, match=because):
        accept(name, io.BytesIO(content))


def test_the_file_is_left_at_its_beginning() -> None:
    file = io.BytesIO(WORKBOOK)
    accept("book.xlsx", file)
    assert file.tell() == 0


@given(st.sampled_from([*TYPES, "exe", ""]), st.sampled_from([b"", b"PK\x03\x04", b"<", PNG, WORKBOOK]), st.binary())
def test_any_bytes_are_taken_or_refused_with_a_sentence(ending: str, beginning: bytes, rest: bytes) -> None:
    assert outcome(f"evidence.{ending}", beginning + rest).endswith((*TYPES, "."))


def outcome(name: str, content: bytes) -> str:
    try:
        return accept(name, io.BytesIO(content)).extension
    except Unusable as refusal:
        return refusal.sentence


def test_a_prolog_made_to_be_slow_is_not() -> None:
    assert "plain XML" in outcome("flow.xml", b"<!---->" * 9_000)
