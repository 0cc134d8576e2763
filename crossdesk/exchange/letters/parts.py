"""The parts of a letter, split by hand.

The library's own parser recurses once per level and walks every line through all of them: a few kilobytes of nested
boundaries stop it. This one goes over the bytes once per level, to a stated depth, and keeps an attached message
byte for byte, as evidence must be.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from crossdesk.exchange.letters.headers import ContentType, content_type, split_headers

DEEPEST = 20
MOST_PARTS = 200


@dataclass
class Part:
    kind: ContentType
    content: bytes
    container: str  # the type of the multipart around it


@dataclass
class Splitting:
    parts: list[Part] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def split(self, kind: ContentType, body: bytes, container: str = "", depth: int = 0) -> None:
        if not kind.name.startswith("multipart/"):
            self.keep(kind, transfer_decoded(body, kind.encoding, self.problems), container)
        elif depth == DEEPEST:
            self.problems.append(f"Its parts are nested more than {DEEPEST} deep; the innermost are kept unread.")
            self.keep(as_file(kind), body, container)
        elif not kind.boundary or not (pieces := self.pieces(kind.boundary, body)):
            self.problems.append("Its parts cannot be told apart, because their boundary is missing.")
            self.keep(as_text(kind), body, container)
        else:
            default = "message/rfc822" if kind.name == "multipart/digest" else "text/plain"
            for piece in pieces:
                if len(self.parts) >= MOST_PARTS:
                    return
                lines, content = part_headers(piece)
                self.split(content_type(lines, default=default), content, kind.name, depth + 1)

    def pieces(self, boundary: str, body: bytes) -> list[bytes]:
        return list(islice(between(boundary, body, self.problems), MOST_PARTS))

    def keep(self, kind: ContentType, content: bytes, container: str) -> None:
        if len(self.parts) == MOST_PARTS - 1:
            self.problems.append(f"It has {MOST_PARTS} parts or more; the rest are only in the original.")
        if len(self.parts) < MOST_PARTS:
            self.parts.append(Part(kind, content, container))


def as_text(kind: ContentType) -> ContentType:
    return ContentType("text/plain", "", kind.charset, "", False, "")


def as_file(kind: ContentType) -> ContentType:
    return ContentType("application/octet-stream", "", "utf-8", kind.file_name, True, "")


def part_headers(piece: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """A part may begin with its blank line, which is not a fault there."""
    if blank := re.match(rb"\r?\n", piece):
        return [], piece[blank.end() :]
    lines, body, _ = split_headers(piece)
    return lines, body


def between(boundary: str, body: bytes, problems: list[str]) -> Iterator[bytes]:
    mark = re.escape(boundary.encode("utf-8", "replace"))
    start: int | None = None
    for found in re.finditer(rb"(?:\A|\r?\n)--" + mark + rb"(--)?[ \t]*(?=\r?\n|\Z)", body):
        if start is not None:
            yield body[start : found.start()]
        if found[1]:
            return
        ending = re.match(rb"\r?\n", body[found.end() : found.end() + 2])
        start = found.end() + (ending.end() if ending else 0)
    if start is not None:
        problems.append("It ends before its last part does.")
        yield body[start:]


def transfer_decoded(body: bytes, encoding: str, problems: list[str]) -> bytes:
    try:
        if encoding == "base64":
            return base64_decoded(body, problems)
        if encoding == "quoted-printable":
            return quopri.decodestring(body)
    except ValueError:
        problems.append("A part could not be decoded and is kept as it came.")
        return body
    if encoding not in {"", "7bit", "8bit", "binary"}:
        problems.append("A part is encoded in an unknown way and is kept as it came.")
    return body


def base64_decoded(body: bytes, problems: list[str]) -> bytes:
    digits = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    if len(digits) % 4 == 1:
        problems.append("A part was cut short on its way.")
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
