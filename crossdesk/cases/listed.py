"""Reading a list of references as it is given, of any kind and length: tallied, and every bad line remembered."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile

from crossdesk.access import Invalid
from crossdesk.cases.identifiers import KINDS, LONGEST_VALUE, READ, NotOne
from crossdesk.kit import mpan
from crossdesk.kit.lists import BAD_KEPT, BadRow, LineReader, ListReader, shortened
from crossdesk.kit.refusal import Unusable

AT_MOST = 1_000_000
LARGEST = 200 * 2**20
TOO_LONG = "The list has more than a million different lines; give it in parts."
TOO_LARGE = "The list is larger than 200 MB; keep only its MPAN column, or give it in parts."
TELL_EVERY = 50_000


class BadLines:
    """All of them, on disk once they are many: a million bad lines must not fill the memory."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(1 << 20)  # noqa: SIM115 - as long-lived as the list that holds it

    def note(self, row: BadRow) -> None:
        self._file.write(f"{row.line}\t{_one_line(row.value)}\t{_one_line(row.fault)}\n".encode())

    def __iter__(self) -> Iterator[tuple[int, str, str]]:
        self._file.seek(0)
        for written in self._file:
            line, value, fault = written.decode().rstrip("\n").split("\t")
            yield int(line), value, fault


@dataclass
class Listed:
    """What a list came to, before it is kept."""

    kind: str
    digest: bytes
    rows: int = 0
    distinct: int = 0
    repeated: int = 0
    bad: int = 0
    areas: dict[str, int] = field(default_factory=dict)
    bad_lines: list[tuple[int, str, str]] = field(default_factory=list)
    values: Iterable[str] = ()
    every_bad_line: Iterable[tuple[int, str, str]] = ()


@dataclass(frozen=True)
class Progress:
    lines: int
    bytes: int


Reading = Generator[Progress, None, Listed]


def read_list(chunks: Iterable[bytes], kind: str) -> Listed:
    steps = reading(chunks, kind)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def reading(chunks: Iterable[bytes], kind: str) -> Reading:
    """Says now and then how far it has come. Nothing is refused for a bad line; a file that is no list at all is."""
    if kind not in KINDS:
        raise Invalid(f"“{kind}” is no kind of reference; choose one of: {', '.join(KINDS.values())}.")
    try:
        listed = yield from _mpans(_bounded(chunks)) if kind == "mpan" else _others(_bounded(chunks), kind)
    except Unusable as unusable:
        raise Invalid(unusable.sentence) from unusable
    if not listed.rows:
        raise Invalid(f"There are no {KINDS[kind]} in this list; give one on each line.")
    return listed


def _bounded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    given = 0
    for chunk in chunks:
        given += len(chunk)
        if given > LARGEST:
            raise Invalid(TOO_LARGE)
        yield chunk


def _mpans(chunks: Iterable[bytes]) -> Reading:
    bad = BadLines()
    reader, batches, told = ListReader(bad.note), [], 0
    for batch in reader.read(chunks):
        batches.append(batch)
        if reader.tally.distinct > AT_MOST:
            raise Invalid(TOO_LONG)
        if reader.lines - told >= TELL_EVERY:
            told = reader.lines
            yield Progress(reader.lines, reader.bytes)
    tally = reader.tally
    return Listed(
        "mpan",
        reader.digest,
        tally.rows,
        tally.distinct,
        tally.repeated,
        tally.bad,
        dict(sorted(tally.distributors.items())),
        [(row.line, row.value, row.fault) for row in tally.bad_rows],
        (mpan.text_of(number) for batch in batches for number in batch),
        bad,
    )


def _others(chunks: Iterable[bytes], kind: str) -> Reading:
    reader, bad, kept, read = LineReader(), BadLines(), dict[str, None](), READ[kind]
    listed = Listed(kind, b"")
    for line in reader.read(chunks):
        value = line.strip().strip('",;').strip().replace("\0", "")
        if reader.lines % TELL_EVERY == 0:
            yield Progress(reader.lines, reader.bytes)
        if not value:
            continue
        listed.rows += 1
        try:
            if len(value) > LONGEST_VALUE:
                raise NotOne(f"is longer than {LONGEST_VALUE} characters; one goes on each line")
            value = read(value)
        except NotOne as why:
            row = BadRow(reader.lines, shortened(value), str(why))
            listed.bad += 1
            bad.note(row)
            if listed.bad <= BAD_KEPT:
                listed.bad_lines.append((row.line, row.value, row.fault))
            continue
        listed.repeated += value in kept
        kept[value] = None
        if len(kept) > AT_MOST:
            raise Invalid(TOO_LONG)
    listed.digest, listed.distinct, listed.values, listed.every_bad_line = reader.digest, len(kept), kept, bad
    return listed


def _one_line(text: str) -> str:
    return " ".join(text.split())
