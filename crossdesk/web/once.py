"""The hidden token of a form: unique for each rendering, so that a double click or a re-sent form acts once."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import AbstractContextManager

from django.http import HttpRequest
from markupsafe import Markup

from crossdesk.kit.time import now
from crossdesk.threads.sending import Once, once
from crossdesk.threads.viewer import Viewer

FIELD = "once"
BESIDE = {FIELD, "csrfmiddlewaretoken", "seen"}


def once_input() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, secrets.token_urlsafe(12))


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
