"""The header lines of a letter, from bytes that may break every rule."""

from __future__ import annotations  # Message takes type arguments only where types are read

import binascii
import codecs
import re
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses

from crossdesk.exchange.letters.words import one_line, storable

MOST_BYTES = 256 * 1024
MOST_LINES = 1_000
LONGEST_VALUE = 16 * 1024
PLAIN_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)
# Codecs that are no charset of any letter, or that take ages over a long one.
STRANGE_CODECS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
# Senders who name the smaller set nearly always write the larger one.
LARGER_SETS = {"ascii": "utf-8", "iso8859-1": "cp1252", "gb2312": "gb18030", "ks_c_5601-1987": "cp949"}


@dataclass(frozen=True)
class Address:
    name: str
    email: str  # lower case; "" where the header held no address anybody could answer

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


def split_headers(content: bytes) -> tuple[list[tuple[str, str]], bytes, list[str]]:
    """The header lines, what follows the first blank line, and what was wrong."""
    found = re.search(rb"\r?\n\r?\n|\r\r", content[: MOST_BYTES + 4])
    start = re.match(rb"\r?\n", content)
    if start:
        return [], content[start.end() :], ["It has no headers."]
    if found:
        block, body = content[: found.start()], content[found.end() :]
    elif len(content) > MOST_BYTES:
        block, body = content[:MOST_BYTES], content[MOST_BYTES:]
        return header_lines(block)[0], body, [f"Its headers are longer than {MOST_BYTES // 1024} KB."]
    else:
        block, body = content, b""
    lines, problems = header_lines(block)
    if not lines:
        return [], content, ["It has no headers."]
    return lines, body, problems


def header_lines(block: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    lines: list[tuple[str, list[str]]] = []
    problems: list[str] = []
    for line in re.split(rb"\r\n|\n|\r", block):
        text = decoded(line, "utf-8")
        if text[:1] in {" ", "\t"} and lines:
            lines[-1][1].append(text)
            continue
        name, colon, value = text.partition(":")
        if colon and re.fullmatch(r"[!-9;-~]{1,200}\s*", name):
            lines.append((name.strip().lower(), [value]))
        elif text.strip() and not text.startswith(("From ", ">From ")):
            problems.append("Some of its header lines are broken.")
    if len(lines) > MOST_LINES:
        problems.append(f"It has more than {MOST_LINES} header lines.")
    unfolded = [(name, "".join(pieces).strip()[: LONGEST_VALUE * 4]) for name, pieces in lines[:MOST_LINES]]
    return unfolded, sorted(set(problems))


def decoded(content: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            known = codecs.lookup(name.strip().strip("'\"") or "utf-8").name
            if known.replace("_", "-") not in STRANGE_CODECS:
                return storable(content.decode(LARGER_SETS.get(known, known)))
        except (LookupError, ValueError, TypeError):
            continue
    return storable(content.decode("cp1252", "replace"))


def knows_charset(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name.replace("_", "-") not in STRANGE_CODECS
    except (LookupError, ValueError):
        return False


def unwrapped(value: str) -> str:
    """Encoded words (`=?utf-8?q?...?=`) as text; words that cannot be decoded stay as they are."""
    value = value[:LONGEST_VALUE]
    if "=?" not in value:
        return one_line(value, LONGEST_VALUE)
    try:
        pieces = decode_header(value)
    except (ValueError, binascii.Error, LookupError, AssertionError):
        return one_line(value, LONGEST_VALUE)
    words = (piece if isinstance(piece, str) else decoded(piece, charset or "utf-8") for piece, charset in pieces)
    return one_line("".join(words), LONGEST_VALUE)


def addresses(values: list[str]) -> tuple[Address, ...]:
    """Split before the encoded words are opened, so that a name cannot bring an address of its own."""
    try:
        pairs = getaddresses([value[:LONGEST_VALUE] for value in values[:20]])
    except (ValueError, IndexError, AttributeError, RecursionError):
        return ()
    return tuple(Address(unwrapped(name)[:200], plain_address(email)) for name, email in pairs if name or email)


def plain_address(text: str) -> str:
    email = storable(text).strip()
    return email.lower() if PLAIN_ADDRESS.fullmatch(email) and ".." not in email else ""


def message_ids(value: str) -> tuple[str, ...]:
    found = re.findall(r"<[^<>\s]{1,400}>", value[: LONGEST_VALUE * 4])
    return tuple(dict.fromkeys(one_line(each) for each in found))


@dataclass(frozen=True)
class ContentType:
    """What a part says about itself."""

    name: str
    boundary: str
    charset: str
    file_name: str
    attached: bool
    encoding: str
    content_id: str = ""


def content_type(lines: list[tuple[str, str]], *, default: str = "text/plain") -> ContentType:
    first = {name: value[:LONGEST_VALUE] for name, value in reversed(lines)}
    part: Message[str, str] = Message()
    for name in ("content-type", "content-disposition"):
        if name in first:
            part[name] = first[name]
    named = part.get_content_type() if "content-type" in first else default
    disposition = first.get("content-disposition", "").split(";")[0].strip().lower()
    return ContentType(
        name=one_line(named, 100),
        boundary=parameter(part, "boundary").rstrip(),
        charset=parameter(part, "charset") or "utf-8",
        file_name=unwrapped(parameter(part, "filename", "content-disposition") or parameter(part, "name")),
        attached=disposition == "attachment",
        encoding=first.get("content-transfer-encoding", "").split(";")[0].strip().lower(),
        content_id=first.get("content-id", "").strip().strip("<>")[:200],
    )


def parameter(part: Message[str, str], name: str, header: str = "content-type") -> str:
    try:
        value = part.get_param(name, "", header)
        return storable(collapse_rfc2231_value(value)) if value else ""
    except (LookupError, ValueError, TypeError):
        return ""
