"""How long each request took and how it ended: one line in the log and two figures. The route is named, never what
stands in its place, and the person by number only."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

log = logging.getLogger("crossdesk.requests")
SENT_ALONG = re.compile(r"[A-Za-z0-9._-]{8,64}")

ANSWERED = Counter("crossdesk_requests", "Requests answered.", ["method", "route", "status"])
TOOK = Histogram(
    "crossdesk_request_seconds",
    "How long a page took.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class WatchingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        number = _number(request)
        response = self.get_response(request)
        took = time.perf_counter() - began
        match = request.resolver_match
        route = match.route if match else "static" if request.path.startswith("/static/") else "none"
        ANSWERED.labels(request.method if request.method in KNOWN else "other", route, response.status_code).inc()
        TOOK.labels(route).observe(took)
        response["X-Request-ID"] = number
        log.info(
            "answered",
            extra={
                "request_id": number,
                "person": getattr(getattr(request, "viewer", None), "person", None),
                "key": getattr(getattr(getattr(request, "caller", None), "key", None), "public_id", None),
                "route": route,
                "method": request.method,
                "status": response.status_code,
                "milliseconds": round(took * 1000, 1),
            },
        )
        return response


KNOWN = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH")


def _number(request: HttpRequest) -> str:
    """The proxy's own number where it sends one, so that its log and ours can be laid side by side."""
    given = request.headers.get("X-Request-ID", "")
    return given if SENT_ALONG.fullmatch(given) else uuid.uuid4().hex
