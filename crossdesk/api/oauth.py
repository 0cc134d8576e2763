"""OAuth 2.0 client credentials (RFC 6749, section 4.4): a key's public id and secret give a short-lived access token.

The client is the key, so a token opens nothing once its key does not.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from crossdesk.access import Invalid
from crossdesk.accounts import access, rate
from crossdesk.accounts.keys import NotOpened, open_by_secret
from crossdesk.accounts.models import Key
from crossdesk.accounts.scopes import Scope, scopes_from, scopes_of
from crossdesk.api.trouble import Trouble
from crossdesk.kit.time import now

FORM = "application/x-www-form-urlencoded"


@dataclass
class NotGranted(Exception):
    """An answer of section 5.2."""

    error: str
    sentence: str
    status: int = 400
    headers: dict[str, str] = field(default_factory=dict)


@require_POST
def token(request: HttpRequest) -> HttpResponse:
    try:
        asked = _parameters(request)
        at = now()
        key = _client(request, asked)
        if asked.get("grant_type") != "client_credentials":
            raise NotGranted("unsupported_grant_type", "The only grant here is client_credentials.")
        allowance = rate.take(key, at)
        if allowance.wait:
            sentence = f"Try again in {allowance.wait} s."
            raise NotGranted("temporarily_unavailable", sentence, 429, allowance.headers)
        scopes = _narrowed(key, asked.get("scope", ""))
        granted, lasts = access.exchange(key, scopes, at)
    except NotGranted as refused:
        return _refused(refused)
    body = {
        "access_token": granted,
        "token_type": "Bearer",
        "expires_in": int(lasts.total_seconds()),
        "scope": " ".join(sorted(scopes)),
    }
    return JsonResponse(body, headers={**allowance.headers, "Cache-Control": "no-store", "Pragma": "no-cache"})


@require_GET
def metadata(request: HttpRequest) -> HttpResponse:
    """RFC 8414."""
    return JsonResponse(
        {
            "issuer": settings.SITE_URL,
            "token_endpoint": f"{settings.SITE_URL}/oauth/token",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": list(Scope),
            "service_documentation": f"{settings.SITE_URL}/api/",
        }
    )


def trouble(told: Trouble) -> HttpResponse:
    """What goes wrong here outside the grant itself, in the words of section 5.2 as well."""
    error = "invalid_request" if told.status < 500 else "server_error"
    return _refused(NotGranted(error, told.sentence, told.status))


def _refused(refused: NotGranted) -> HttpResponse:
    body = {"error": refused.error, "error_description": refused.sentence}
    headers = {**refused.headers, "Cache-Control": "no-store", "Pragma": "no-cache"}
    return JsonResponse(body, status=refused.status, headers=headers)


def _parameters(request: HttpRequest) -> dict[str, str]:
    if request.content_type != FORM:
        raise NotGranted("invalid_request", f"Send the request as {FORM}.")
    if {"client_secret", "client_id"} & set(request.GET):
        raise NotGranted("invalid_request", "Never send a secret in an address; put it in the body or the header.")
    repeated = sorted(name for name, values in request.POST.lists() if len(values) > 1)
    if repeated:
        raise NotGranted("invalid_request", "A parameter is given twice.")
    asked = {name: value for name, value in request.POST.items() if isinstance(value, str) and value}
    if "grant_type" not in asked:
        raise NotGranted("invalid_request", "Give grant_type=client_credentials.")
    return asked


def _client(request: HttpRequest, asked: dict[str, str]) -> Key:
    """By client_secret_basic or client_secret_post, and never by both."""
    header = request.headers.get("Authorization", "")
    if header and "client_secret" in asked:
        raise NotGranted("invalid_request", "Give the secret in the header or in the body, not in both.")
    public_id, secret = _basic(header) if header else (asked.get("client_id", ""), asked.get("client_secret", ""))
    if "client_id" in asked and asked["client_id"] != public_id:
        raise NotGranted("invalid_request", "client_id differs from the one in the header.")
    try:
        return open_by_secret(public_id, secret, now())
    except NotOpened as refused:
        challenge = {"WWW-Authenticate": 'Basic realm="crossdesk", charset="UTF-8"'}
        raise NotGranted("invalid_client", refused.sentence, 401, challenge) from None


def _basic(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    try:
        decoded = base64.b64decode(value.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    public_id, _, secret = decoded.partition(":")
    return unquote_plus(public_id), unquote_plus(secret)  # section 2.3.1: each is form-encoded before it is joined


def _narrowed(key: Key, wanted: str) -> frozenset[Scope]:
    held = scopes_of(key)
    if not wanted.strip():
        return held
    try:
        asked = scopes_from([wanted])
    except Invalid as unknown:
        raise NotGranted("invalid_scope", unknown.sentence) from None
    if beyond := asked - held:
        raise NotGranted("invalid_scope", f"This key is not for {', '.join(sorted(beyond))}.")
    return asked
