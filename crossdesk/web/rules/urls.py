from __future__ import annotations

from django.urls import path

from crossdesk.web.rules import pages

urlpatterns = [path("rules/", pages.rules)]
