"""The queue of one desk: views at the left, filters above, fifty rows by priority then soonest promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from crossdesk.cases.lifecycle import SETTLED, LegStage, Stage
from crossdesk.cases.models import Standing
from crossdesk.cases.questions import EXACT, Place, View, counts, page_of, queue, systems_in, views
from crossdesk.desks.models import Desk
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen

FILTERS = {"priority": "priority", "system": "case__system", "stage": "stage"}
PRIORITIES = [("1", "P1"), ("2", "P2"), ("3", "P3"), ("4", "P4"), ("5", "Not judged")]


@dataclass(frozen=True)
class Mark:
    name: str
    state: str
    words: str


@dataclass(frozen=True)
class Row:
    standing: Standing
    stage: str
    stage_words: str
    late: bool
    who: str
    marks: list[Mark]


@require_GET
def queue_page(request: Seen) -> HttpResponse:
    if not request.viewer.desks:
        return show(request, "console/no_desk.html", {})
    desk, at = _desk(request), now()
    every = views(at)
    view = next((each for each in every if each.key == request.GET.get("view")), every[0])
    chosen = _chosen(request)
    filters = {FILTERS[name]: value for name, value in chosen.items()}
    all_open = queue(desk.seat_id, every[0].rows, {})
    rows, following = page_of(queue(desk.seat_id, view.rows, filters), Place.read(request.GET.get("after", "")))
    asked = {each.key: queue(desk.seat_id, each.rows, {}) for each in every}
    if filters:
        asked["here"] = queue(desk.seat_id, view.rows, filters)
    numbers = counts(asked)
    context = {
        "desk": desk,
        "desks": list(request.viewer.desk_names.items()),
        "views": every,
        "view": view,
        "counts": numbers,
        "how_many": how_many,
        "total": numbers["here" if filters else view.key],
        "rows": [_row(each, desk, request.viewer, at) for each in rows],
        "following": following,
        "paged": bool(request.GET.get("after")),
        "filtered": bool(chosen),
        "link": Links(desk, view, chosen),
        "filters": _filters(chosen, sorted({*systems_in(all_open), *filter(None, [chosen.get("system")])})),
        "here": Links(desk, view, chosen)(after=request.GET.get("after", ""), part="work"),
        "at": at,
    }
    return show(request, "console/queue.html", context, parts=("work",))


def _desk(request: Seen) -> Desk:
    """The viewer's own desks only; any other is as if it were not there."""
    chosen = request.GET.get("desk", "")
    key = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else request.viewer.desks[0] if not chosen else 0
    if not request.viewer.works_at(key):
        raise Http404("You work at no such desk.")
    return Desk.objects.get(pk=key)


def _chosen(request: Seen) -> dict[str, str]:
    chosen = {name: request.GET[name][:20].replace("\0", "") for name in FILTERS if request.GET.get(name)}
    if chosen.get("priority") not in dict(PRIORITIES):
        chosen.pop("priority", None)
    return chosen


@dataclass(frozen=True)
class Links:
    """Addresses of the same queue with one thing changed; paging starts anew unless it is what changes."""

    desk: Desk
    view: View
    chosen: dict[str, str]

    def __call__(self, **changed: Any) -> str:
        kept = {"desk": self.desk.pk, "view": self.view.key, **self.chosen} | changed
        return "/queue/?" + urlencode({name: value for name, value in kept.items() if value not in ("", None)})


def _filters(chosen: dict[str, str], systems: list[str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": label, "value": chosen.get(name, ""), "choices": choices}
        for name, label, choices in (
            ("priority", "Priority", PRIORITIES),
            ("system", "System", [(system, system) for system in systems]),
            ("stage", "Stage", [(stage.value, stage.label) for stage in Stage if stage != Stage.CLOSED]),
        )
    ]


def how_many(number: int) -> str:
    return f"more than {EXACT:,}" if number > EXACT else f"{number:,}"


def _row(standing: Standing, desk: Desk, viewer: Viewer, at: datetime) -> Row:
    stage, words = _stage(standing)
    late = standing.next_by is not None and standing.next_by < at
    return Row(standing, stage, words, late, _who(standing, desk, viewer), [mark(each) for each in standing.legs])


def _who(standing: Standing, desk: Desk, viewer: Viewer) -> str:
    if standing.ball == Standing.Ball.NOBODY:
        return "Nobody yet"
    if standing.ball == Standing.Ball.US and standing.person == viewer.person and standing.next_who == viewer.name:
        return "You"
    return "Our desk" if standing.next_who == desk.name else standing.next_who


def _stage(standing: Standing) -> tuple[str, str]:
    """A leg's row shows the leg's stage; a case with an unsettled leg is engaged."""
    if standing.leg:
        resolved = standing.stage == LegStage.RESOLVED
        return "resolved" if resolved else "engaged", LegStage(standing.stage).label
    if standing.stage == Stage.ASSIGNED and any(leg["stage"] not in SETTLED for leg in standing.legs):
        return "engaged", "Engaged"
    return standing.stage, Stage(standing.stage).label


def mark(leg: dict[str, str]) -> Mark:
    flag = leg.get("flag", "")
    return Mark(leg["party"], flag or leg["stage"], flag or LegStage(leg["stage"]).label.lower())
