"""Every address that machines call."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from crossdesk.api import oauth, reference

DOORS = ("native", "tmf621", "exchange")
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", reference.reference),
    path("api/problems", reference.problems),
    path("oauth/token", oauth.token),
    path(".well-known/oauth-authorization-server", oauth.metadata),
    *(
        path("", include(f"crossdesk.api.{door}.urls"))
        for door in DOORS
        if find_spec(f"crossdesk.api.{door}") and find_spec(f"crossdesk.api.{door}.urls")
    ),
]
