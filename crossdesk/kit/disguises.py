"""How words are read before they leave, whatever was done to them: spellings, identifiers, names.

It finds what a person wrote in groups, in styled letters or with unseen characters between, and never changes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from crossdesk.kit import mpan
from crossdesk.kit.scan import CORRELATION, SENDER_REFERENCE, TRANSACTION, scan

IDENTIFIERS = {TRANSACTION: "transaction id", SENDER_REFERENCE: "sender reference", CORRELATION: "correlation id"}
RUN = re.compile(r"\d(?:[^\w]{0,4}\d)+|\d", re.ASCII)
RUN_TOGETHER = 8
"""A name this long is also looked for without the spaces in it; a shorter one stands in other words by chance."""


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


def identifiers(plain: str) -> list[tuple[str, str]]:
    """MPANs and ids of messages in folded words: what each is, and its value."""
    found = [("MPAN", value) for value in mpans(plain)]
    joined = with_plain_dashes(plain)
    mentions = (mention for text in (joined, joined.upper()) for mention in scan(text))
    return found + [(IDENTIFIERS[each.kind], each.value) for each in mentions if each.kind in IDENTIFIERS]


def with_plain_dashes(plain: str) -> str:
    return re.sub(r"\s*[-\u2010-\u2015\u2212_]\s*", "-", plain)


def mpans(plain: str) -> list[str]:
    """Groups of digits that together make one, with anything but words between them; and thirteen in a row at all."""
    found: list[str] = []
    for run in RUN.findall(plain):
        groups = re.findall(r"\d+", run, re.ASCII)
        for start in range(len(groups)):
            found += _begun(groups[start : start + mpan.SUPPLY_NUMBER])
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
