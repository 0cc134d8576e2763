"""Who speaks at these addresses. No transaction lies around a request: what came is kept for good before anything can
go wrong with what follows, and a slow sender holds none open."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Caller, called_by, require_scope
from crossdesk.api.trouble import Trouble, problem, told
from crossdesk.exchange.messages.message import Unreadable

P = ParamSpec("P")
Answered = Callable[Concatenate[HttpRequest, P], HttpResponse]


def spoken(view: Callable[Concatenate[HttpRequest, Caller, P], HttpResponse]) -> Answered[P]:
    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        caller: Caller | None = None
        try:
            caller = called_by(request)
            require_scope(caller, Scope.EXCHANGE)
            response = view(request, caller, *args, **kwargs)
        except Unreadable as unreadable:
            response = told(Trouble(400, "unreadable", unreadable.sentence), problem)
        except Exception as error:
            response = told(error, problem)
        for name, value in (caller.allowance.headers if caller else {}).items():
            response.setdefault(name, value)
        return response

    return cast("Answered[P]", answered)
