"""The status page as files that any web server can hold: what the public was told, for when nothing of ours answers.

Reading and drawing are apart, so that a site whose facts cannot be read any more can still say how old it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from crossdesk.kit.time import in_full, iso, span
from crossdesk.status import shapes
from crossdesk.status.board import Board, board
from crossdesk.status.disruptions import A_PAGE, Disruption, past
from crossdesk.status.telling import Places, common, context
from crossdesk.threads.viewer import ANYBODY, viewing

PAGES = 10
"""Of past incidents. Older ones stay with the desk's own pages."""
RENEWED = timedelta(minutes=5)
"""A copy is written anew at least this often, so that its reader can tell when nobody writes any more."""
PATIENCE = timedelta(minutes=5)
"""What a reader should allow beyond that for a restart, before taking a copy for old."""

HOME, PAST, JSON, FEED, CALENDAR = "index.html", "past.html", "status.json", "feed.atom", "maintenance.ics"
ASSETS = (
    "crossdesk.svg",
    *(f"css/{name}.css" for name in ("tokens", "base", "marks", "status")),
    *(f"vendor/atkinson-{name}.woff2" for name in ("next", "next-ext", "mono")),
    *(f"vendor/LICENSE-atkinson-{name}.txt" for name in ("next", "mono")),
)


@dataclass(frozen=True)
class Site:
    """What is told: the board, and page by page what is over."""

    board: Board
    past: tuple[tuple[Disruption, ...], ...]
    older: bool
    """Whether there is more of the past than this holds."""

    @property
    def facts(self) -> str:
        return shapes.digest(shapes.facts(self.board))

    def incidents(self) -> dict[str, Disruption]:
        every = (*self.board.current, *self.board.past, *(each for page in self.past for each in page))
        return {each.reference: each for each in every}


def read(at: datetime) -> Site:
    with viewing(ANYBODY):
        now, pages = board(at), list[tuple[Disruption, ...]]()
        before, more = None, True
        while more and len(pages) < PAGES:
            rows, more = past(before, A_PAGE)
            pages.append(tuple(rows))
            before = (rows[-1].over_at or at, rows[-1].reference) if rows else None
    return Site(now, tuple(pages), more)


def facts(at: datetime) -> str:
    """The digest alone, for asking often whether a new copy would tell anything new."""
    with viewing(ANYBODY):
        return shapes.digest(shapes.facts(board(at)))


def drawn(site: Site, at: datetime) -> dict[str, bytes]:
    """Every file by its path. `at` is later than the board's own moment where that was the last that could be read."""
    seen, read_at = replace(site.board, at=at), site.board.at
    words = age_words(at, read_at)
    return {
        **dict(_pages(site, seen, words)),
        JSON: shapes.as_json(seen, written_at=iso(at), read_at=iso(read_at)),
        FEED: shapes.atom(seen, _address(HOME), _address(FEED)),
        CALENDAR: shapes.calendar(seen, _address(HOME)),
        **{f"assets/{name}": asset(name) for name in ASSETS},
    }


def age_words(at: datetime, read_at: datetime) -> str:
    if at - read_at > RENEWED:
        return (
            f"This copy is older than {span(at - read_at)}: since {in_full(read_at)} the desk has not answered, and"
            f" what it published after that is not here. It was asked again on {in_full(at)}."
        )
    return (
        f"This copy was written on {in_full(at)}; another follows within {RENEWED.seconds // 60} minutes. If it is"
        f" later than {in_full(at + RENEWED + PATIENCE)} by your clock, this copy is older than it should be, and what"
        " was published since is not here."
    )


def _pages(site: Site, seen: Board, words: str) -> Iterator[tuple[str, bytes]]:
    frame = {"frame": "status/frame.html", "reader": "", "written": words, "maintains": False}
    top, below = _places(""), _places("../")
    yield HOME, _page("status/page.html", context(seen, top) | frame)
    for number, rows in enumerate(site.past, start=1):
        last = number == len(site.past)
        told = {
            "rows": rows,
            "later": _past(number - 1) if number > 1 else "",
            "earlier": "" if last else _past(number + 1),
            "cut": last and site.older,
        }
        yield _past(number), _page("status/past.html", common(top, seen.at) | told | frame)
    for reference, each in site.incidents().items():
        yield _incident(reference), _page("status/incident.html", common(below, seen.at) | {"one": each} | frame)


def _page(template: str, told: dict[str, Any]) -> bytes:
    return render_to_string(template, told).encode()


def _places(up: str) -> Places:
    """As seen from a page that lies as many folders deep as `up` climbs."""
    return Places(
        home=up + HOME,
        past=up + PAST,
        incident=lambda reference: up + _incident(reference),
        feed=up + FEED,
        json=up + JSON,
        calendar=up + CALENDAR,
        asset=lambda name: f"{up}assets/{name}",
    )


def _past(number: int) -> str:
    return PAST if number == 1 else f"past-{number}.html"


def _incident(reference: str) -> str:
    return f"incidents/{reference}.html"


def _address(name: str) -> str:
    """Feeds and calendars travel, so they alone name where the copy is."""
    return f"{settings.STATUS_URL.rstrip('/')}/{name}"


def asset(name: str) -> bytes:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(f"the stylesheet or font {name} is not among the static files")
    return Path(found).read_bytes()
