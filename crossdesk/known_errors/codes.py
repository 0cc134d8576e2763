"""What is a code: as the catalogue writes it, or, where the catalogue does not know it, as somebody met it."""

from __future__ import annotations

import re

from crossdesk import rulebook
from crossdesk.access import Invalid
from crossdesk.rulebook.explain import explain, find_codes

LIKE = re.compile(r"(?<![\w.:/-])[A-Za-z0-9](?:[\w.:/-]{1,38}\w)(?![\w/-])", re.ASCII)
TELLING = re.compile(r"\d|_|[A-Z].*[A-Z]")
"""A figure, an underscore or two capitals: what tells a code from a word."""
MOST = 200


def code_of(written: str) -> str:
    """As the catalogue writes it; else in capitals, as cases are held against it."""
    wanted = written.strip()
    if event := _event(wanted):
        return event
    found = find_codes(wanted)
    if len(found) == 1 and re.sub(r"[ -]", "", wanted).upper() == found[0]:
        return found[0]
    if wanted.upper() in rulebook.current().interfaces:
        raise Invalid(f"{wanted.upper()} is an interface; put it among the interfaces, where it finds cases too.")
    if LIKE.fullmatch(wanted) and _telling(wanted):
        return wanted.upper()
    raise Invalid(
        f"“{wanted[:60]}” cannot be told from a word. Write a code without spaces, with a figure or capitals, as in"
        " ORA-00600, or put it among the words it goes by; cases are found by those as well."
    )


def in_catalogue(code: str) -> bool:
    """By the rules in force now: what the catalogue learns tomorrow is in it tomorrow."""
    told = explain(rulebook.current(), code)
    return _event(code) is not None or bool(told and told.known)


def codes_like(text: str) -> set[str]:
    """Whatever in the text might be such a code, in capitals."""
    found = (each for each in LIKE.findall(text) if _telling(each))
    return {code.upper() for code, _ in zip(found, range(MOST), strict=False)}


def _telling(word: str) -> bool:
    return any(sign.isalpha() for sign in word) and TELLING.search(word) is not None


def _event(wanted: str) -> str | None:
    events = (event for interface in rulebook.current().interfaces.values() for event in interface.events)
    return next((event for event in events if event.casefold() == wanted.casefold()), None)
