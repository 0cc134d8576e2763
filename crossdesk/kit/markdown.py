"""Markdown that other organisations wrote, as harmless markup for one of our own pages.

markdown-it reads it with raw HTML switched off, and nh3 cleans what comes out: two nets, neither of them ours. No
picture is fetched from anywhere, so nobody learns who read it when; where a link leads out, its host is said beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

LONGEST = 50_000
DEEPEST = 20
TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "pre", "code", "a", "table", "thead", "tbody",
        "tr", "th", "td", "h2", "h3", "h4", "hr"}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}


def rendered(written: str) -> str:
    """HTML to be put on a page as it is."""
    page = _READER.render(written[:LONGEST].replace("\0", ""))
    return nh3.clean(
        page,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _heading(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """A page has one first heading, its own."""
    level = min(int(tokens[at].tag[1]) + 1, 4)
    return f"<{'/' if tokens[at].nesting < 0 else ''}h{level}>"


def _picture(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    source, says = str(tokens[at].attrs.get("src", "")), tokens[at].content or "picture"
    return f'<a href="{escape(source)}">{escape(says)}</a>{_said(source)}'


def _link(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """Without a title, which would be more words that nobody sees before they point at it."""
    return f'<a href="{escape(str(tokens[at].attrs.get("href", "")))}">'


def _link_ends(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    return f"</a>{_said(_target(tokens, at))}"


def _target(tokens: Sequence[Token], end: int) -> str:
    opened = next(place for place in range(end, -1, -1) if tokens[place].type == "link_open")
    return str(tokens[opened].attrs.get("href", ""))


def _said(target: str) -> str:
    try:
        host = urlsplit(target).hostname
    except ValueError:
        host = None
    return f" ({escape(host)})" if host else ""


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    reader.disable(["html_block", "html_inline"])
    for rule, shown in (
        ("heading_open", _heading),
        ("heading_close", _heading),
        ("image", _picture),
        ("link_open", _link),
        ("link_close", _link_ends),
    ):
        reader.add_render_rule(rule, shown)
    return reader


_READER = _reader()


def plain(written: str) -> str:
    """The words alone, for an excerpt and a search."""
    return " ".join(nh3.clean(rendered(written), tags=set()).split())
