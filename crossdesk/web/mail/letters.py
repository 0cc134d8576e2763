"""Letters that need a person, and what became of the others. Row-level security decides which there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.questions import find_case
from crossdesk.exchange.letters.display import words_of
from crossdesk.exchange.letters.quotes import split_quoted
from crossdesk.exchange.letters.read import read_letter
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.office import rehearsing
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer
from crossdesk.web.seeing import Seen

PAGE = 50
LONGEST_SHOWN = 60_000
Fate = RawMail.Fate


@dataclass(frozen=True)
class Show:
    label: str
    fates: tuple[str, ...]
    empty: str


SHOWS = {
    "people": Show("For a person", RawMail.FOR_PEOPLE, "Every letter found its case. One that does not stands here."),
    "filed": Show("Filed", (Fate.FILED,), "No letter was filed yet. Replies of other desks file themselves."),
    "aside": Show("Set aside", (Fate.IGNORED,), "Nothing was set aside. Automatic replies and copies end here."),
    "waiting": Show("Not read yet", (Fate.WAITING,), "Nothing waits. A letter is here for seconds, until it is read."),
}  # fmt: skip


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "people")
    show = show if show in SHOWS else "people"
    rows = RawMail.objects.filter(fate__in=SHOWS[show].fates).select_related("case", "leg__to_desk").defer("content")
    before = request.GET.get("before", "")
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    context = {
        "shows": SHOWS,
        "show": show,
        "rows": found[:PAGE],
        "earlier": f"?show={show}" if before else None,
        "later": f"?show={show}&before={found[PAGE - 1].pk}" if len(found) > PAGE else None,
        "stuck": _stuck(cast(Seen, request).viewer),
        "rehearsing": rehearsing(),
    }
    return render(request, "mail/letters.html", context)


def _stuck(viewer: Viewer) -> list[OutboxItem]:
    """Letters of these desks that the other side's mail server does not take."""
    held = OutboxItem.objects.filter(state__in=(OutboxItem.State.DEAD, OutboxItem.State.FAILED))
    held = held.select_related("case", "leg__to_desk", "leg").defer("raw").order_by("-pk")
    return [item for item in held[:PAGE] if viewer.works_at(item.leg.from_desk_id if item.leg else item.case.owner_id)]


@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    return show_letter(request, pk)


def show_letter(request: HttpRequest, pk: int, trouble: str = "", kept: str = "", status: int = 200) -> HttpResponse:
    """`trouble` is why what was just asked was not done; `kept` are the words it was asked with."""
    mail = get_object_or_404(RawMail.objects.select_related("case", "leg__to_desk", "leg__case"), pk=pk)
    viewer = cast(Seen, request).viewer
    read = read_letter(bytes(mail.content))
    sought = request.GET.get("reference", "").strip()
    case = find_case(sought) if sought else mail.case
    context: dict[str, Any] = {
        "mail": mail,
        "read": read,
        "quoting": split_quoted(words_of(read)[:LONGEST_SHOWN]),
        "undecided": mail.fate in RawMail.FOR_PEOPLE,
        "sought": sought,
        "found": case,
        "legs": _legs(case, viewer) if case else [],
        "ours": bool(case and viewer.works_at(case.owner_id)),
        "parties": Party.objects.filter(closed_at=None).order_by("name"),
        "trouble": trouble,
        "kept": kept,
    }
    return render(request, "mail/letter.html", context, status=status)


def _legs(case: Case, viewer: Viewer) -> list[Leg]:
    return list(case.legs.filter(from_desk__in=viewer.desks, settled_at=None).select_related("to_desk"))


@require_GET
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """To keep or to examine; never shown in the page, because a stranger wrote it."""
    mail = get_object_or_404(RawMail, pk=pk)
    answer = HttpResponse(bytes(mail.content), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="letter-{mail.pk}.eml"'
    return answer
