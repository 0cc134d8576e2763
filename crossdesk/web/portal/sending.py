"""From a filled form to a raised case, at once or told step by step while a long list is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

from django.http import HttpRequest, StreamingHttpResponse

from crossdesk.access import Invalid
from crossdesk.cases import drafts, evidence, references
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.desks.models import Desk
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.rulebook import current
from crossdesk.rulebook.editions import digest
from crossdesk.rulebook.rows.desks import QueryType
from crossdesk.web.portal.checklist import missing
from crossdesk.web.portal.draft import Draft
from crossdesk.web.portal.gatekeeping import decided
from crossdesk.web.portal.sheet import EVIDENCE, Sheet
from crossdesk.web.seeing import Seen
from crossdesk.web.uploading import Given, Lists, lists_told, until_kept, whole


@dataclass(frozen=True)
class Ready:
    draft: Draft
    desk: Desk
    report: Report


def ready_to_raise(sheet: Sheet) -> Ready:
    draft = sheet.draft
    if sheet.panel is None or sheet.panel.query is None:
        raise Invalid("Choose what this is about from the answers above; then the right desk is known.")
    if not draft["summary"]:
        raise Invalid("Say in one line what has gone wrong.")
    desk, said = decided(sheet.panel, draft)
    without = missing(sheet.items)
    if without and not draft["without_because"]:
        names = ", ".join(sheet.book.evidence[key].label for key in without)
        raise Invalid(f"{desk} also asks for: {names}. Add it, or say why you raise without it.")
    return Ready(draft, desk, _report(sheet, sheet.panel.query, said, without))


def raise_whole(request: HttpRequest, ready: Ready) -> Case:
    return _kept(request, ready, whole(lists_told(_lists(request, ready.draft))))


def raise_and_tell(request: HttpRequest, ready: Ready) -> StreamingHttpResponse:
    steps = lists_told(_lists(request, ready.draft))
    return until_kept(
        request, cast(Seen, request).viewer, steps, lambda lists: after_raising(_kept(request, ready, lists))
    )


def _report(sheet: Sheet, query: QueryType, said: dict[str, object], without: tuple[str, ...]) -> Report:
    draft, book = sheet.draft, sheet.book
    more = [
        f"{book.evidence[key].label}: {words}" for key, words in draft.said.items() if words and key in book.evidence
    ]
    return Report(
        summary=draft["summary"],
        query_type=query.key,
        impact=draft["impact"],
        suspected_cause=draft["suspected_cause"],
        investigated="\n".join(filter(None, [draft["investigated"], *more])),
        own_reference=draft["own_reference"][:200],
        change_reference=draft["change_reference"][:200],
        system=query.system,
        scenario=draft["scenario"] if draft["scenario"] in book.scenarios else "",
        kind=_kind(query),
        started_at=draft.started,
        missing_evidence=without,
        without_because=draft["without_because"] if without else "",
        gate=said,
        edition=_edition(),
    )


def _kind(query: QueryType) -> str:
    if query.process == "request" or query.key == "service-request":
        return Case.Kind.REQUEST
    return Case.Kind.ENQUIRY if query.nature == "business" else Case.Kind.INCIDENT


def _lists(request: HttpRequest, draft: Draft) -> Iterator[Given]:
    for kind, text in draft.references.items():
        yield Given(kind, iter([text.encode()]))
    for file in request.FILES.getlist("list"):
        yield Given("mpan", file.chunks(), file.name or "", file.size or 0)


def _kept(request: HttpRequest, ready: Ready, lists: Lists) -> Case:
    viewer, at = cast(Seen, request).viewer, now()
    only = ready.draft["colleagues"].split() if "restricted" in ready.draft.ticked else None
    raiser = Party.objects.get(pk=viewer.party)
    case = raise_case(ready.report, raiser=raiser, to=ready.desk, by=viewer, at=at, only=only)
    for listed, source in lists:
        references.keep_list(case, listed, by=viewer, at=at, source=source)
    for field, files in request.FILES.lists():
        for given in files if field.startswith(EVIDENCE) else ():
            key = field.removeprefix(EVIDENCE)
            key = key if key in current().evidence else ""
            evidence.add(case, given.name or "", given.chunks(), key=key, by=viewer, at=at)
    drafts.throw_away(ready.draft.id, by=viewer)
    return case


def after_raising(case: Case) -> str:
    return f"/cases/{case.reference}/raised/"


@cache
def _edition() -> str:
    return digest(current())
