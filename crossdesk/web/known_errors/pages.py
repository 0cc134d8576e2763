"""Known errors as their readers see them: what is known, what helps until it is fixed, and when that is due."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk.access import TRIAGE_WORK
from crossdesk.cases.known import measured
from crossdesk.cases.known_links import KnownLink
from crossdesk.cases.models import Case
from crossdesk.kit.time import now
from crossdesk.known_errors.codes import in_catalogue
from crossdesk.known_errors.finding import named
from crossdesk.known_errors.lifecycle import MOVES
from crossdesk.known_errors.models import KnownError
from crossdesk.known_errors.questions import SHOWN, history, listed
from crossdesk.problems.models import Behind
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer
from crossdesk.web import told
from crossdesk.web.acts import Offered
from crossdesk.web.console.filters import system_name
from crossdesk.web.console.rendering import show
from crossdesk.web.known_errors.acting import address_of, buttons, known_for
from crossdesk.web.seeing import Seen
from crossdesk.web.told import Line

CASES = 50


@require_GET
def known_page(request: Seen) -> HttpResponse:
    asked = request.GET.get("show", "known")
    asked = asked if asked in SHOWN else "known"
    words = request.GET.get("q", "")[:200]
    rows = named(words, request.viewer, 50) if words.strip() else listed(asked)
    context = {"rows": rows, "asked": asked, "words": words, "at": now(), "may_write": may_write(request.viewer)}
    return show(request, "known_errors/list.html", context)


@require_GET
def one_page(request: Seen, reference: str) -> HttpResponse:
    known = known_for(reference)
    return show(request, "known_errors/one.html", context(known, request.viewer), parts=("board",))


def context(known: KnownError, viewer: Viewer) -> dict[str, Any]:
    at_desk = viewer.works_at(known.desk_id)
    offered = buttons(known, viewer) if at_desk else Offered()
    return {
        "known": known,
        "address": address_of(known),
        "at": now(),
        "at_desk": at_desk,
        "codes": [marked(each) for each in known.codes],
        "systems": [system_name(each) for each in known.systems],
        "steps": offered.steps,
        "can": offered.beside,
        "measured": measured(known) if at_desk else None,
        "readers": list(known.readers.order_by("party__name").values_list("party__name", flat=True)),
        "signs": list(known.signs.order_by("value").values_list("value", flat=True)),
        "cases": cases_of(known),
        "lines": [line(entry, known) for entry in history(known)] if at_desk else [],
        "problem": problem_of(known) if at_desk else None,
    }


def marked(code: str) -> str:
    return code if in_catalogue(code) else f"{code} (not in the catalogue)"


def cases_of(known: KnownError) -> list[Case]:
    """Those that the viewer reads: a desk its own, a raiser its own."""
    keys = list(KnownLink.objects.filter(known_error=known).values_list("case", flat=True)[:CASES])
    return list(Case.objects.filter(pk__in=keys).order_by("-raised_at"))


def problem_of(known: KnownError) -> Behind | None:
    return Behind.objects.filter(known_error=known).select_related("problem").first()


def may_write(viewer: Viewer) -> bool:
    return bool(viewer.desks) and bool(viewer.roles & TRIAGE_WORK)


def line(entry: Entry, known: KnownError) -> Line:
    name = entry.kind.rpartition(".")[2]
    title = "Begun" if name == "begin" else MOVES[name].done
    if parties := entry.body.detail.get("parties"):
        title = f"{title}: {', '.join(parties)}"
    return told.line(entry, title, "internal", f"{known.desk} only")
