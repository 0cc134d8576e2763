"""The hidden token of every form: unique for each rendering, so that a double click or a re-sent form acts once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from crossdesk.kit.time import now
from crossdesk.threads.sending import Once, once
from crossdesk.threads.viewer import Viewer

FIELD = "once"
BESIDE = {FIELD, "csrfmiddlewaretoken", "seen"}
STREAMS = "X-Upload"
"""An answer that is told step by step is decided after the page's own transaction: `uploading` asks for itself."""


def _inputs(request: HttpRequest) -> SafeString:
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="{}" value="{}">',
        get_token(request),
        FIELD,
        secrets.token_urlsafe(12),
    )


def form_input(request: HttpRequest) -> dict[str, object]:
    """What a form needs against other sites it also gets against itself, so no form can be without."""
    return {"csrf_input": lazy(_inputs, SafeString, str)(request)}


def key_of(request: HttpRequest) -> str:
    """Other words under the same token are another sending: a page gone back to still sends what is written anew."""
    token = request.POST.get(FIELD, "")
    if not token:
        return ""
    said = hashlib.sha256(f"{token}\0{request.path}".encode())
    for name, values in sorted(request.POST.lists()):
        if name not in BESIDE:
            said.update("\0".join((name, *values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for given in files:
            said.update(f"{name}\0{given.name}\0{given.size}".encode())
            for chunk in given.chunks():
                said.update(chunk)
    return said.hexdigest()


def sent_once(request: HttpRequest, viewer: Viewer) -> AbstractContextManager[Once]:
    return once(key_of(request), by=viewer, at=now())


def sending_of(request: HttpRequest) -> Once:
    """For a view whose own page is its answer: where a second sending is led instead."""
    sending: Once = getattr(request, "sending", None) or Once()
    return sending


class OnceMiddleware:
    """What redirects has done something, and is not done again; a page that says what is amiss may be sent again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer: Viewer | None = getattr(request, "viewer", None)
        asked = request.method == "POST" and not request.headers.get(STREAMS)
        if viewer is None or not asked or FIELD not in request.POST:
            return self.get_response(request)
        with sent_once(request, viewer) as sending:
            if sending.before:
                messages.info(request, "It was sent twice, and done once.")
                return redirect(sending.answer)
            request.sending = sending  # type: ignore[attr-defined]
            response = self.get_response(request)
            if 300 <= response.status_code < 400:
                sending.answer = response["Location"]
        return response
