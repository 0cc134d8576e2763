"""A letter's words for the timeline: HTML cleaned to harmless markup, then to plain text."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3

from crossdesk.exchange.letters.read import Letter
from crossdesk.exchange.letters.words import storable

LONGEST_PAGE = 500_000
# Cleaning takes time with the square of the depth, so a page that is nothing but depth is stripped and not cleaned.
DEEPEST = 1_000
TAGS = {"p", "br", "div", "b", "strong", "i", "em", "u", "ul", "ol", "li", "blockquote", "pre", "code", "a",
        "table", "thead", "tbody", "tr", "td", "th", "h1", "h2", "h3", "h4", "hr", "span"}  # fmt: skip
BLOCKS = {"p", "div", "ul", "ol", "blockquote", "pre", "table", "h1", "h2", "h3", "h4", "hr"}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
VOID = {"br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base", "source"}


def words_of(letter: Letter) -> str:
    """The plain part, as its writer meant it to be read; otherwise the page as text."""
    return letter.text if letter.text.strip() else text_from_html(letter.html)


def safe_html(page: str, tags: set[str] = TAGS) -> str:
    """No picture, so that nobody learns when it was read; no script, style or form."""
    page = storable(page[:LONGEST_PAGE])
    if depth(page) > DEEPEST:
        page = stripped(page)
    return nh3.clean(page, tags=tags, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"},
                     link_rel="noopener noreferrer nofollow")  # fmt: skip


def page_to_show(page: str) -> str:
    """For inside one of our own pages, whose headings and order are not a stranger's to set."""
    return safe_html(page, TAGS - {"h1", "h2", "h3", "h4", "thead", "th", "hr"})


def pictures_left_out(page: str) -> int:
    """How many pictures the page wanted to fetch from somewhere else."""
    return len(re.findall(r"(?i)<img\b[^>]{0,2000}?src\s*=\s*[\"']?\s*(?:https?:)?//", page[:LONGEST_PAGE]))


def text_from_html(page: str) -> str:
    reader = TextReader()
    reader.feed(safe_html(page))
    reader.close()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def depth(page: str) -> int:
    deepest = now = 0
    for closing, name in TAG.findall(page):
        if name.lower() not in VOID:
            now = max(0, now - 1) if closing else now + 1
            deepest = max(deepest, now)
    return deepest


def stripped(page: str) -> str:
    return unescape(re.sub(r"<[^<>]{0,5000}>", " ", page)).replace("<", "&lt;")


class TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n\n" if tag == "p" else "\n")
        elif tag in {"br", "tr"}:
            self.pieces.append("\n")
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.pieces)))
        self.preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n\n" if tag == "p" else "\n")
        elif tag in {"td", "th"}:
            self.pieces.append("  ")
        elif tag == "a" and self.links:
            target, start = self.links.pop()
            # Where a link really leads is said, because its words can say anything.
            if target and target.removeprefix("mailto:") not in "".join(self.pieces[start:]):
                self.pieces.append(f" ({target})")
        self.preformatted -= tag == "pre"

    def handle_data(self, data: str) -> None:
        self.pieces.append(data if self.preformatted else re.sub(r"\s+", " ", data))
