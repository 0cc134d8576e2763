"""One source for both forms of a letter: plain text with a few marks, which the page draws and the text leaves out.

The marks are characters nobody's keyboard has. Words of others are freed of them before they come in.
"""

from __future__ import annotations

import re
from html import escape

HEADING, END = "\ue000", "\ue001"
SAID, DUE, LINK, TO = "\ue002", "\ue003", "\ue004", "\ue005"
MARKS = str.maketrans("", "", HEADING + END + SAID + DUE + LINK + TO)
PIECE = re.compile(f"[{HEADING}{SAID}{DUE}{LINK}][^{END}]*{END}")


class Marked(str):
    """Marked by us; whatever else comes into a letter loses its marks."""

    __slots__ = ()


def kept(value: object) -> str:
    return value if isinstance(value, Marked) else unmarked(str(value))


def heading(words: str) -> Marked:
    return Marked(f"{HEADING}{unmarked(words)}{END}")


def said(words: str) -> Marked:
    """Somebody's own words, told apart from ours."""
    return Marked(f"{SAID}{unmarked(words)}{END}")


def due(words: str) -> Marked:
    return Marked(f"{DUE}{unmarked(words)}{END}")


def link(url: str, label: str) -> Marked:
    return Marked(f"{LINK}{unmarked(label)}{TO}{unmarked(url)}{END}")


def unmarked(words: str) -> str:
    return words.translate(MARKS)


def plain(marked: str) -> str:
    return marked.replace(TO, ":\n").translate(MARKS)


def pieces(marked: str) -> list[tuple[str, str, str]]:
    """(what it is, words, url), in order: heading, said, due, link, list, text."""
    found: list[tuple[str, str, str]] = []
    at = 0
    for piece in PIECE.finditer(marked):
        found += _ours(marked[at : piece.start()])
        words, _, url = piece[0][1:-1].partition(TO)
        found.append(({HEADING: "heading", SAID: "said", DUE: "due", LINK: "link"}[piece[0][0]], words.strip(), url))
        at = piece.end()
    return found + _ours(marked[at:])


def _ours(text: str) -> list[tuple[str, str, str]]:
    paragraphs = (each.strip() for each in re.split(r"\n\s*\n", text.translate(MARKS)))
    return [
        ("list" if all(_item(line) for line in each.split("\n")) else "text", each, "") for each in paragraphs if each
    ]


def _item(line: str) -> bool:
    return line.startswith("- ")


def as_html(words: str) -> str:
    """Lines stay lines; nothing in them is markup."""
    return escape(words, quote=True).replace("\n", "<br>\n")
