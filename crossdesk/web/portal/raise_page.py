"""Raising a case: ask, see the answers and the right desk, fill in what that desk needs, and raise."""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.access import Refused
from crossdesk.cases import drafts
from crossdesk.web.portal.draft import Draft, draft_of
from crossdesk.web.portal.raised import like
from crossdesk.web.portal.sending import after_raising, raise_and_tell, raise_whole, ready_to_raise
from crossdesk.web.portal.sheet import Sheet, sheet_for
from crossdesk.web.portal.welcome import welcome
from crossdesk.web.seeing import Seen
from crossdesk.web.uploading import is_told, not_taken


def begun(request: HttpRequest) -> Draft:
    """A draft gone on with, another case like one, or what the address says it is about."""
    viewer, given = cast(Seen, request).viewer, request.GET
    if "draft" in given:
        held = drafts.mine(viewer).filter(pk=draft_of(given.dict()).id, item="").defer(None).first()
        if held is None:
            raise Http404
        return draft_of(held.words | {"draft": str(held.pk)})
    return like(given["like"], viewer) if "like" in given else draft_of(given.dict())


@require_http_methods(["GET", "POST"])
def raise_page(request: HttpRequest) -> HttpResponseBase:
    if request.method == "GET":
        return _page(request, sheet_for(request, begun(request)))
    sheet = sheet_for(request, draft_of(request.POST.dict()))
    told = is_told(request)
    try:
        ready = ready_to_raise(sheet)
        if told:
            return raise_and_tell(request, ready)
        with transaction.atomic():  # a refused file takes the half-raised case with it
            case = raise_whole(request, ready)
    except Refused as refused:
        if told:
            return not_taken(refused.sentence)
        return _page(request, sheet, refused.sentence, 422)
    return redirect(after_raising(case))


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """What was typed may hold an MPAN, so it is posted: nothing of it stands in an address."""
    sheet = sheet_for(request, draft_of(request.POST.dict()))
    if request.headers.get("HX-Request"):
        return render(request, "portal/answers.html", {"sheet": sheet})
    return _page(request, sheet)


@require_POST
def gate_again(request: HttpRequest) -> HttpResponse:
    """The gate and the checklist for the form as it stands now; the fields themselves are left alone."""
    return render(
        request, "portal/again.html", {"sheet": sheet_for(request, draft_of(request.POST.dict())), "again": True}
    )


def _page(request: HttpRequest, sheet: Sheet, trouble: str = "", status: int = 200) -> HttpResponse:
    chose_files = bool(trouble and request.FILES)
    viewer = cast(Seen, request).viewer
    first = not (sheet.panel or sheet.draft["ask"])
    context = {
        "sheet": sheet,
        "trouble": trouble,
        "chose_files": chose_files,
        "welcome": welcome(sheet.book, viewer) if first else None,
        "kept": None if first else drafts.mine(viewer).filter(pk=sheet.draft.id).first(),
        "not_kept": "",
    }
    return render(request, "portal/raise.html", context, status=status)
