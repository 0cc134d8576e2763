"""A message of another Crossdesk: kept before it is read, applied in its order, and answered with its fate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from crossdesk.api.bearing import Caller
from crossdesk.api.exchange.door import spoken
from crossdesk.api.trouble import Trouble
from crossdesk.exchange.hearing import Answer, hear
from crossdesk.exchange.messages.message import LARGEST, SCHEMA
from crossdesk.exchange.models import InboxItem


@require_http_methods(["GET", "POST"])
@spoken
def messages(request: HttpRequest, caller: Caller) -> HttpResponse:
    if request.method == "GET":
        return JsonResponse({"speaks": [SCHEMA]})
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Trouble(413, "too-large", f"A message has at most {LARGEST // 2**20} MB; send large files beside it.")
    answer = hear(body, party=caller.key.party, key=caller.key.name, at=caller.at)
    if answer.fate == InboxItem.Fate.REFUSED:
        raise Trouble(422, "refused", answer.why, more={"fate": answer.fate, "number": answer.number})
    return JsonResponse(_told(answer), status=202)


def _told(answer: Answer) -> dict[str, object]:
    return {"fate": answer.fate, "why": answer.why, "number": answer.number, "repeated": answer.repeated}
