"""A message of another Crossdesk: kept before it is read, applied in its order, and answered with its fate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Caller, called_by, require_scope
from crossdesk.api.trouble import Trouble, problem, told
from crossdesk.exchange.hearing import Answer, hear
from crossdesk.exchange.messages.message import LARGEST, SCHEMA, Unreadable
from crossdesk.exchange.models import InboxItem


@require_http_methods(["GET", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """No transaction around it: what came is kept for good before anything can go wrong with applying it."""
    caller: Caller | None = None
    try:
        caller = called_by(request)
        require_scope(caller, Scope.EXCHANGE)
        response = _heard(request, caller) if request.method == "POST" else JsonResponse({"speaks": [SCHEMA]})
    except Unreadable as unreadable:
        response = told(Trouble(400, "unreadable", unreadable.sentence), problem)
    except Exception as error:
        response = told(error, problem)
    for name, value in (caller.allowance.headers if caller else {}).items():
        response.setdefault(name, value)
    return response


def _heard(request: HttpRequest, caller: Caller) -> HttpResponse:
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Trouble(413, "too-large", f"A message has at most {LARGEST // 2**20} MB; send large files another way.")
    answer = hear(body, party=caller.key.party, key=caller.key.name, at=caller.at)
    if answer.fate == InboxItem.Fate.REFUSED:
        raise Trouble(422, "refused", answer.why, more={"fate": answer.fate, "number": answer.number})
    return JsonResponse(_told(answer), status=202)


def _told(answer: Answer) -> dict[str, object]:
    return {"fate": answer.fate, "why": answer.why, "number": answer.number, "repeated": answer.repeated}
