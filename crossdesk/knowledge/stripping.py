"""Words of a case made fit to begin an article with: identifiers and names go, what happened stays.

It need not find everything: a person edits what comes out, and the guard looks at what that person publishes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from crossdesk.kit import caseref, disguises
from crossdesk.kit.scan import MPAN, scan

SAID = {
    MPAN: "the MPAN",
    "transaction": "the transaction",
    "sender-reference": "the sender's reference",
    "correlation": "the correlation id",
}
REFERENCE = re.compile(r"\b[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", re.IGNORECASE)
DIGITS = re.compile(r"\d[\d \u00a0]{9,}\d")
ADDRESS = re.compile(r"\S+@\S+\.\S+")


def stripped(words: str, names: Mapping[str, str], people: Iterable[str] = ()) -> str:
    """`names` of organisations with what to write instead, such as "a supplier"."""
    for mention in scan(words):
        if mention.kind in SAID:
            words = words.replace(mention.value, SAID[mention.kind])
    words = DIGITS.sub(lambda found: "the MPAN" if disguises.mpans(found[0]) else found[0], words)
    words = REFERENCE.sub(lambda found: "the case" if caseref.parse(found[0]) else found[0], words)
    words = ADDRESS.sub("their address", words)
    for name in sorted(names, key=len, reverse=True):
        words = _without(words, name, names[name])
    for name in people:
        words = _without(words, name, "a colleague")
    return words


def _without(words: str, name: str, instead: str) -> str:
    spelt = r"\s+".join(re.escape(part) for part in name.split())
    return re.sub(rf"\b{spelt}(?:['’]s)?\b", instead, words, flags=re.IGNORECASE) if spelt else words
