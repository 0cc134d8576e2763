"""The queue of one desk: views at the left, filters above, fifty rows by priority then soonest promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk.cases.queue import (
    EXACT,
    PAGE,
    Place,
    View,
    counts,
    held_rows,
    last_change,
    narrowed,
    page_of,
    present_in,
    queue,
    views,
    with_cases,
)
from crossdesk.cases.saved_views import SavedView, saved_views
from crossdesk.kit.time import now
from crossdesk.problems.owing import counted
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console.filters import Asked, asked_of, menus
from crossdesk.web.console.rendering import show
from crossdesk.web.console.rows import Row, row_of
from crossdesk.web.seeing import Seen


@require_GET
def queue_page(request: Seen) -> HttpResponse:
    viewer = request.viewer
    if not viewer.desks:
        return show(request, "console/no_desk.html", {})
    asked, at = asked_of(request.GET, viewer), now()
    every = views(at, viewer.person)
    view = asked.view_among(every)
    place = Place.read(request.GET.get("after", ""))
    listed = list_of(asked, view, place, _held(request.GET.get("held", "")), viewer, at)
    context = {
        "asked": asked,
        "view": view,
        "views": every,
        "listed": listed,
        "desks": list(viewer.desk_names.items()),
        "here": asked.link(after=str(place or ""), part="work"),
        "paged": bool(place),
        "how_many": how_many,
        "at": at,
    }
    context |= beside(asked, view, every, viewer)
    context["owed"] = counted(viewer, at)
    context["filters"] = menus(asked, present_in(queue(asked.seat, Q())))
    return show(request, "console/queue.html", context, parts=("work",))


def how_many(number: int) -> str:
    return f"more than {EXACT:,}" if number > EXACT else f"{number:,}"


@dataclass(frozen=True)
class Saved:
    kept: SavedView
    url: str
    count: int
    here: bool


def beside(asked: Asked, view: View, every: Sequence[View], viewer: Viewer) -> dict[str, Any]:
    """The views with their counts, the viewer's own among them, and when anything here last changed."""
    mine = saved_views(viewer, asked.desk)
    theirs = {each.pk: asked.saved(each.asked) for each in mine}
    wanted = {each.key: queue(asked.seat, each.rows) for each in every}
    wanted["here"] = queue(asked.seat, view.rows & narrowed(asked.chosen))
    for each in mine:
        narrow = theirs[each.pk]
        wanted[f"saved {each.pk}"] = queue(asked.seat, narrow.view_among(every).rows & narrowed(narrow.chosen))
    numbers = counts(wanted)
    return {
        "counts": numbers,
        "total": numbers["here"],
        "saved": [
            Saved(each, theirs[each.pk].link(), numbers[f"saved {each.pk}"], theirs[each.pk].same_as(asked, view.key))
            for each in mine
        ],
        "changed_at": last_change(asked.seat),
    }


@dataclass(frozen=True)
class Listed:
    """The rows on the page, and what stands behind them since the reader last asked for this order."""

    rows: list[Row]
    following: Place | None
    new: int = 0
    gone: int = 0
    moved: bool = False

    @property
    def held(self) -> str:
        return ",".join(str(row.standing.pk) for row in self.rows)

    @property
    def news(self) -> str:
        said = [f"{self.new} new"] if self.new else []
        said += [f"{self.gone} no longer in this view"] if self.gone else []
        return ", ".join(said) or ("The order has changed" if self.moved else "")


def list_of(asked: Asked, view: View, place: Place | None, held: list[int], viewer: Viewer, at: datetime) -> Listed:
    """A refresh names the rows its reader has before them: those keep their places, and new ones wait to be shown."""
    fresh, following = page_of(queue(asked.seat, view.rows & narrowed(asked.chosen)), place)
    if not held:
        return Listed([row_of(each, asked.name, viewer, at) for each in with_cases(fresh)], following)
    before = held_rows(asked.seat, view.rows & narrowed(asked.chosen), held)
    there = [pk for pk in held if pk in before]
    here = {pk for pk in there if before[pk].here}
    order = [each.pk for each in fresh]
    kept = [pk for pk in order if pk in here]
    return Listed(
        [
            row_of(each, asked.name, viewer, at, gone=not before[each.pk].here)
            for each in with_cases(before[pk].row for pk in there)
        ],
        following,
        new=_new(order, set(held), full=len(held) >= PAGE),
        gone=len(there) - len(here),
        moved=kept != [pk for pk in there if pk in set(kept)],
    )


def _new(order: list[int], held: set[int], *, full: bool) -> int:
    """On a full page, what stands after the last of the known rows only moved up from the next page."""
    known = [place for place, pk in enumerate(order) if pk in held]
    end = (known[-1] if known else 0) if full else len(order)
    return sum(pk not in held for pk in order[:end])


def _held(written: str) -> list[int]:
    keys = [int(key) for key in written.split(",")[: PAGE + 1] if key.isdecimal() and len(key) < 18]
    return list(dict.fromkeys(keys))
