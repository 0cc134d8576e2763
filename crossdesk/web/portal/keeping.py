"""Keeping what was written so far: quietly while one types, by a button, and thrown away by another."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from crossdesk.access import Refused
from crossdesk.cases import drafts
from crossdesk.kit.time import now
from crossdesk.web.portal.draft import draft_of
from crossdesk.web.seeing import Seen


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    draft, quietly = draft_of(request.POST.dict()), bool(request.headers.get("HX-Request"))
    kept, trouble = None, ""
    if draft.is_worth_keeping:
        try:
            viewer = cast(Seen, request).viewer
            kept = drafts.keep(draft.id, draft.as_given, summary=draft["summary"] or draft["ask"], by=viewer, at=now())
        except Refused as refused:
            if not quietly:
                raise
            trouble = refused.sentence
    if quietly:
        return render(request, "portal/kept.html", {"kept": kept, "not_kept": trouble})
    return redirect(f"/raise/?draft={kept.pk}" if kept else "/raise/")


@require_POST
def throw_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    drafts.throw_away(pk, by=cast(Seen, request).viewer)
    messages.success(request, "The draft is thrown away.")
    return redirect("/raise/")
