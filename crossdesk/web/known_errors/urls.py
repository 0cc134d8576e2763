from __future__ import annotations

from django.urls import path

from crossdesk.web.console.urls import seen
from crossdesk.web.known_errors import acting, pages

urlpatterns = [
    path("known-errors/", seen(pages.known_page), name="known-errors"),
    path("known-errors/new", seen(acting.begin), name="known-error-new"),
    path("known-errors/<str:reference>/", seen(pages.one_page), name="known-error"),
    path("known-errors/<str:reference>/cases", seen(acting.link), name="known-error-link"),
    path("known-errors/<str:reference>/answered", seen(acting.answers_me), name="known-error-answered"),
    path("known-errors/<str:reference>/<slug:path>", seen(acting.act), name="known-error-act"),
]
