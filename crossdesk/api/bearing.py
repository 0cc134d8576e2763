"""Who calls: the bearer of a key (RFC 6750). Its scope is asked, its requests are counted, and what is read inside is
read as the key's viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from crossdesk.accounts import access, rate
from crossdesk.accounts.keys import NotOpened, open_key, viewer_of
from crossdesk.accounts.models import Key
from crossdesk.accounts.scopes import Scope, scopes_of
from crossdesk.api.trouble import Face, Trouble, told
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer, verbs, viewing

REALM = 'Bearer realm="crossdesk"'


@dataclass(frozen=True)
class Caller:
    """The bearer of one request, at the moment it came."""

    key: Key
    scopes: frozenset[Scope]
    viewer: Viewer
    at: datetime
    allowance: rate.Allowance


class Called(HttpRequest):
    """A request of a machine: what a view behind `borne` is given."""

    caller: Caller


P = ParamSpec("P")
View = Callable[Concatenate[Called, P], HttpResponse]
Answered = Callable[Concatenate[HttpRequest, P], HttpResponse]


def borne(scope: Scope | None, face: Face) -> Callable[[View[P]], Answered[P]]:
    """A view for whoever bears a key with this scope, or with one that the view itself asks for. Whatever goes wrong is
    told by `face`, and then nothing is kept."""

    def around(view: View[P]) -> Answered[P]:
        def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            caller: Caller | None = None
            try:
                caller = called_by(request)
                if scope:
                    require_scope(caller, scope)
                seen = cast(Called, request)
                seen.caller = caller
                with viewing(caller.viewer):
                    response = view(seen, *args, **kwargs)
            except Exception as error:
                response = told(error, face)
            for name, value in (caller.allowance.headers if caller else {}).items():
                response.setdefault(name, value)
            return response

        return cast("Answered[P]", wraps(view)(answered))

    return around


def called_by(request: HttpRequest) -> Caller:
    """Raises `Trouble` where the token is missing, opens nothing, or asks too often."""
    at = now()
    token = _token(request)
    with verbs():  # one transaction for all three
        key, scopes = _opened(token, at)
        allowance = rate.take(key, at)
        viewer = viewer_of(key, at)
    if allowance.wait:
        raise Trouble(
            429,
            "too-often",
            f"This key may ask {allowance.most} times a minute; try again in {allowance.wait} s.",
            allowance.headers,
        )
    return Caller(key, scopes, viewer, at, allowance)


def require_scope(caller: Caller, scope: Scope) -> None:
    if scope not in caller.scopes:
        raise Trouble(
            403,
            "wrong-scope",
            f"This key does not have the scope “{scope}”; a party administrator makes one that has it.",
            {"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'},
        )


def _opened(token: str, at: datetime) -> tuple[Key, frozenset[Scope]]:
    try:
        if token.startswith(access.PREFIX):
            return access.open_token(token, at)
        key = open_key(token, at)
    except NotOpened as refused:
        headers = {"WWW-Authenticate": f'{REALM}, error="invalid_token"'}
        raise Trouble(401, "no-key", refused.sentence, headers) from None
    return key, scopes_of(key)


def _token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        sentence = "Send the key's token in the header “Authorization: Bearer …”."
        raise Trouble(401, "no-token", sentence, {"WWW-Authenticate": REALM})
    return token.strip()
