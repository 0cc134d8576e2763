"""My cases: what the party this person acts for has raised, was lent sight of, or is named on; newest change first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from crossdesk.cases import drafts
from crossdesk.cases.models import Standing
from crossdesk.kit import caseref
from crossdesk.kit.time import now
from crossdesk.problems.owing import counted
from crossdesk.requests.questions import may_wait, waiting_for
from crossdesk.threads.viewer import Viewer
from crossdesk.web.seeing import Seen

PAGE = 50
SHOW = {"open": "Open", "closed": "Closed", "all": "All"}


@dataclass(frozen=True)
class After:
    """The last row of the page before: where the next one begins."""

    changed_at: datetime
    standing: int

    @classmethod
    def parse(cls, text: str) -> After | None:
        moment, _, standing = text.partition("~")
        try:
            parsed = datetime.fromisoformat(moment)
            return cls(parsed, int(standing)) if parsed.tzinfo else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.changed_at.isoformat()}~{self.standing}"


@require_GET
def my_cases(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "open")
    show = show if show in SHOW else "open"
    sought = request.GET.get("reference", "").strip()
    viewer = cast(Seen, request).viewer
    whose = shelves(viewer)
    shelf = next((each for each in whose if each.key == request.GET.get("of", "")), whose[0])
    rows = standings(shelf.seats, show)
    trouble = ""
    if sought:
        reference = caseref.parse(sought)
        every = tuple(seat for each in whose for seat in each.seats)
        found = standings(every, "all").filter(case__reference=reference).first()
        if found:
            return redirect(f"/cases/{found.case.reference}/")
        trouble = (
            f"None of your cases is {reference}."
            if reference
            else "That is not a whole reference; it looks like CP-7K3M-9Q4X, and its last character checks the others."
        )
    after = After.parse(request.GET.get("after", ""))
    page = list(_beyond(rows, after)[: PAGE + 1])
    context = _context(page, show, shelf.key, sought, trouble, bool(after))
    first = show == "open" and not shelf.key and not after
    begun = drafts.mine(viewer) if first else ()
    to_decide = waiting_for(viewer) if first and may_wait(viewer) else ()
    more = {
        "whose": whose,
        "shelf": shelf,
        "drafts": list(begun),
        "to_decide": to_decide,
        "owed": counted(viewer, now()) if first else (0, 0),
    }
    return render(request, "portal/my_cases.html", context | more)


@dataclass(frozen=True)
class Shelf:
    """Cases that belong together for this viewer: the party's own, one lender's, those restricted to named people."""

    key: str
    label: str
    says: str
    seats: tuple[int, ...]


def shelves(viewer: Viewer) -> list[Shelf]:
    own = f"What {viewer.party_name} raised, the last changed first."
    found = [Shelf("", viewer.party_name, own, (viewer.party_seat or 0,))]
    for each in viewer.lent:
        why = "by delegation" if each.by_delegation else "as its parent"
        says = f"What {each.party_name} raised and {viewer.party_name} may see, {why}."
        found.append(Shelf(str(each.seat), f"{each.party_name}, {why}", says, (each.seat,)))
    if viewer.lists:
        named = "Cases restricted to named people, you among them. They stand in no queue and in no other list."
        found.append(Shelf("named", "Restricted to you by name", named, viewer.lists))
    return found


def standings(seats: tuple[int, ...], show: str) -> QuerySet[Standing]:
    """One seat reads one index in its order; several are few by nature: the lists one person stands on."""
    whose = Q(seat=seats[0], leg=0) if len(seats) == 1 else Q(seat__in=seats)
    mine = Standing.objects.filter(whose).select_related("case__owner")
    if show != "all":
        mine = mine.filter(is_open=show == "open")
    return mine.order_by("-changed_at", "-pk")


def _beyond(rows: QuerySet[Standing], after: After | None) -> QuerySet[Standing]:
    if after is None:
        return rows
    return rows.filter(changed_at__lte=after.changed_at).filter(
        Q(changed_at__lt=after.changed_at) | Q(pk__lt=after.standing)
    )


def _context(page: list[Standing], show: str, of: str, sought: str, trouble: str, further: bool) -> dict[str, Any]:
    kept = {"show": show} | ({"of": of} if of else {})
    shown = page[:PAGE]
    more = None
    if len(page) > PAGE:
        last = shown[-1]
        more = "?" + urlencode({**kept, "after": str(After(last.changed_at, last.pk))})
    return {
        "rows": shown,
        "show": show,
        "shows": SHOW,
        "sought": sought,
        "trouble": trouble,
        "more": more,
        "first": "?" + urlencode(kept) if further else None,
    }
