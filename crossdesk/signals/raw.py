"""From the bytes of a file to its events as text. Whatever is wrong with a line or with the file's end becomes a
line that says so; the lines before it stay."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from crossdesk.signals.columns import meant

GZIP, ZSTD, PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"
CHUNK = 1 << 20
LONGEST_LINE = 1 << 20
LONGEST_DOCUMENT = 64 << 20
"""Of one JSON document, which is read whole; JSON lines and tables may be as long as they like."""
SWELLS, ALWAYS = 200, 64 << 20
"""How many times its size a packed file may unpack to, and what it always may: journals pack to a twentieth or so."""
DEEPEST = 12
SAID = 200


@dataclass(frozen=True)
class Line:
    """One event as it was written, or why the line is none. `said` is its beginning, for whoever looks into it."""

    number: int
    said: str
    told: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def kind_of(file: BinaryIO) -> str:
    start = file.read(4)
    file.seek(0)
    return "parquet" if start == PARQUET else "text"


def lines(file: BinaryIO) -> Iterator[Line]:
    """Of CSV, JSON lines, or one JSON document; plain, gzip or zstd."""
    broken: list[str] = []
    text = _text(_plain(file, broken))
    first = next(text, "")
    while first and not first.strip():
        first = next(text, "")
    number = 0
    if first.lstrip().startswith(("{", "[")):
        found = _json(first, text)
    elif first:
        found = _csv(first, text)
    else:
        found = iter(())
    for line in found:
        number = line.number
        yield line
    for fault in broken:
        yield Line(number + 1, "", fault=fault)


def _plain(file: BinaryIO, broken: list[str]) -> Iterator[bytes]:
    start, size = file.read(4), file.seek(0, io.SEEK_END)
    file.seek(0)
    if start.startswith(GZIP):
        yield from _bounded(_gunzipped(file, broken), size, broken)
    elif start == ZSTD:
        yield from _bounded(_unzstd(file, broken), size, broken)
    else:
        while chunk := file.read(CHUNK):
            yield chunk


def _bounded(chunks: Iterator[bytes], packed: int, broken: list[str]) -> Iterator[bytes]:
    room = max(SWELLS * packed, ALWAYS)
    for chunk in chunks:
        room -= len(chunk)
        if room < 0:
            broken.append(f"unpacks to more than {SWELLS} times its size; what follows was not read: send it unpacked")
            return
        yield chunk


def _gunzipped(file: BinaryIO, broken: list[str]) -> Iterator[bytes]:
    """Several members after one another too, as appended logs are."""
    engine = zlib.decompressobj(wbits=31)
    try:
        while chunk := file.read(CHUNK):
            full = False  # as much as was asked for came out, so there may be more without another byte going in
            while chunk or full:
                out = engine.decompress(chunk, CHUNK)
                full = len(out) == CHUNK
                yield out
                chunk = engine.unconsumed_tail or engine.unused_data
                if engine.eof and chunk:
                    engine = zlib.decompressobj(wbits=31)
    except zlib.error as wrong:
        broken.append(f"the compressed file is damaged here ({wrong}); what follows cannot be read: send it again")
        return
    if not engine.eof:
        broken.append("the compressed file ends too early; the rest is missing: send it again")


def _unzstd(file: BinaryIO, broken: list[str]) -> Iterator[bytes]:
    import pyarrow as pa

    try:
        with pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except (OSError, pa.ArrowInvalid):
        broken.append("the compressed file is damaged or ends too early; what follows is missing: send it again")


def _text(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines with their end, as written; one that never ends is cut so that it cannot fill the memory."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        *whole, rest = rest.split(b"\n")
        for line in whole:
            yield line.decode("utf-8-sig", "replace") + "\n"
        if len(rest) > LONGEST_LINE and b"\n" not in rest[:1]:
            if rest.lstrip()[:1] in (b"[", b"{") and len(rest) < LONGEST_DOCUMENT:
                continue  # one JSON document in one line
            yield rest.decode("utf-8-sig", "replace")
            rest = b""
    if rest:
        yield rest.decode("utf-8-sig", "replace")


def _csv(first: str, text: Iterator[str]) -> Iterator[Line]:
    dialect = max(",;\t|", key=first.count)
    [header] = csv.reader([first], delimiter=dialect)
    columns = _columns(header)
    if "stage" not in columns.values() and "status" not in columns.values():
        yield Line(1, first[:SAID].strip(), fault="has no column DIPStage and none Status: it is no message journal")
        return
    at: list[int] = [1]

    def counting() -> Iterator[str]:
        for each in text:
            at[0] += 1
            yield each.replace("\0", "")

    rows = csv.reader(counting(), delimiter=dialect)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as wrong:
            yield Line(at[0], "", fault=f"is no row of this table ({wrong})")
            continue
        if not any(row):
            continue
        said = dialect.join(row)[:SAID]
        if len(row) != len(header):
            yield Line(at[0], said, fault=f"has {len(row)} values, the header has {len(header)}")
            continue
        yield Line(at[0], said, {field: row[place].strip() for place, field in columns.items()})


def _columns(header: list[str]) -> dict[int, str]:
    """Which column is which field; of several that say the same the best named."""
    best: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(header):
        if found := meant(name):
            best[found[0]] = min(best.get(found[0], (99, 0)), (found[1], place))
    return {place: name for name, (_, place) in best.items()}


def _json(first: str, text: Iterator[str]) -> Iterator[Line]:
    """JSON lines; or a document over many lines, which is read whole."""
    try:
        given = json.loads(first)
    except ValueError:
        rest = _whole(first, text) if _is_document(first) else ""
        if len(rest) > LONGEST_DOCUMENT:
            most = LONGEST_DOCUMENT >> 20
            yield Line(1, first[:SAID].strip(), fault=f"is one document of over {most} MB: send JSON lines")
            return
        if not rest:
            yield Line(1, first[:SAID].strip(), fault="is not JSON that can be read")
            yield from _json_lines(text, 2)
            return
        yield from _document(rest)
        return
    yield from _events(given, 1, first)
    yield from _json_lines(text, 2)


def _whole(first: str, text: Iterator[str]) -> str:
    held, size = [first], len(first)
    for each in text:
        held.append(each)
        size += len(each)
        if size > LONGEST_DOCUMENT:
            break
    return "".join(held)


def _is_document(first: str) -> bool:
    return first.lstrip().startswith("[") or first.strip() == "{" or first.strip().endswith(("[", "{", ","))


def _json_lines(text: Iterator[str], start: int) -> Iterator[Line]:
    for number, line in enumerate(text, start):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except (ValueError, RecursionError):
            yield Line(number, line[:SAID].strip(), fault="is not JSON that can be read, or ends in the middle")
            continue
        yield from _events(given, number, line)


def _document(text: str) -> Iterator[Line]:
    """An array that ends too early gives the events before its end."""
    try:
        yield from _events(json.loads(text), 1, text)
        return
    except (ValueError, RecursionError):
        pass
    decoder, place, number = json.JSONDecoder(), text.find("{", text.find("[") + 1), 0
    while place >= 0:
        number += 1
        try:
            given, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield Line(number, text[place : place + SAID].strip(), fault="is not JSON, or the file ends in the middle")
            return
        yield from _events(given, number, text[place : place + SAID])
        place = text.find("{", end)


def _events(given: Any, number: int, said: str) -> Iterator[Line]:
    """One event, or a list of them, perhaps under a name such as `value` or `journal`."""
    if isinstance(given, dict) and len(given) <= 3:
        inner = next((each for each in given.values() if _is_many(each)), None)
        given = inner if inner is not None else given
    if isinstance(given, list):
        for place, each in enumerate(given):
            yield from _events(each, number + place, json.dumps(each)[:SAID])
    elif isinstance(given, dict):
        yield Line(number, said[:SAID].strip(), flattened(given))
    else:
        yield Line(number, said[:SAID].strip(), fault="is JSON and no event: an event is an object with names")


def _is_many(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and len(value[0]) > 3


def flattened(event: dict[str, Any]) -> dict[str, str]:
    """However deep it lies: an envelope's blocks, lists that came as objects with numbered names, lists of one."""
    best: dict[str, tuple[int, str]] = {}
    for name, value in event.items():
        _flatten(name, value, best, 0)
    return {field: text for field, (_, text) in best.items()}


def _flatten(name: str, value: Any, best: dict[str, tuple[int, str]], depth: int) -> None:
    found = meant(name)
    if found and value not in (None, "", [], {}):
        nested = isinstance(value, dict | list)
        if not nested or found[0] == "recipient":
            text = json.dumps(value) if nested else str(value)
            if found[0] not in best or found[1] < best[found[0]][0]:
                best[found[0]] = (found[1], text.strip())
            return
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for inner, each in value.items():
            _flatten(inner, each, best, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _flatten(name, each, best, depth + 1)


def buffered(content: bytes) -> BinaryIO:
    return io.BytesIO(content)
