"""Joint triage on a page: what each desk concerned says and shows, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk.cases import joint_triage, journeys
from crossdesk.cases.material import Evidence
from crossdesk.cases.models import Case
from crossdesk.cases.questions import CaseFile, read_case
from crossdesk.desks.models import Desk
from crossdesk.kit.time import now
from crossdesk.threads.models import Entry
from crossdesk.web.console import telling
from crossdesk.web.console.acting import case_address, case_for
from crossdesk.web.console.controls import case_controls
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen

SIDES = ("case.say", "case.bounce", "case.redirect", "case.carried", "leg.decline")


@dataclass(frozen=True)
class Column:
    """One desk: its last stance, its words as far as this reader may read them, and its files."""

    desk: Desk
    stance: str
    lines: list[telling.Line] = field(default_factory=list)
    files: list[Evidence] = field(default_factory=list)


@require_GET
def joint_page(request: Seen, reference: str) -> HttpResponse:
    case = case_for(reference)
    file = read_case(case, request.viewer)
    context = {
        "case": case,
        "file": file,
        "joint": file.joint,
        "columns": columns(file) if file.joint else [],
        "journey": journeys.journey_of(case),
        "controls": [each for each in case_controls(file) if each.path.startswith("joint-")],
        "decided": _decided(case),
        "back": case_address(case),
        "at": now(),
    }
    return show(request, "console/joint.html", context)


def columns(file: CaseFile) -> list[Column]:
    said = Entry.objects.filter(thread=file.case.pk, kind__in=SIDES).select_related("body").order_by("seq")
    by_desk: dict[int | None, list[Entry]] = {}
    for entry in said:
        by_desk.setdefault(entry.facts.get("desk") or entry.by_desk, []).append(entry)
    desks = Desk.objects.select_related("owner").filter(pk__in=file.joint.desks if file.joint else ())
    return [_column(file, desk, by_desk.get(desk.pk, [])) for desk in desks]


def _column(file: CaseFile, desk: Desk, said: list[Entry]) -> Column:
    stances = [entry.facts["stance"] for entry in said if entry.kind == "case.say"]
    files = [each for each in file.evidence if each.entry.by_desk == desk.pk]
    stance = joint_triage.STANCES[stances[-1]] if stances else "Has not said yet"
    return Column(desk, stance, [telling.line(entry, file) for entry in said], files)


def _decided(case: Case) -> Entry | None:
    decided = Entry.objects.filter(thread=case.pk, kind="case.decide").select_related("body")
    return decided.order_by("-seq").first()
