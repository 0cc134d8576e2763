"""The publish guard: what must not reach an audience is found in whatever it would read, however it is spelt.

Marks keep lines from wider readers by themselves. The guard looks for what a person put into the wrong line:
identifiers, names of those affected, the words of a narrower line, a file that nobody can look into.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crossdesk.kit import caseref, mpan
from crossdesk.kit.scan import CORRELATION, SENDER_REFERENCE, TRANSACTION, scan
from crossdesk.kit.signatures import HEAD, encoding_of, reads_as_text
from crossdesk.notices.models import Enclosure, Line
from crossdesk.notices.sheet import may_read
from crossdesk.rulebook.model import Audience

IDENTIFIERS = {TRANSACTION: "transaction id", SENDER_REFERENCE: "sender reference", CORRELATION: "correlation id"}
RUN = re.compile(r"\d(?:[^\w]{0,4}\d)+|\d", re.ASCII)
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{3,119}")
COPIED = 25
"""So many letters in common with a narrower line are no coincidence."""
RUN_TOGETHER = 8
"""A name this long is also looked for without the spaces in it; a shorter one stands in other words by chance."""


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


# How words are read, whatever was done to them


def folded(text: str) -> str:
    """One spelling for each character: wide and styled letters made plain, all digits 0 to 9, nothing unseen."""
    wide = unicodedata.normalize("NFKC", text)
    seen = (each for each in wide if unicodedata.category(each) not in {"Cf", "Mn", "Me"})
    return "".join(str(int(each)) if each.isdecimal() else each for each in seen)


def bare(text: str) -> str:
    """Letters and digits only, without accents and case: what two spellings of the same words have in common."""
    apart = unicodedata.normalize("NFKD", folded(text)).casefold()
    return "".join(each for each in apart if each.isalnum())


def words_of(text: str) -> str:
    """Lower-case words with one space between them and around them."""
    apart = unicodedata.normalize("NFKD", folded(text)).casefold()
    spaced = "".join(each if each.isalnum() else " " for each in apart if unicodedata.category(each) != "Mn")
    return f" {' '.join(spaced.split())} "


def identifiers(plain: str, secrets: Secrets) -> list[tuple[str, str]]:
    found = [("MPAN", value) for value in mpans(plain)]
    joined = re.sub(r"\s*[-\u2010-\u2015\u2212_]\s*", "-", plain)
    mentions = (mention for text in (joined, joined.upper()) for mention in scan(text))
    found += [(IDENTIFIERS[each.kind], each.value) for each in mentions if each.kind in IDENTIFIERS]
    found += [("case reference", each) for each in caseref.find_in(plain) if each in secrets.cases]
    known = {value for _, value in found}
    spelt = {spelling for token in TOKEN.findall(joined) for spelling in (token, token.upper())} | set(digits_of(plain))
    found += [("reference", each) for each in secrets.listed(sorted(spelt - known))]
    unique: dict[str, tuple[str, str]] = {}
    for what, value in found:
        unique.setdefault(value.casefold(), (what, value))
    return list(unique.values())


def mpans(plain: str) -> list[str]:
    """Groups of digits that together make one, with anything but words between them; and thirteen in a row at all."""
    found: list[str] = []
    for run in RUN.findall(plain):
        groups = re.findall(r"\d+", run, re.ASCII)
        for start in range(len(groups)):
            found += _begun(groups[start:])
    return list(dict.fromkeys(found))


def _begun(groups: Sequence[str]) -> Iterator[str]:
    digits = ""
    for group in groups:
        digits += group
        if len(digits) > mpan.SUPPLY_NUMBER:
            break
        alone = digits == group
        if len(digits) in (mpan.CORE, mpan.SUPPLY_NUMBER) and (alone or mpan.valid(digits)):
            yield mpan.core(digits)
    first = groups[0]
    for start in range(len(first) - mpan.CORE + 1):  # hidden among more digits
        if len(first) > mpan.CORE and mpan.is_core(first[start : start + mpan.CORE]):
            yield first[start : start + mpan.CORE]


def digits_of(plain: str) -> list[str]:
    """Runs of digits joined: a serial number written in groups."""
    return [re.sub(r"\D", "", run) for run in RUN.findall(plain) if len(run) > 3]


def named(plain: str, names: Sequence[str]) -> list[str]:
    spaced, together = words_of(plain), bare(plain)
    found = []
    for name in names:
        whole, run = words_of(name), bare(name)
        if run and (whole in spaced or (len(run) >= RUN_TOGETHER and run in together)):
            found.append(name)
    return found


def mixed_word(plain: str) -> str:
    words: list[str] = re.findall(r"\w+", plain)
    for word in words:
        alphabets = {unicodedata.name(each, "").split(" ")[0] for each in word if each.isalpha()}
        if "LATIN" in alphabets and alphabets & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}:
            return word
    return ""
