"""The publish guard: what must not reach an audience is found in whatever it would read, however it is spelt.

Marks keep lines from wider readers by themselves. The guard looks for what a person put into the wrong line:
identifiers, names of those affected, the words of a narrower line, a file that nobody can look into.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crossdesk.kit import caseref, disguises
from crossdesk.kit.disguises import bare, digits_of, folded, mixed_word, named, with_plain_dashes
from crossdesk.kit.signatures import HEAD, encoding_of, reads_as_text
from crossdesk.notices.models import Enclosure, Line
from crossdesk.notices.sheet import may_read
from crossdesk.rulebook.rows.telling import Audience

TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{3,119}")
COPIED = 25
"""So many letters in common with a narrower line are no coincidence."""


@dataclass(frozen=True)
class Secrets:
    """What the incident knows and a wider audience must not: who is affected, its cases, and what is on their lists."""

    names: Sequence[str]
    cases: Sequence[str]
    listed: Callable[[Sequence[str]], Iterable[str]]
    """Which of these words stand on a list of references of its cases."""


@dataclass(frozen=True)
class Read:
    """A piece of what an audience would read, and what it is called in a sentence."""

    where: str
    words: str


def objections(
    reader: Audience, title: str, lines: Sequence[Line], enclosures: Sequence[Enclosure], secrets: Secrets
) -> list[str]:
    """Each a sentence that names what was found and where. None means that it may leave."""
    readable = [line for line in lines if may_read(reader.key, line.mark)]
    narrower = [line for line in lines if not may_read(reader.key, line.mark)]
    pieces = [Read("The title", title), *(Read(f"Line {line.number}", line.words) for line in readable)]
    found = [sentence for piece in pieces for sentence in _in_words(reader, piece, secrets)]
    found += [sentence for piece in pieces for sentence in _copied(reader, piece, narrower)]
    for each in enclosures:
        if may_read(reader.key, each.mark):
            found += _in_file(reader, each, secrets, narrower)
    return list(dict.fromkeys(found))


def _in_words(reader: Audience, piece: Read, secrets: Secrets) -> Iterator[str]:
    plain = folded(piece.words)
    # A title is read on lock screens and passes through logs: no identifier belongs there, whoever reads it.
    if not reader.holds_identifiers or piece.where == "The title":
        for what, value in identifiers(plain, secrets):
            yield f"{piece.where} holds the {what} {value}, which {reader.name.lower()} may not read."
    if not reader.names_parties:
        for name in named(plain, secrets.names):
            yield f"{piece.where} names {name}, which is affected; {reader.name.lower()} may not know who is."
        if word := mixed_word(plain):
            yield f"{piece.where} mixes alphabets in “{word}”; write it in one, so that it can be checked."


def _copied(reader: Audience, piece: Read, narrower: Sequence[Line]) -> Iterator[str]:
    here = bare(piece.words)
    for line in narrower:
        there = bare(line.words)
        if (len(there) >= COPIED and there in here) or (len(here) >= COPIED and here in there):
            yield f"{piece.where} repeats line {line.number}, which {reader.name.lower()} may not read."


def _in_file(reader: Audience, file: Enclosure, secrets: Secrets, narrower: Sequence[Line]) -> Iterator[str]:
    name = Read("The file name", file.name)
    yield from _in_words(reader, name, secrets)
    content = bytes(file.content)
    if reads_as_text(content[:HEAD]):
        piece = Read(f"The file {file.name}", content.decode(encoding_of(content[:HEAD]), "replace"))
        yield from _in_words(reader, piece, secrets)
        yield from _copied(reader, piece, narrower)
    elif not reader.holds_identifiers:
        yield (
            f"The file {file.name} is not plain text, so nobody can check it for {reader.name.lower()};"
            " mark it for a narrower audience, or write what it says."
        )


def identifiers(plain: str, secrets: Secrets) -> list[tuple[str, str]]:
    found = disguises.identifiers(plain)
    joined = with_plain_dashes(plain)
    found += [("case reference", each) for each in caseref.find_in(plain) if each in secrets.cases]
    known = {value for _, value in found}
    spelt = {spelling for token in TOKEN.findall(joined) for spelling in (token, token.upper())} | set(digits_of(plain))
    found += [("reference", each) for each in secrets.listed(sorted(spelt - known))]
    unique: dict[str, tuple[str, str]] = {}
    for what, value in found:
        unique.setdefault(value.casefold(), (what, value))
    return list(unique.values())
