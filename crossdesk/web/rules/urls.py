from __future__ import annotations

from django.urls import path

from crossdesk.web.rules import pages, row_page

urlpatterns = [
    path("rules/", pages.rules),
    path("rules/<slug:kind>/<str:key>/", row_page.row_page),
]
