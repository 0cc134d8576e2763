"""The new words of a letter apart from those it quotes: a help for reading, which never throws anything away."""

import re
from dataclasses import dataclass

from mailparser_reply import EmailReplyParser

LANGUAGES = ["en", "de", "fr", "it", "es", "nl", "pl", "sv", "da", "cs"]
# The parser's time grows with the square of what it reads, and new words stand at the top.
LONGEST_WINDOW = 6_000
LONGEST_LINE = 1_000
# As our letters write it, and as mail programs change it: other dashes, other spaces, broken over two lines.
OUR_LINE = re.compile(
    r"[-\u2010-\u2015]{1,2}[\s>]{1,8}Reply[\s>]{1,8}above[\s>]{1,8}this[\s>]{1,8}line[\s>]{1,8}[-\u2010-\u2015]{1,2}"
)


@dataclass(frozen=True)
class Quoting:
    new: str
    quoted: str  # "" when nothing was told apart
    whole: str


def split_quoted(text: str) -> Quoting:
    """`whole` is the text as it came. Where the parts cannot be told apart for certain, all of it is new."""
    try:
        new = new_words(text)
    except Exception:  # a help for display must not cost anyone the letter
        new = ""
    start = text.find(new) if new else -1
    if start < 0 or text[:start].strip():
        return Quoting(text.strip(), "", text)
    return Quoting(new, text[start + len(new) :].strip(), text)


def new_words(text: str) -> str:
    above = text[: text_before_separator(text)]
    window = above[:LONGEST_WINDOW]
    if any(len(line) > LONGEST_LINE for line in window.splitlines()) or re.search(r"\s{40}", window):
        return above.strip()
    reply = EmailReplyParser(languages=LANGUAGES).read(text=window)
    # Fragments keep the parser's own spacing; what is shown must be found again in the letter itself.
    latest = reply.replies[0].content.strip() if reply.replies else ""
    if len(above) > LONGEST_WINDOW and window.strip().endswith(latest[-200:] or "\0"):
        return above.strip()
    return str(latest)


def text_before_separator(text: str) -> int:
    """Where the line of our own letter begins that asks to be written above."""
    found = OUR_LINE.search(text)
    return len(text) if found is None else text.rfind("\n", 0, found.start()) + 1
