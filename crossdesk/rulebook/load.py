"""Reads the market folder, lays the operator's overlay folder over it, and builds the rulebook."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .book import Rulebook
from .checks import check
from .kinds import KINDS
from .problem import Problem, RulesError
from .reading import read
from .rows.row import Row

PACKAGED = Path(__file__).resolve().parent.parent / "market"


@dataclass
class Sheet:
    """Rows as written, by kind and key, with the file each was last written in."""

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load(folder: Path = PACKAGED, overlay: Path | None = None) -> Rulebook:
    book, problems = examine(folder, overlay)
    if book is None or problems:
        raise RulesError(problems)
    return book


def examine(folder: Path = PACKAGED, overlay: Path | None = None) -> tuple[Rulebook | None, tuple[Problem, ...]]:
    """The rulebook as far as it can be built, and every problem found on the way."""
    sheet = Sheet()
    for place, over in ((folder, False), (overlay, True)):
        if place is not None:
            read_folder(place, sheet, over=over)
    return build(sheet)


def build(sheet: Sheet) -> tuple[Rulebook | None, tuple[Problem, ...]]:
    built: dict[str, dict[str, Row]] = {kind: {} for kind in KINDS}
    problems = list(sheet.problems)
    for kind, rows in sheet.rows.items():
        for key, raw in rows.items():
            file = sheet.files.get((kind, key), f"{KINDS[kind].file}.toml")
            row, found = read(KINDS[kind].cls, raw, file, f"{KINDS[kind].table} {key}")
            problems += found
            if row is not None:
                built[kind][key] = row
    frozen: dict[str, Any] = {kind: MappingProxyType(rows) for kind, rows in built.items()}
    book = Rulebook(**frozen)
    # a row that could not be read must not be reported again by every row that names it
    names = {kind: frozenset(rows) for kind, rows in sheet.rows.items()}
    problems += check(book, names, sheet.files)
    return (None if problems else book), tuple(problems)


def read_folder(folder: Path, sheet: Sheet, *, over: bool) -> None:
    if not folder.is_dir():
        sheet.problems.append(
            Problem(str(folder), "folder", "There is no such folder.", "Name a folder of TOML files.")
        )
        return
    files = {kind.file for kind in KINDS.values()}
    for path in sorted(folder.glob("*.toml")):
        if path.stem not in files:
            known = ", ".join(sorted(files))
            sheet.problems.append(
                Problem(path.name, "file", "No rules are read from a file of this name.", f"Name it one of: {known}.")
            )
            continue
        read_file(path, sheet, over=over)


def read_file(path: Path, sheet: Sheet, *, over: bool) -> None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors put a mark before the text
    except OSError as trouble:
        what = f"The file cannot be read ({trouble.strerror})."
        sheet.problems.append(Problem(path.name, "file", what, "Make it a file that this account may read."))
        return
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        sheet.problems.append(Problem(path.name, "file", f"This is not TOML: {trouble}.", "Mend the line it names."))
        return
    tables = {kind.table: name for name, kind in KINDS.items() if kind.file == path.stem}
    since = content.pop("from", None)
    for table, rows in content.items():
        if table not in tables or not isinstance(rows, list):
            known = ", ".join(f"[[{name}]]" for name in tables)
            sheet.problems.append(
                Problem(path.name, table, "This table is not known in this file.", f"Use one of: {known}.")
            )
            continue
        keep_rows(tables[table], rows, since, path.name, sheet, over=over)


def keep_rows(kind: str, rows: Sequence[Any], since: object, file: str, sheet: Sheet, *, over: bool) -> None:
    table = KINDS[kind].table
    seen: set[str] = set()
    for number, written in enumerate(rows, 1):
        key = written.get("key") if isinstance(written, Mapping) else None
        if not isinstance(key, str) or not key:
            sheet.problems.append(
                Problem(
                    file, f"{table} number {number}", "The row has no key.", 'Add key = "…", a short name of its own.'
                )
            )
        elif key in seen:
            sheet.problems.append(
                Problem(file, f"{table} {key}", "The key is used twice.", "Give one of the two rows another key.")
            )
        else:
            seen.add(key)
            raw = dict(written) if since is None else {"from": since, **written}
            if over:
                raw = lay_over(kind, key, raw, file, sheet)
            sheet.rows[kind][key] = raw
            sheet.files[kind, key] = file


def lay_over(kind: str, key: str, raw: dict[str, Any], file: str, sheet: Sheet) -> dict[str, Any]:
    """An overlay row names its key and only what differs; but who says so must be its own."""
    if "source" not in raw:
        sheet.problems.append(
            Problem(
                file,
                f"{KINDS[kind].table} {key}",
                "The row names no source.",
                'Add source = "…" saying who decided the difference.',
            )
        )
    return {**sheet.rows[kind].get(key, {}), **raw}
