from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    "proof",
    "portal",
    "notices",
    "reviews",
    "majors",
    "operations",
    "requests",
    "problems",
    "actions",
    "known_errors",
    "keying",
    "console",
    "directory",
    "agreements",
    "knowledge",
    "rules",
    "mail",
    "messages",
    "finding",
    "profile",
    "status",
    "health",
)
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"crossdesk.web.{room}.urls"))
    for room in ROOMS
    if find_spec(f"crossdesk.web.{room}") and find_spec(f"crossdesk.web.{room}.urls")
]
