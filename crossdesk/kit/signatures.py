"""What the first bytes of a file give away, whatever its name says."""

from __future__ import annotations

HEAD = 8192
"""How many bytes a look at the beginning takes."""

ARCHIVE, PROGRAM, OLD_OFFICE = "an archive", "a program", "an old Office document"
ZIP, PDF, PNG, JPEG = "a zip file", "a PDF document", "a PNG picture", "a JPEG picture"
PICTURE = "a picture"

_BEGINNINGS = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"PK\x07\x08", ZIP),
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF8", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),
    (b"\x00asm", PROGRAM),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"Rar!", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"PAR1", "a Parquet file"),
)

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def known_kind(head: bytes) -> str | None:
    """A kind of file that is not text, or nothing. Text may begin with MZ or BZh too, so those must hold binary."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning) and (kind not in (PROGRAM, ARCHIVE) or not reads_as_text(head)):
            return kind
    return ARCHIVE if head[257:262] == b"ustar" else None


def encoding_of(head: bytes) -> str:
    """The byte order mark decides; without one, zero bytes on one side only are UTF-16 that lost its mark."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:1024]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most = len(sample) // 2 * 0.7
    if odd > most and not even:
        return "utf-16-le"
    if even > most and not odd:
        return "utf-16-be"
    return "utf-8"


def reads_as_text(head: bytes) -> bool:
    text = head.decode(encoding_of(head), "replace")
    return not any(character < " " and character not in "\t\n\v\f\r\x1a\x1b" for character in text)
