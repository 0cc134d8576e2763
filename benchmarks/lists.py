"""How long a list of MPANs takes to read, beside a bare walk over the lines of the same file.

    python benchmarks/lists.py [lines]        a million by default

The ratio is the figure to keep: it does not depend on the machine as seconds do.
"""

from __future__ import annotations

import random
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from crossdesk.kit import mpan
from crossdesk.kit.lists import PIECE, ListReader


def write_list(path: Path, lines: int) -> None:
    """Three columns with a heading; one line in fifty repeats another, one in a hundred is bad."""
    chance = random.Random(1)
    with path.open("w", newline="") as file:
        file.write("Row,MPAN,Note\r\n")
        for row in range(lines):
            first12 = f"{chance.randrange(10, 24)}{chance.randrange(10 if row % 50 == 1 else 10**10):010}"
            last = mpan.check_digit(first12) if row % 100 else "X"
            file.write(f"{row},{first12}{last},read missing\r\n")


def chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(PIECE):
            yield chunk


def bare_walk(path: Path) -> float:
    began = perf_counter()
    with path.open(encoding="utf-8") as file:
        for _ in file:
            pass
    return perf_counter() - began


def reading(path: Path) -> tuple[float, ListReader]:
    reader = ListReader()
    began = perf_counter()
    for _ in reader.read(chunks(path)):
        pass
    return perf_counter() - began, reader


def peak_memory(path: Path) -> int:
    tracemalloc.start()
    reading(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        write_list(path, lines)
        walk = min(bare_walk(path) for _ in range(3))
        read, reader = min((reading(path) for _ in range(3)), key=lambda timed: timed[0])
        tally = reader.tally
        print(f"{tally.rows:,} rows: {tally.distinct:,} distinct, {tally.repeated:,} repeated, {tally.bad:,} bad")
        print(f"bare walk {walk:.2f} s, read {read:.2f} s, ratio {read / walk:.1f}")
        print(f"file {path.stat().st_size / 1e6:.0f} MB, peak memory {peak_memory(path) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
