"""What is packed in a winmail.dat (MS-OXTNEF): the words and files of a letter written by Outlook.

The field's library trusts every count it reads, so that forty bytes keep it busy for hours. Here each step moves
forward over bytes that are there, and the number of steps is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct
from struct import error as TooShort  # noqa: N812

from compressed_rtf import decompress

from crossdesk.exchange.letters.rtf import text_from_rtf

NAMES = {"application/ms-tnef", "application/vnd.ms-tnef"}
SIGNATURE = 0x223E9F78
MOST_OBJECTS = 2_000
MOST_PROPERTIES = 2_000
MOST_VALUES = 200
LARGEST_RTF = 512 * 1024  # unpacked byte by byte in Python; words longer than this stand in a file anyway

# Of the message and its attachments
BODY, ATTACH_DATA, ATTACH_TITLE, ATTACH_BEGINS = 0x800C, 0x800F, 0x8010, 0x9002
MESSAGE_PROPERTIES, ATTACH_PROPERTIES, CODE_PAGE = 0x9003, 0x9005, 0x9007
# Of the properties inside
P_BODY, P_RTF, P_HTML = 0x1000, 0x1009, 0x1013
P_DATA, P_NAME, P_LONG_NAME = 0x3701, 0x3704, 0x3707

U8, U16, U32 = Struct("<B"), Struct("<H"), Struct("<I")
FIXED = {0: 0, 1: 0, 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
COUNTED = {0x0D, 0x1E, 0x1F, 0x102}
UNICODE, MANY, NAMED = 0x1F, 0x1000, 0x8000


@dataclass
class Packed:
    name: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass
class Unpacked:
    text: str = ""
    html: str = ""
    files: list[Packed] = field(default_factory=list)
    whole: bool = True  # False when it broke off in the middle


def is_tnef(content_type: str, content: bytes) -> bool:
    return content[:4] == U32.pack(SIGNATURE) and (
        content_type in NAMES or content_type in {"application/octet-stream", "application/x-tnef"}
    )


def unpacked(content: bytes) -> Unpacked:
    """Never raises: what stands before a fault is kept."""
    found, codec = Unpacked(), "cp1252"
    try:
        for name, data in objects(content):
            if name == CODE_PAGE and len(data) >= U32.size:
                codec = codec_of(U32.unpack_from(data)[0])
            elif name == ATTACH_BEGINS:
                found.files.append(Packed())
            else:
                take(found, name, data, codec)
    except (TooShort, ValueError, LookupError):
        found.whole = False
    found.files = [each for each in found.files if each.content]
    return found


def objects(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(MOST_OBJECTS):
        if at + 11 > len(content):
            return
        name, size = U16.unpack_from(content, at + 1)[0], U32.unpack_from(content, at + 5)[0]
        start, end = at + 9, at + 9 + size
        if end > len(content):
            raise ValueError("it breaks off in the middle")
        yield name, content[start:end]
        at = end + 2  # its checksum, which nobody computes alike
    raise ValueError("it has too many parts")


def take(found: Unpacked, name: int, data: bytes, codec: str) -> None:
    if name == BODY:
        found.text = found.text or text_of(data, codec)
    elif name == MESSAGE_PROPERTIES:
        for key, kind, value in properties(data):
            take_words(found, key, kind, value, codec)
    elif not found.files:
        return
    elif name == ATTACH_TITLE:
        found.files[-1].name = found.files[-1].name or text_of(data, codec)
    elif name == ATTACH_DATA:
        found.files[-1].content = data
    elif name == ATTACH_PROPERTIES:
        for key, kind, value in properties(data):
            if key == P_LONG_NAME or (key == P_NAME and not found.files[-1].name):
                found.files[-1].name = text_of(value, "utf-16-le" if kind == UNICODE else codec)
            elif key == P_DATA and not found.files[-1].content:
                found.files[-1].content = value


def take_words(found: Unpacked, key: int, kind: int, value: bytes, codec: str) -> None:
    if key == P_BODY:
        found.text = found.text or text_of(value, "utf-16-le" if kind == UNICODE else codec)
    elif key == P_HTML:
        found.html = text_of(value, "utf-16-le" if kind == UNICODE else html_codec(value, codec))
    elif key == P_RTF and not found.text:
        found.text = text_of_rtf(value)


def properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each with its name, its type and its first value."""
    count, at = U32.unpack_from(data)[0], U32.size
    for _ in range(min(count, MOST_PROPERTIES)):
        kind, name = U16.unpack_from(data, at)[0], U16.unpack_from(data, at + 2)[0]
        at += 4
        if name & NAMED:
            at = after_name(data, at)
        many, kind = kind & MANY, kind & ~MANY
        value, at = values(data, at, kind, bool(many))
        yield name, kind, value


def after_name(data: bytes, at: int) -> int:
    """Past the group and the number or words that name a property of some program's own."""
    by_words, size = U32.unpack_from(data, at + 16)[0], U32.unpack_from(data, at + 20)[0]
    return at + 24 + (padded(size) if by_words else 0)


def values(data: bytes, at: int, kind: int, many: bool) -> tuple[bytes, int]:
    if kind in FIXED and not many:
        return data[at : at + FIXED[kind]], at + FIXED[kind]
    count, at = U32.unpack_from(data, at)[0], at + 4
    if kind in FIXED:
        size = {2: 2, 0x0B: 2}.get(kind, FIXED[kind])
        return data[at : at + size], at + padded(size * count)
    if kind not in COUNTED or count > MOST_VALUES:
        raise ValueError("it holds something of an unknown kind")
    first = b""
    for number in range(count):
        size, at = U32.unpack_from(data, at)[0], at + 4
        if at + size > len(data):
            raise ValueError("it breaks off in the middle")
        first = data[at : at + size] if number == 0 else first
        at += padded(size)
    return first, at


def padded(size: int) -> int:
    return size + -size % 4


def text_of(data: bytes, codec: str) -> str:
    return data.decode(codec, "replace").replace("\r\n", "\n").rstrip("\0")


def codec_of(page: int) -> str:
    name = {65001: "utf-8", 20127: "ascii"}.get(page, f"cp{page}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def html_codec(page: bytes, otherwise: str) -> str:
    said = re.search(rb"(?i)charset=[\"']?([\w-]{1,40})", page[:2_000])
    try:
        name = said[1].decode() if said else otherwise
        b"".decode(name)
    except LookupError:
        return otherwise
    return name


def text_of_rtf(packed: bytes) -> str:
    if len(packed) > LARGEST_RTF:
        return ""
    try:
        return text_from_rtf(decompress(packed).decode("cp1252", "replace"))
    except Exception:  # the library raises bare exceptions for broken bytes
        return ""
