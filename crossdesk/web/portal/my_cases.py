"""My cases: what the party this person acts for has raised or follows, newest change first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from crossdesk.cases.models import Standing
from crossdesk.kit import caseref
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
    rows = standings(cast(Seen, request).viewer.party_seat, show)
    trouble = ""
    if sought:
        reference = caseref.parse(sought)
        found = standings(cast(Seen, request).viewer.party_seat, "all").filter(case__reference=reference).first()
        if found:
            return redirect(f"/cases/{found.case.reference}/")
        trouble = (
            f"None of your cases is {reference}."
            if reference
            else "That is not a whole reference; it looks like CP-7K3M-9Q4X, and its last character checks the others."
        )
    after = After.parse(request.GET.get("after", ""))
    page = list(_beyond(rows, after)[: PAGE + 1])
    return render(request, "portal/my_cases.html", _context(page, show, sought, trouble, bool(after)))


def standings(seat: int | None, show: str) -> QuerySet[Standing]:
    mine = Standing.objects.filter(seat=seat or 0, leg=0).select_related("case__owner")
    if show != "all":
        mine = mine.filter(is_open=show == "open")
    return mine.order_by("-changed_at", "-pk")


def _beyond(rows: QuerySet[Standing], after: After | None) -> QuerySet[Standing]:
    if after is None:
        return rows
    return rows.filter(changed_at__lte=after.changed_at).filter(
        Q(changed_at__lt=after.changed_at) | Q(pk__lt=after.standing)
    )


def _context(page: list[Standing], show: str, sought: str, trouble: str, further: bool) -> dict[str, Any]:
    shown = page[:PAGE]
    more = None
    if len(page) > PAGE:
        last = shown[-1]
        more = "?" + urlencode({"show": show, "after": str(After(last.changed_at, last.pk))})
    return {
        "rows": shown,
        "show": show,
        "shows": SHOW,
        "sought": sought,
        "trouble": trouble,
        "more": more,
        "first": f"?show={show}" if further else None,
    }
