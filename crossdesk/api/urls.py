"""Every address that machines call."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

DOORS = ("native", "tmf621")
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"crossdesk.api.{door}.urls"))
    for door in DOORS
    if find_spec(f"crossdesk.api.{door}") and find_spec(f"crossdesk.api.{door}.urls")
]
