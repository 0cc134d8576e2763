"""Faults of requests, as every desk that is reached by HTTP shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crossdesk.commands.partner_desk.faults import Fault, Faults

Refusal = Callable[[int, str], Response]
"""How this kind of desk writes a status and its reason."""


async def answered(
    faults: Faults, request: Request, work: Callable[[Request], Awaitable[Response]], refusal: Refusal
) -> Response:
    fault = faults.next(request.method, request.url.path)
    if fault and (spoilt := spoilt_by(fault, refusal)):
        return spoilt
    response = await work(request)
    if fault:  # landed or slow
        await asyncio.sleep(fault.seconds)
    return response


def spoilt_by(fault: Fault, refusal: Refusal) -> Response | None:
    match fault.kind:
        case "down":
            return HTMLResponse("<html><body>Service Unavailable</body></html>", 503)
        case "error":
            return refusal(500, "java.lang.NullPointerException")
        case "throttled":
            return refusal(429, "Transaction cancelled: maximum execution time exceeded")
        case "garbage":
            return Response('{"result": [{"sys_id": "5f3', 200, media_type="application/json")
        case "hibernating":
            return HTMLResponse("<html><title>Instance Hibernating page</title></html>", 200)
        case "bounces":
            return refusal(404, "There is nothing at this address.")
    return None
