from __future__ import annotations

from django.urls import path

from crossdesk.web.profile import pages

urlpatterns = [
    path("profile/", pages.profile),
    path("profile/name/", pages.keep_name),
    path("profile/party/", pages.keep_default_party),
    path("profile/sessions/", pages.end_sessions),
]
