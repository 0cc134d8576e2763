"""Which files are taken as evidence: by what they hold, and only then by what they are called."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from crossdesk.kit import signatures
from crossdesk.kit.names import extension
from crossdesk.kit.refusal import Unusable

LOOK = 1 << 16


@dataclass(frozen=True)
class FileType:
    """The media type is ours, from the content; what a browser or a mail claimed is never used."""

    extension: str
    media_type: str
    words: str


TYPES = {
    each.extension: each
    for each in (
        FileType("csv", "text/csv", "a CSV list"),
        FileType("txt", "text/plain", "plain text"),
        FileType("log", "text/plain", "a log"),
        FileType("json", "application/json", "JSON"),
        FileType("xml", "application/xml", "XML"),
        FileType("eml", "message/rfc822", "an e-mail"),
        FileType("pdf", "application/pdf", signatures.PDF),
        FileType("png", "image/png", signatures.PNG),
        FileType("jpg", "image/jpeg", signatures.JPEG),
        FileType("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "an Excel workbook"),
        FileType("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a Word document"),
    )
}
TAKEN = "CSV, text, log, JSON, XML, e-mail, PDF, PNG, JPEG, Excel or Word"
_ALIASES = {"jpeg": "jpg", "text": "txt"}
_SAME = {signatures.PDF: "pdf", signatures.PNG: "png", signatures.JPEG: "jpg"}
_OFFICE = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}

_PROGRAMS = re.compile(
    "exe|dll|com|scr|msi|bat|cmd|ps1|psm1|vb[se]|m?js|jse|wsf|hta|lnk|sh|bash|py|rb|pl|php|jar|apk|app|reg|cpl"
)
_ARCHIVES = re.compile("zip|7z|rar|tar|t?gz|bz2|xz|zst|cab|iso|img|dmg")
_PAGES = re.compile("html?|xhtml|mhtml?|svgz?|xslt?|swf")
_MACROS = re.compile("xls[mb]|xltm|xlam|do[ct]m|pp[ta]m")
_OLD = {"xls": ".xlsx or CSV", "doc": ".docx or PDF", "ppt": "PDF", "msg": ".eml or PDF"}

# Atomic and possessive, because a prolog of many comments would otherwise be tried in every possible way.
_ROOT = re.compile(
    r"\s*+(?>(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*)?>)\s*)*+<([a-z_][\w.:-]*)",
    re.DOTALL | re.IGNORECASE,
)
_ACTIVE_ROOTS = {"html", "svg", "stylesheet", "transform", "script"}


def accept(name: str, file: BinaryIO) -> FileType:
    """The type of this evidence, or Unusable with a sentence. The file is left at its beginning."""
    file.seek(0)
    head = file.read(LOOK)
    ending = _ALIASES.get(extension(name), extension(name))
    _refuse_by_name(name, ending)
    if not head:
        raise Unusable(f"{name} is empty. Attach the file that holds the evidence.")
    found = signatures.known_kind(head)
    _refuse_by_content(name, head, found)
    if ending in _OFFICE:
        _require_office(name, ending, found, file)
    elif _SAME.get(found or "", ending) != ending or (ending in _SAME.values() and not found):
        raise _misnamed(name, ending, found)
    elif found is None:
        _require_plain_text(name, ending, head)
    elif found not in _SAME:
        raise _misnamed(name, ending, found)
    file.seek(0)
    return TYPES[ending]


def _refuse_by_name(name: str, ending: str) -> None:
    if _PROGRAMS.fullmatch(ending):
        raise Unusable(f"{name} is a program or a script, which is not taken. Attach its output as text instead.")
    if _ARCHIVES.fullmatch(ending):
        raise _archive(name)
    if _PAGES.fullmatch(ending):
        raise _page(name)
    if _MACROS.fullmatch(ending):
        raise _macros(name)
    if ending in _OLD:
        raise Unusable(
            f"{name} is of an old format that can carry programs. Save it as {_OLD[ending]} and attach that."
        )
    if ending not in TYPES:
        raise Unusable(f"{name} is not of a type that is taken. Attach {TAKEN} instead.")


def _refuse_by_content(name: str, head: bytes, found: str | None) -> None:
    if found == signatures.PROGRAM or head.startswith(b"#!"):
        raise Unusable(f"{name} is a program or a script, whatever its name says. Attach its output as text instead.")
    if found == signatures.ARCHIVE:
        raise _archive(name)
    if found == signatures.OLD_OFFICE:
        raise Unusable(
            f"{name} is an old Office document, which can carry programs."
            " Save it as .xlsx, .docx or PDF and attach that."
        )


def _require_office(name: str, ending: str, found: str | None, file: BinaryIO) -> None:
    if found != signatures.ZIP:
        raise _misnamed(name, ending, found)
    try:
        with zipfile.ZipFile(file) as package:
            parts = {part.filename.lower() for part in package.infolist()}
            kinds = package.open("[Content_Types].xml").read(LOOK).lower()
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        raise Unusable(
            f"{name} is damaged or locked with a password. Save it again without one and attach that."
        ) from None
    if b"macroenabled" in kinds or any(part.endswith("vbaproject.bin") or "/activex/" in part for part in parts):
        raise _macros(name)
    if _OFFICE[ending] not in parts:
        raise _misnamed(name, ending, found)


def _require_plain_text(name: str, ending: str, head: bytes) -> None:
    if not signatures.reads_as_text(head):
        raise _misnamed(name, ending, None)
    text = head.decode(signatures.encoding_of(head), "replace").lstrip("\ufeff")
    root = _ROOT.match(text)
    is_page = text.lstrip()[:14].lower() == "<!doctype html"
    if is_page or (root and root[1].rpartition(":")[2].lower() in _ACTIVE_ROOTS):
        raise _page(name)
    if ending == "xml" and (root is None or "<?xml-stylesheet" in text):
        raise Unusable(f"{name} does not begin as plain XML. Save it as text (.txt) and attach that.")
    if ending == "json" and text.lstrip()[:1] not in set('{["-0123456789tfn'):
        raise Unusable(f"{name} does not begin as JSON. Save it as text (.txt) and attach that.")


def _archive(name: str) -> Unusable:
    return Unusable(f"{name} is an archive, which is not taken. Unpack it and attach the files themselves.")


def _page(name: str) -> Unusable:
    return Unusable(f"{name} is a web page or a drawing that can run scripts. Save it as PDF or PNG and attach that.")


def _macros(name: str) -> Unusable:
    return Unusable(f"{name} can hold macros. Save it without them, as .xlsx, .docx or PDF, and attach that.")


def _misnamed(name: str, ending: str, found: str | None) -> Unusable:
    holds = f"holds {found}" if found else "does not hold that"
    return Unusable(f"{name} is named .{ending} but {holds}. Attach the original file under its own name.")
