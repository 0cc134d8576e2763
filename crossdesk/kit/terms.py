"""Words as a search compares them: folded, without endings, codes written together; how far two spellings differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

SMALL = (
    "a about after again all also am an and any are as at be because been being but by can cannot cant could did "
    "do does doesnt doing dont for from get getting give given go goes got had has have having he her him his how "
    "i if in into is isnt it its just know let like me mean means more most must my need needs no not now of off "
    "on one only or other our out over own please should shows so some someone such tell than that the their them "
    "then there these they this those through to too two under up us use used using very want was wasnt way we "
    "were what whats when where which while who whom whose why will with without wont would you your "
)
STOPPED = frozenset(SMALL.split())
CODES = re.compile(r"\b(if|pub|rep|reg|ecs|dsca|ds|sp|ie|msg|des|ts|mi)[- _]?0*(\d{1,4})([ab]?)\b")
PADDED = {"if": 3, "pub": 3, "rep": 3, "reg": 4, "ecs": 4, "msg": 4}
WORD = re.compile(r"[a-z0-9]+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
LONGEST_WORD = 40


def folded(text: str) -> str:
    """Lower case without accents, apostrophes or anything unseen."""
    if text.isascii():
        return text.replace("'", "").lower()
    apart = unicodedata.normalize("NFKD", text).replace("'", "").replace("’", "").casefold()
    return "".join(each for each in apart if unicodedata.category(each) not in {"Mn", "Cf"})


def words(text: str) -> list[str]:
    """Every word and code, small ones too, in order. `ChangeOfSupplier` is itself and its parts."""
    return list(_words(text))


def _words(text: str) -> Iterator[str]:
    for piece in text.split():
        if CAMEL.search(piece):
            yield from WORD.findall(folded(piece))
    plain, at = folded(CAMEL.sub(" ", text)), 0
    for code in CODES.finditer(plain):
        yield from WORD.findall(plain[at : code.start()])
        yield compact(*code.groups())
        at = code.end()
    yield from WORD.findall(plain[at:])


def compact(prefix: str, number: str, letter: str = "") -> str:
    """ "IF 36" and "if-036" are one code."""
    return f"{prefix}{number.zfill(PADDED.get(prefix, 3))}{letter}"


def codes(text: str) -> list[str]:
    return list(dict.fromkeys(compact(*code.groups()) for code in CODES.finditer(folded(CAMEL.sub(" ", text)))))


def terms(text: str) -> list[str]:
    """What is compared: no small words, no endings."""
    return [stem(word) for word in words(text) if word not in STOPPED and len(word) <= LONGEST_WORD]


VOWEL = re.compile(r"[aeiouy]")
ENDINGS = (
    ("ational", "ate"), ("isation", "ise"), ("ization", "ise"), ("fulness", "ful"), ("ousness", "ous"),
    ("ations", "ate"), ("ation", "ate"), ("ments", ""), ("ment", ""), ("ings", ""), ("ing", ""),
    ("edly", ""), ("ies", "y"), ("ied", "y"), ("ions", ""), ("ion", ""), ("ors", ""), ("or", ""),
    ("ers", ""), ("er", ""), ("ed", ""), ("es", ""), ("ly", ""), ("als", ""), ("al", ""), ("s", ""),
)  # fmt: skip


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """One ending less, so that "messages", "appointment" and "appointed" meet their kin. Codes stay as they are."""
    if len(word) < 4 or any(each.isdigit() for each in word) or word.endswith("ss"):
        return word
    for ending, instead in ENDINGS:
        root = word.removesuffix(ending)
        if root != word and len(root) >= 3 and VOWEL.search(root):
            return _settled(root + instead)
    return _settled(word)


def _settled(root: str) -> str:
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "aeiouls":
        root = root[:-1]
    return root[:-1] if len(root) > 3 and root.endswith("e") else root


def distance(one: str, other: str, at_most: int) -> int:
    """Slips between two spellings: a letter more, less, wrong, or two swapped. Beyond `at_most` it says one more."""
    if abs(len(one) - len(other)) > at_most:
        return at_most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, there in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
    return row[-1]


def slips_allowed(word: str) -> int:
    """Short words and codes have neighbours that mean something else."""
    if len(word) < 4 or any(each.isdigit() for each in word):
        return 0
    return 1 if len(word) < 8 else 2
