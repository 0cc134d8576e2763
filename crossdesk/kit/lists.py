"""Reading a list of MPANs as a stream: any length, any common dress of CSV, and what is wrong with it told by line."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from crossdesk.kit import mpan, signatures
from crossdesk.kit.columns import bare, is_blank, layout_of
from crossdesk.kit.refusal import Unusable

BATCH = 20_000
BAD_KEPT = 1_000
SHOWN = 40
PIECE = 1 << 16
LONGEST_LINE = 1 << 20
LINES_PER_ROW = 100
"""A quoted cell may run over lines; one that runs over more has lost its closing quote and would swallow the list."""

TEN_TO_11 = 10**11


@dataclass(frozen=True)
class BadRow:
    """A line as an editor counts it, what stands there, and what is wrong: the rest of a sentence."""

    line: int
    value: str
    fault: str


@dataclass
class Tally:
    """Every row is valid or bad; every valid one is new or repeated. Blank lines and the heading are not rows."""

    rows: int = 0
    distinct: int = 0
    repeated: int = 0
    bad: int = 0
    supply_numbers: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    distributors: Counter[str] = field(default_factory=Counter)

    @property
    def valid(self) -> int:
        return self.distinct + self.repeated


class Text:
    """A text read as a stream: which line and which byte one has come to, and the digest of it all."""

    def __init__(self) -> None:
        self.lines = 0
        self.bytes = 0
        self._quotes = 0
        self._sha256 = hashlib.sha256()

    @property
    def digest(self) -> bytes:
        """SHA-256 of the bytes as they were given."""
        return self._sha256.digest()

    def _opened(self, chunks: Iterable[bytes]) -> Iterator[str]:
        pieces = self._counted(chunks)
        head = _first(pieces)
        _refuse_other_files(head)
        return _decoded(head, pieces)

    def _split(self, opening: str, rest: Iterator[str]) -> Iterator[str]:
        """Lines, each once its end has come; counted as an editor counts them."""
        unended = ""
        for text in _prefixed(opening, rest):
            self._quotes += text.count('"')
            lines = (unended + text).split("\n")
            unended = lines.pop()
            if len(unended) > LONGEST_LINE:
                raise Unusable(
                    f"Line {self.lines + len(lines) + 1} is longer than a million characters."
                    " Save the list as CSV with one MPAN on each line and upload it again."
                )
            for line in lines:
                self.lines += 1
                yield line + "\n"
        if unended:
            self.lines += 1
            yield unended

    def _counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            for start in range(0, len(chunk), PIECE):
                piece = chunk[start : start + PIECE]
                self.bytes += len(piece)
                self._sha256.update(piece)
                yield piece


class LineReader(Text):
    """One value on each line, as identifiers are pasted."""

    def read(self, chunks: Iterable[bytes]) -> Iterator[str]:
        return self._split("", self._opened(chunks))


class ListReader(Text):
    """`for numbers in reader.read(chunks)` gives each MPAN once, as numbers, in batches; then ask `reader.tally`.

    While it runs, `lines` and `bytes` tell how far it has come. Only the numbers stay in memory, never the text.
    """

    def __init__(self, each_bad: Callable[[BadRow], None] | None = None) -> None:
        super().__init__()
        self.tally = Tally()
        self._each_bad = each_bad
        self._seen: set[int] = set()
        self._row_began = 0

    def read(self, chunks: Iterable[bytes]) -> Iterator[array[int]]:
        decoded = self._opened(chunks)
        opening = next(decoded)
        layout = layout_of(opening)
        rows = csv.reader(self._split(opening, decoded), delimiter=layout.separator)
        yield from self._batches(rows, layout.column, layout.heading)

    def _batches(self, rows: Iterator[list[str]], column: int, heading: bool) -> Iterator[array[int]]:
        values = self._values(rows, column, heading)
        seen, tally = self._seen, self.tally
        batch: array[int] = array("q")
        for value in values:
            if value in seen:
                tally.repeated += 1
                continue
            seen.add(value)
            batch.append(value)
            if len(batch) == BATCH:
                yield self._told(batch)
                batch = array("q")
        if batch:
            yield self._told(batch)

    def _told(self, batch: array[int]) -> array[int]:
        self.tally.distinct += len(batch)
        for area, count in Counter(value // TEN_TO_11 for value in batch).items():
            self.tally.distributors[f"{area:02}"] += count
        return batch

    def _values(self, rows: Iterator[list[str]], column: int, heading: bool) -> Iterator[int]:
        is_core, tally = mpan.is_core, self.tally
        for row in self._guarded(rows):
            try:
                cell = row[column]
            except IndexError:
                cell = ""
            if is_core(cell):
                tally.rows += 1
                yield int(cell)
            elif is_blank(row):
                continue
            elif heading:
                heading = False
            else:
                tally.rows += 1
                yield from self._odd(cell)

    def _odd(self, cell: str) -> Iterator[int]:
        """A cell that is not simply 13 good digits: perhaps still an MPAN, else a bad row."""
        text = bare(cell)
        fault = mpan.fault(text)
        if fault is None:
            self.tally.supply_numbers += len(text) == mpan.SUPPLY_NUMBER
            yield int(mpan.core(text))
            return
        self.tally.bad += 1
        row = BadRow(self._row_began, shortened(cell), fault)
        if len(self.tally.bad_rows) < BAD_KEPT:
            self.tally.bad_rows.append(row)
        if self._each_bad:
            self._each_bad(row)

    def _guarded(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """Rows, with the line each begins on. An open quote would swallow what follows, so it is refused and named."""
        before = 0
        try:
            for row in rows:
                self._row_began = before + 1
                if self.lines - before > LINES_PER_ROW:
                    raise _never_closed(self._row_began)
                yield row
                before = self.lines
        except csv.Error:
            raise _never_closed(before + 1) from None
        if self._quotes % 2 and self.lines > self._row_began:
            raise _never_closed(self._row_began)


def _first(pieces: Iterator[bytes]) -> bytes:
    """Enough bytes to tell the kind of file and its columns by."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= signatures.HEAD:
            break
    return head


def _refuse_other_files(head: bytes) -> None:
    kind = signatures.known_kind(head)
    if kind == signatures.ZIP and b"xl/" in head:
        kind = "an Excel workbook"
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        kind = "a web page or XML"
    elif kind in (signatures.ZIP, signatures.ARCHIVE):
        raise Unusable(f"This is {kind}, not a list. Unpack it and upload the CSV that is in it.")
    if kind:
        raise Unusable(f"This is {kind}, not a list. Save the list as CSV and upload that.")
    if not signatures.reads_as_text(head):
        raise Unusable("This is not a text file. Save the list as CSV and upload that.")


def _decoded(head: bytes, pieces: Iterator[bytes]) -> Iterator[str]:
    """Text with every kind of line end as one, although a CRLF or a letter may be cut by a piece's end."""
    # A stray letter of another encoding must not stop a list of digits: it is replaced, and shows if its row is bad.
    letters = codecs.getincrementaldecoder(signatures.encoding_of(head))("replace")
    decoder = io.IncrementalNewlineDecoder(letters, translate=True)
    yield decoder.decode(head)
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _prefixed(opening: str, rest: Iterator[str]) -> Iterator[str]:
    yield opening
    yield from rest


def _never_closed(line: int) -> Unusable:
    return Unusable(f"A quotation mark on line {line} is never closed. Close or remove it and upload the list again.")


def shortened(cell: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in cell[: SHOWN + 1]).strip()
    return shown if len(cell) <= SHOWN else f"{shown[:SHOWN]}…"
