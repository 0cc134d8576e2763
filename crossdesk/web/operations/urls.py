from __future__ import annotations

from django.urls import path

from crossdesk.web.console.urls import seen
from crossdesk.web.operations import pages

urlpatterns = [
    path("operations/", seen(pages.operations), name="operations"),
    path("operations/strip", pages.strip),
    path("operations/new/", seen(pages.enter)),
    path("operations/<str:reference>/end/", seen(pages.end)),
]
