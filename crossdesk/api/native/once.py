"""A request sent twice acts once (draft-ietf-httpapi-idempotency-key-header). What failed leaves no trace and may be
sent again; what succeeded is answered by what it made, as that stands now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import connection
from django.http import HttpResponse

from crossdesk.accounts.models import Answered
from crossdesk.api.bearing import Called
from crossdesk.api.trouble import Trouble
from crossdesk.threads.viewer import verbs

HEADER = "Idempotency-Key"
KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Made:
    """What a request made or changed: enough to answer with it."""

    what: str
    case: str
    number: int = 0


Told = Callable[[Called, Made, int], HttpResponse]


def once(
    request: Called, do: Callable[[], Made], tell: Told, *, status: int = 200, required: bool = False
) -> HttpResponse:
    """Kept in the transaction of the verb, behind a lock that ends with it: nothing is ever left "running"."""
    token = request.headers.get(HEADER, "").strip()
    if not token:
        if required:
            sentence = (
                f"Send the header {HEADER} with a value of your own, so that sending again raises no second case."
            )
            raise Trouble(400, "no-idempotency-key", sentence)
        return tell(request, do(), status)
    if len(token) > 255 or not token.isprintable():
        raise Trouble(400, "no-idempotency-key", f"{HEADER} is at most 255 printable characters.")
    key, at = request.caller.key, request.caller.at
    _alone(key.pk, token)
    asked = _digest(request)
    with verbs():
        before = Answered.objects.filter(key=key, token=token, at__gte=at - KEPT).first()
    if before:
        if bytes(before.asked) != asked:
            sentence = f"This {HEADER} was used for another request; take a new one for each request."
            raise Trouble(422, "other-request", sentence)
        response = tell(request, Made(**before.made), before.status)
        response["Idempotency-Replayed"] = "true"
        return response
    made = do()
    with verbs():
        Answered.objects.filter(key=key, at__lt=at - KEPT).delete()
        Answered.objects.create(key=key, token=token, asked=asked, status=status, made=asdict(made), at=at)
    return tell(request, made, status)


def _alone(key: int, token: str) -> None:
    """Held until the transaction ends, however it ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, hashtext(%s))", [key % 2**31, token])
        (free,) = cursor.fetchone()
    if not free:
        sentence = f"The first request with this {HEADER} is still running; send it again to get its answer."
        raise Trouble(409, "still-running", sentence, {"Retry-After": "1"})


def _digest(request: Called) -> bytes:
    """Of a form with files, what it holds: a client marks its parts anew each time it sends them."""
    said = hashlib.sha256(f"{request.method} {request.get_full_path()}\0".encode())
    if request.content_type != "multipart/form-data":
        said.update(request.body)
        return said.digest()
    for name, values in sorted(request.POST.lists()):
        said.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for given in files:
            said.update(repr((name, given.name, given.size)).encode())
            for chunk in given.chunks():
                said.update(chunk)
            given.seek(0)
    return said.digest()
