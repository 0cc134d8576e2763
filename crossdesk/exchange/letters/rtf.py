"""The words in a rich-text body, in one pass: libraries for it take time with the square of a hostile text."""

from __future__ import annotations

import re

LONGEST = 2_000_000
DEEPEST = 500
TOKEN = re.compile(r"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\", re.S)
UNSEEN = {"fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "object", "themedata", "htmlrtf"}
BREAKS = {"par": "\n", "line": "\n", "row": "\n", "tab": "\t", "cell": "\t", "emdash": "—", "endash": "–"}
BREAKS |= {"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•"}


def text_from_rtf(source: str) -> str:
    """Bytes read as cp1252, which is what nearly every mail program of this kind writes."""
    pieces: list[str] = []
    groups = [True]  # whether the words of each open group are shown
    skipped = 0  # the stand-in that follows a \\u, for readers that know no Unicode
    for word, number, coded, sign, brace, plain in TOKEN.findall(source[:LONGEST]):
        if brace == "{":
            groups = [*groups, groups[-1]] if len(groups) < DEEPEST else groups
        elif brace == "}":
            groups = groups[:-1] if len(groups) > 1 else groups
        elif sign == "*" or word in UNSEEN:
            groups[-1] = word == "htmlrtf" and number == "0"
        elif groups[-1]:
            said = plain or written(word, number, coded, sign)
            shown, skipped = said[skipped:], max(0, skipped - len(said))
            pieces.append(shown)
            skipped = 1 if word == "u" else skipped
    return storable_lines("".join(pieces))


def written(word: str, number: str, coded: str, sign: str) -> str:
    if coded:
        return bytes([int(coded, 16)]).decode("cp1252", "replace")
    if word == "u" and number:
        return chr(int(number) % 0x10000)
    return BREAKS.get(word, "") if word else {"~": "\u00a0", "_": "-"}.get(sign, sign if sign in "\\{}" else "")


def storable_lines(text: str) -> str:
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in paired.split("\n"))).strip()
